#include "samples/message.hpp"
#include "samples/payloads.hpp"
#include "tests/capture/identify/data.hpp"

using namespace portproof;
using namespace portproof::test;
namespace say = portproof::samples;
using say::Message;

namespace {

// A long header with connection IDs of eight and zero bytes, and what follows.
std::string packet(int first, std::string_view version, const std::string& rest) {
  return std::string(1, static_cast<char>(first)) + hex(version) + hex("08 0102030405060708 00") + rest;
}

const std::string kBody = hex("4020") + std::string(32, 'x');  // its length, and that many bytes

}  // namespace

TEST_CASE("long headers of every version, and messages that only clients or servers send") {
  check_said(kProtocolUdp,
             {{"initial", packet(0xc3, "00000001", hex("00") + kBody), "quic"},
              {"with a token", packet(0xc3, "00000001", hex("02aabb") + kBody), "quic", Speaker::asks},
              {"before the handshake is complete", packet(0xd3, "00000001", kBody), "quic", Speaker::asks},
              {"handshake", packet(0xe3, "00000001", kBody), "quic"},
              {"retry", packet(0xf0, "00000001", std::string(20, 'x')), "quic", Speaker::answers},
              {"version 2, initial", packet(0xd3, "6b3343cf", hex("02aabb") + kBody), "quic", Speaker::asks},
              {"version 2, early", packet(0xe3, "6b3343cf", kBody), "quic", Speaker::asks},
              {"version 2, handshake", packet(0xf3, "6b3343cf", kBody), "quic"},
              {"version 2, retry", packet(0xc0, "6b3343cf", std::string(20, 'x')), "quic", Speaker::answers},
              {"draft 29", packet(0xc3, "ff00001d", hex("00") + kBody), "quic"},
              {"several in one datagram", packet(0xe3, "00000001", kBody) + kBody, "quic"}});
}

TEST_CASE("a list of versions is an answer") {
  const std::string unknown = hex("80 00000000 00 08 0102030405060708 12345678 9abcdef0");
  check_said(kProtocolUdp,
             {{"choice", packet(0x80, "00000000", hex("00000001 1a2a3a4a")), "quic", Speaker::answers},
              {"an empty list", packet(0x80, "00000000", "")},
              {"no known version", packet(0x80, "00000000", hex("1a2a3a4a"))},
              {"with one that nobody knows", packet(0x80, "00000000", hex("00000001 12345678")), "quic",
               Speaker::answers},
              {"of a vendor", packet(0x80, "00000000", hex("faceb002 12345678")), "quic", Speaker::answers},
              {"unknown ones, with a source id", unknown, "quic", Speaker::answers},
              {"the same, repeated", unknown + hex("12345678")},
              {"the same, and nothing", unknown + hex("00000000")},
              {"many", packet(0x80, "00000000", hex("00000001") + std::string(128, 'v'))},
              {"incomplete", packet(0x80, "00000000", hex("00000001 00"))}});
}

TEST_CASE("versions of vendors") {
  check_said(kProtocolUdp,
             {{"Facebook", packet(0xcc, "faceb002", hex("00") + kBody), "quic"},
              {"Microsoft", packet(0xcc, "abcd0001", hex("02aabb") + kBody), "quic", Speaker::asks},
              {"their neighbours", packet(0xcc, "abcd0010", hex("00") + kBody)}});
}

TEST_CASE("an unknown version is believed of a client's first datagram") {
  const auto first = [](std::string_view version, std::size_t size) {
    return packet(0xc3, version, hex("00") + text(Message().u16(0x4000 + size)) + std::string(size, 'x'));
  };
  const std::string ours = first("5a5a0001", 1200);
  const std::string reserved = packet(0xc3, "1a2a3a4a", std::string(1200, 'x'));
  check_said(kProtocolUdp,
             {{"any", ours, "quic", Speaker::asks},
              {"reserved, whatever follows", reserved, "quic", Speaker::asks},
              {"too small", first("5a5a0001", 1100)},
              {"reserved, too small", packet(0xc3, "1a2a3a4a", std::string(1100, 'x'))},
              {"more behind it", ours + "x"},
              {"of another type", with(ours, 0, 0xe3)},
              {"without the fixed bit", with(reserved, 0, 0x83)},
              {"a short id", hex("c3 1a2a3a4a 07 01020304050607 00") + std::string(1200, 'x')}});
}

TEST_CASE("versions before the standard") {
  check_said(kProtocolUdp,
             {{"Q043", hex("0d 0102030405060708") + "Q043" + std::string(20, 'x'), "quic"},
              {"Q046", hex("c3") + "Q046" + hex("50 0102030405060708") + std::string(20, 'x'), "quic"},
              {"Q4x3", hex("0d 0102030405060708") + "Q4x3"},
              {"not a version", hex("0c 0102030405060708") + "Q043"}});
}

TEST_CASE("packets without a long header") {
  check_said(kProtocolUdp,
             {{"short", hex("40 00000001") + kBody},
              {"without the fixed bit", packet(0x83, "00000001", hex("00") + kBody)},
              {"an unknown version", packet(0xc3, "00000003", hex("00") + kBody)},
              {"longer than the datagram", packet(0xe3, "00000001", hex("4021") + std::string(32, 'x'))},
              {"too short for a sample", packet(0xe3, "00000001", hex("13") + std::string(19, 'x'))},
              {"a connection ID too long", hex("c3 00000001 15") + std::string(60, 'x')}});
}
