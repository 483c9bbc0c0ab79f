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
  check_said(kProtocolUdp,
             {{"choice", packet(0x80, "00000000", hex("00000001 1a2a3a4a")), "quic", Speaker::answers},
              {"an empty list", packet(0x80, "00000000", "")},
              {"no known version", packet(0x80, "00000000", hex("1a2a3a4a"))},
              {"something else", packet(0x80, "00000000", hex("00000001 12345678"))},
              {"incomplete", packet(0x80, "00000000", hex("00000001 00"))}});
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
