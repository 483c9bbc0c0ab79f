#include "capture/identify/internal/quic_initial.hpp"

#include <doctest/doctest.h>

#include <random>
#include <string>

#include "tests/capture/identify/data.hpp"
#include "tests/support/application.hpp"
#include "tests/support/quic_packet.hpp"

using namespace portproof;
using namespace portproof::test;
using namespace std::string_literals;

namespace {

ByteCursor cursor(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

std::string text_of(const Bytes& bytes) {
  return {bytes.begin(), bytes.end()};
}

// The CRYPTO frames as "offset:text ".
std::string crypto_of(const std::string& frames) {
  ByteCursor at = cursor(frames);
  std::string found;
  while (const auto crypto = next_quic_crypto(at)) {
    found +=
        std::to_string(crypto->offset) + ":" + std::string(crypto->bytes.begin(), crypto->bytes.end()) + " ";
  }
  return found;
}

// A packet of another type: 1 is 0-RTT, 2 Handshake, 3 Retry in version 1.
std::string long_packet(unsigned type, const std::string& rest) {
  return static_cast<char>(0xc0U | (type << 4U)) + "\0\0\0\x01\x02zz\0"s + quic_varint(rest.size(), true) +
         rest;
}

}  // namespace

TEST_CASE("frames of an Initial packet") {
  const std::string acknowledgement = "\x02\x05\x00\x01\x01\x00\x02"s;
  const std::string with_counts = "\x03\x05\x00\x00\x01\x01\x02\x03"s;
  const std::string close = "\x1c\x0a\x00\x03why"s;
  CHECK(crypto_of(quic_crypto(0, "ab") + quic_crypto(100, "cd")) == "0:ab 100:cd ");
  CHECK(crypto_of("\0\0\x01"s + quic_crypto(0, "ab") + "\0\x01\0"s + quic_crypto(2, "")) == "0:ab 2: ");
  CHECK(crypto_of(acknowledgement + quic_crypto(7, "a")) == "7:a ");
  CHECK(crypto_of(with_counts + quic_crypto(7, "a")) == "7:a ");
  CHECK(crypto_of(close + quic_crypto(7, "a")) == "7:a ");
  CHECK(crypto_of("\x08"s + quic_crypto(7, "a")).empty());  // STREAM
  CHECK(crypto_of(quic_crypto(7, "abc").substr(0, 5)).empty());
  CHECK(crypto_of("\x02\x05\x00\xff\xff\xff\xff\xff\xff\xff\xff\x00"s).empty());
  CHECK(crypto_of("\x1c\x00\x00\x7f"s).empty());
}

TEST_CASE("packets of a datagram") {
  const std::string initial = text_of(quic_initial(std::string(40, '\0'), {.token = "token"}));
  const std::string handshake = long_packet(2, std::string(40, 'h'));
  const auto count = [](const std::string& datagram) {
    ByteCursor at = cursor(datagram);
    int packets = 0;
    while (next_quic_initial(at)) ++packets;
    return packets;
  };
  CHECK(count(initial) == 1);
  CHECK(count(initial + initial) == 2);
  CHECK(count(long_packet(1, std::string(40, '0')) + handshake + initial) == 1);
  CHECK(count(initial + std::string(100, '\0')) == 1);          // padding of the datagram
  CHECK(count("\x40" + std::string(100, 's') + initial) == 0);  // a short header gives no length
  CHECK(count(long_packet(3, std::string(40, 'r')) + initial) == 0);
  CHECK(count(initial.substr(0, initial.size() - 1)) == 0);
  CHECK(count("") == 0);
}

TEST_CASE("a datagram that begins with an Initial packet is QUIC, and unfinished") {
  const std::string initial = text_of(quic_initial(std::string(1100, '\0')));
  const Recognition found = identify_text(initial, 0, kProtocolUdp);
  CHECK(found.application == application("quic"));
  CHECK(found.unfinished);
  CHECK(found.name_state == NameState::unseen);
  CHECK(recognise_quic_initial({kProtocolUdp, cursor(initial).window(100).rest(), 1200}).application ==
        kUnknownApplication);
  CHECK(identify_text(initial, 0, kProtocolTcp).application == kUnknownApplication);
}

TEST_CASE("any datagram does no harm") {
  std::mt19937 random(9);
  const std::string initial = text_of(quic_initial(quic_crypto(0, "abc") + std::string(60, '\0')));
  for (int round = 0; round < 20'000; ++round) {
    std::string datagram = initial + initial;
    for (int flips = 0; flips < 3; ++flips)
      datagram[random() % datagram.size()] = static_cast<char>(random());
    datagram.resize(random() % datagram.size());
    ByteCursor at = cursor(datagram);
    while (const auto packet = next_quic_initial(at)) {
      CHECK(packet->number_at + 20 <= packet->packet.size());
    }
    ByteCursor frames = cursor(datagram);
    while (next_quic_crypto(frames)) {
    }
  }
}
