#include "capture/identify/assembly.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "capture/identify/internal/quic_protection.hpp"
#include "tests/capture/identify/hellos.hpp"
#include "tests/support/application.hpp"
#include "tests/support/quic_packet.hpp"

using namespace portproof;
using namespace portproof::test;
using namespace std::string_literals;

namespace {

FirstData data_of(std::uint8_t protocol, std::string_view text, std::uint32_t cut = 0) {
  return {protocol,
          {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()},
          static_cast<std::uint32_t>(text.size()) + cut};
}

// The result for a message, in a word: its name, "absent", "unseen" if it was abandoned, "..." if more is
// wanted.
std::string outcome(const Recognition& found) {
  if (found.unfinished) return "...";
  return found.name_state == NameState::given
             ? std::string(found.name)
             : std::string(kNameStateNames[static_cast<std::size_t>(found.name_state)]);
}

// One side of a TCP connection whose first byte has the sequence number `base`.
class Stream {
 public:
  Stream(Assemblies& assemblies, std::string_view first, std::uint32_t base = 1000)
      : assemblies_(assemblies), base_(base) {
    const Recognition recognised = identify(data_of(kProtocolTcp, first));
    REQUIRE(recognised.unfinished);
    const Assemblies::Begun begun =
        assemblies.begin(recognised.application, data_of(kProtocolTcp, first), base);
    id = begun.id;
    first_outcome = outcome(begun.found);
  }

  // `offset` in the stream.
  std::string add(std::size_t offset, std::string_view bytes, std::uint32_t cut = 0) {
    const auto sequence = base_ + static_cast<std::uint32_t>(offset);
    return outcome(assemblies_.add(id, data_of(kProtocolTcp, bytes, cut), sequence));
  }

  Assemblies::Id id{Assemblies::kNone};
  std::string first_outcome;

 private:
  Assemblies& assemblies_;
  std::uint32_t base_;
};

std::string long_hello(const std::string& name = "a.example") {
  return tls_record(22, tls_handshake(1, hello_body(long_extensions(name))));
}

std::string datagram_of(const Bytes& bytes) {
  return {bytes.begin(), bytes.end()};
}

// Datagrams of one client, in the order given; the result of each, separated by commas.
std::string outcomes_of(const std::vector<std::string>& datagrams) {
  Assemblies assemblies(1);
  const FirstData first = data_of(kProtocolUdp, datagrams.at(0));
  const Recognition recognised = identify(first);
  if (!recognised.unfinished) return outcome(recognised);
  const Assemblies::Begun begun = assemblies.begin(recognised.application, first, 0);
  std::string all = outcome(begun.found);
  if (begun.id == Assemblies::kNone) return all;
  for (std::size_t at = 1; at < datagrams.size(); ++at) {
    all += "," + outcome(assemblies.add(begun.id, data_of(kProtocolUdp, datagrams[at]), 0));
  }
  return all;
}

const std::string kQuicHello = tls_handshake(1, hello_body(long_extensions("a.example")));

std::string quic_part(std::size_t offset, std::size_t size, const QuicInitialOptions& options = {}) {
  std::string frames = quic_crypto(offset, std::string_view{kQuicHello}.substr(offset, size));
  frames.resize(std::max<std::size_t>(frames.size(), 1000));
  return datagram_of(quic_initial(frames, options));
}

}  // namespace

TEST_CASE("a hello over two segments, split at every byte") {
  const std::string hello = long_hello();
  Assemblies assemblies(2);
  for (std::size_t size = 11; size < hello.find("a.example") + 9; size += 7) {
    CAPTURE(size);
    Stream stream(assemblies, std::string_view{hello}.substr(0, size));
    CHECK(stream.first_outcome == "...");
    CHECK(stream.add(size, std::string_view{hello}.substr(size)) == "a.example");
    assemblies.release(stream.id);
  }
  CHECK(assemblies.refused() == 0);
}

TEST_CASE("segments repeated, overlapping, out of order, across the wrap of sequence numbers") {
  const std::string hello = long_hello();
  const auto part = [&hello](std::size_t from, std::size_t to) {
    return std::string_view{hello}.substr(from, to - from);
  };
  Assemblies assemblies;
  Stream stream(assemblies, part(0, 100), 0xffffff80U);
  CHECK(stream.add(0, part(0, 100)) == "...");                 // again
  CHECK(stream.add(1400, part(1400, hello.size())) == "...");  // out of turn
  CHECK(stream.add(1300, part(1300, 1500)) == "...");          // overlaps
  CHECK(stream.add(50, part(50, 700)) == "...");               // begins within what is there
  CHECK(stream.add(0, part(0, 20)) == "...");
  CHECK(stream.add(0xffffffffU, "x"s + std::string(part(0, 30))) == "...");  // one byte before the message
  CHECK(stream.add(700, part(700, 1300)) == "a.example");
}

TEST_CASE("random segments in any order") {
  std::mt19937 random(17);
  Assemblies assemblies(4);
  for (int round = 0; round < 300; ++round) {
    const std::string hello = long_hello("n" + std::to_string(round) + ".example");
    std::vector<std::pair<std::size_t, std::string>> parts;
    for (std::size_t at = 0; at < hello.size();) {
      const std::size_t size = 200 + random() % 900;
      parts.emplace_back(at, hello.substr(at, size));
      at += size;
    }
    std::shuffle(parts.begin() + 1, parts.end(), random);
    Stream stream(assemblies, parts[0].second, static_cast<std::uint32_t>(random()));
    std::string last = stream.first_outcome;
    for (std::size_t at = 1; at < parts.size() && last == "..."; ++at) {
      last = stream.add(parts[at].first, parts[at].second);
    }
    CHECK(last == "n" + std::to_string(round) + ".example");
    assemblies.release(stream.id);
  }
}

TEST_CASE("a hello over several records, in one segment and in several") {
  const std::string message = tls_handshake(1, hello_body(long_extensions("a.example", 300)));
  for (const std::size_t size : {64U, 100U, 200U, 350U}) {
    CAPTURE(size);
    const std::string stream_bytes = in_records(message, size);
    Assemblies assemblies(1);
    Stream at_once(assemblies, stream_bytes);
    CHECK(at_once.first_outcome == "a.example");
    CHECK(at_once.id == Assemblies::kNone);

    Stream apart(assemblies, std::string_view{stream_bytes}.substr(0, 90));
    CHECK(apart.add(90, std::string_view{stream_bytes}.substr(90, 120)) == "...");
    CHECK(apart.add(210, std::string_view{stream_bytes}.substr(210)) == "a.example");
    assemblies.release(apart.id);
  }
  // Nothing may come between the parts of a message.
  Assemblies assemblies(1);
  Stream broken(assemblies, tls_record(22, message.substr(0, 100)));
  CHECK(broken.add(105, tls_record(21, "\x01\x02") + tls_record(22, message.substr(100))) == "unseen");
}

TEST_CASE("a whole hello without a name") {
  const std::string hello =
      tls_record(22, tls_handshake(1, hello_body(tls_extension(51, std::string(1800, 'k')))));
  Assemblies assemblies(1);
  Stream stream(assemblies, std::string_view{hello}.substr(0, 1400));
  CHECK(stream.add(1400, std::string_view{hello}.substr(1400)) == "absent");
}

TEST_CASE("messages that are not followed to their end") {
  const std::string hello = long_hello();
  Assemblies assemblies(8);
  SUBCASE("a gap that is never filled") {
    Stream stream(assemblies, std::string_view{hello}.substr(0, 100));
    for (int packet = 2; packet < Assemblies::kMostPackets; ++packet) {
      CHECK(stream.add(200, std::string_view{hello}.substr(200)) == "...");
    }
    CHECK(stream.add(200, std::string_view{hello}.substr(200)) == "unseen");
  }
  SUBCASE("a segment cut by the capture") {
    Stream stream(assemblies, std::string_view{hello}.substr(0, 100));
    CHECK(stream.add(100, std::string_view{hello}.substr(100, 100), 500) == "unseen");
  }
  SUBCASE("a segment cut after the name") {
    Stream stream(assemblies, std::string_view{hello}.substr(0, 100));
    CHECK(stream.add(100, std::string_view{hello}.substr(100), 50) == "a.example");
  }
  SUBCASE("a hello too long to be one") {
    const std::string huge =
        in_records(tls_handshake(1, hello_body(long_extensions("a.example", 30'000))), 16'000);
    Stream stream(assemblies, std::string_view{huge}.substr(0, 9000));
    CHECK(stream.add(9000, std::string_view{huge}.substr(9000)) == "unseen");
  }
  SUBCASE("something else follows") {
    Stream stream(assemblies, std::string_view{hello}.substr(0, 100));
    CHECK(stream.add(0x50000000, "far away") == "...");
  }
}

TEST_CASE("a request whose Host comes later") {
  const std::string request = "GET /" + std::string(1000, 'x') +
                              " HTTP/1.1\r\nCookie: " + std::string(3000, 'c') +
                              "\r\nHost: a.example\r\n\r\n";
  Assemblies assemblies(1);
  for (const std::size_t size : {500U, 1460U, 4035U}) {
    CAPTURE(size);
    Stream stream(assemblies, std::string_view{request}.substr(0, size));
    std::string last = "...";
    for (std::size_t at = size; at < request.size() && last == "..."; at += size) {
      last = stream.add(at, std::string_view{request}.substr(at, size));
    }
    CHECK(last == "a.example");
    assemblies.release(stream.id);
  }
  Stream nameless(assemblies, "GET / HTTP/1.0\r\nAccept: */*\r\n");
  CHECK(nameless.add(29, "\r\nHost: b\r\n") == "absent");
  assemblies.release(nameless.id);
  Stream no_request(assemblies, "GET /x");
  CHECK(no_request.add(6, " and so on\r\n") == "unseen");
}

TEST_CASE("DTLS fragments over several datagrams") {
  const std::string body = dtls_hello_body(long_extensions("a.example"));
  const auto fragment = [&body](std::size_t offset, std::size_t size) {
    return dtls_record(dtls_fragment(body, offset, size));
  };
  CHECK(outcomes_of({fragment(0, 1200), fragment(1200, 2000)}) == "...,a.example");
  CHECK(outcomes_of({fragment(1200, 2000), fragment(0, 1200)}) == "...,a.example");
  CHECK(outcomes_of({fragment(0, 500), fragment(0, 500), fragment(1000, 2000), fragment(400, 700)}) ==
        "...,...,...,a.example");
  CHECK(outcomes_of({fragment(0, 900) + fragment(900, 2000)}) == "a.example");
  CHECK(outcomes_of({fragment(0, 900), dtls_record("x", 23), fragment(900, 2000)}) == "...,...,a.example");
  // The hello that answers a cookie is another message; leftovers of the first one do not mix with it.
  const std::string second = dtls_hello_body(long_extensions("a.example"), "cookie");
  const auto again = [&second](std::size_t offset, std::size_t size) {
    return dtls_record(dtls_fragment(second, offset, size, 1));
  };
  CHECK(outcomes_of({fragment(0, 900), again(0, 900), fragment(900, 2000), again(900, 2000)}) ==
        "...,...,...,a.example");
}

TEST_CASE("QUIC Initial packets") {
  CHECK(outcomes_of({quic_part(0, 4000)}) == "a.example");
  CHECK(outcomes_of({quic_part(0, 4000, {.version = kQuicVersion2})}) == "a.example");
  CHECK(outcomes_of({quic_part(0, 1000), quic_part(1000, 4000, {.number = 1})}) == "...,a.example");
  CHECK(outcomes_of({quic_part(1000, 4000, {.number = 1}), quic_part(0, 1000)}) == "...,a.example");
  CHECK(outcomes_of({quic_part(0, 700) + quic_part(700, 4000, {.number = 1})}) == "a.example");
  // The server's answer gives the client another ID to write to; the keys stay.
  CHECK(outcomes_of({quic_part(0, 1000), quic_part(1000, 4000, {.destination = "server", .number = 1})}) ==
        "...,a.example");
  // After a Retry the keys are derived from the ID that the server has chosen.
  CHECK(outcomes_of({quic_part(0, 1000), quic_part(0, 1000, {.keys_of = "retried", .token = "token"}),
                     quic_part(1000, 4000, {.keys_of = "retried", .token = "token", .number = 2})}) ==
        "...,...,a.example");
  // The server's packets cannot be opened without the client's first packet, and have no name.
  CHECK(outcomes_of({quic_part(0, 4000, {.from_server = true})}) == "unseen");
  CHECK(outcomes_of({quic_part(0, 1000), "\x40" + std::string(50, 's'), quic_part(1000, 4000)}) ==
        "...,...,a.example");
  // Early data before the hello, in one datagram with it or in several.
  const std::string early = "\xd0\0\0\0\x01\x02zz\0"s + quic_varint(40, true) + std::string(40, '0');
  CHECK(outcomes_of({early, early, quic_part(0, 4000)}) == "...,...,a.example");
  CHECK(outcomes_of({early + quic_part(0, 4000)}) == "a.example");
  CHECK(outcomes_of({early, "\x40" + std::string(50, 's'), quic_part(0, 4000)}) == "...,unseen,a.example");
  std::string nameless = quic_crypto(0, tls_handshake(1, hello_body("")));
  CHECK(outcomes_of({datagram_of(quic_initial(nameless))}) == "absent");
  std::string other = quic_crypto(0, tls_handshake(2, hello_body("")));
  CHECK(outcomes_of({datagram_of(quic_initial(other))}) == "unseen");
}

TEST_CASE("a QUIC hello in many small frames, shuffled") {
  std::mt19937 random(23);
  for (int round = 0; round < 50; ++round) {
    std::vector<std::string> frames;
    for (std::size_t at = 0; at < kQuicHello.size();) {
      const std::size_t size = 50 + random() % 200;
      frames.push_back(quic_crypto(at, std::string_view{kQuicHello}.substr(at, size)) +
                       std::string(random() % 3, static_cast<char>(random() % 2)));
      at += size;
    }
    std::shuffle(frames.begin(), frames.end(), random);
    std::string first;
    std::string second;
    for (std::size_t at = 0; at < frames.size(); ++at) (at % 2 == 0 ? first : second) += frames[at];
    CHECK(outcomes_of({datagram_of(quic_initial(first)), datagram_of(quic_initial(second, {.number = 1}))})
              .ends_with("a.example"));
  }
}

TEST_CASE("in a full pool the oldest message is dropped, and counted") {
  const std::string hello = long_hello();
  const auto first_half = std::string_view{hello}.substr(0, 1000);
  const auto second_half = std::string_view{hello}.substr(1000);
  Assemblies assemblies(2);
  Stream one(assemblies, first_half);
  Stream two(assemblies, first_half);
  Stream three(assemblies, first_half);
  CHECK(assemblies.refused() == 1);
  CHECK(one.add(1000, second_half) == "unseen");
  CHECK(two.add(1000, second_half) == "a.example");
  assemblies.release(one.id);
  assemblies.release(two.id);
  Stream four(assemblies, first_half);
  CHECK(assemblies.refused() == 1);
  CHECK(three.add(1000, second_half) == "a.example");
  CHECK(four.add(1000, second_half) == "a.example");
}

TEST_CASE("IDs run out, too, and are reused") {
  const std::string hello = long_hello();
  const auto first_half = std::string_view{hello}.substr(0, 1000);
  Assemblies assemblies(1);
  std::vector<Assemblies::Id> ids;
  while (true) {
    const auto begun = assemblies.begin(application("tls"), data_of(kProtocolTcp, first_half), 1);
    CHECK(begun.found.application == application("tls"));
    if (begun.id == Assemblies::kNone) break;
    ids.push_back(begun.id);
  }
  CHECK(ids.size() >= 16);
  CHECK(assemblies.refused() == ids.size());
  for (const Assemblies::Id id : ids) assemblies.release(id);
  Stream stream(assemblies, first_half);
  CHECK(stream.add(1000, std::string_view{hello}.substr(1000)) == "a.example");
}
