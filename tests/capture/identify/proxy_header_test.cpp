#include "capture/identify/internal/proxy_header.hpp"

#include "samples/payloads.hpp"
#include "tests/capture/identify/data.hpp"

using namespace portproof;
using namespace portproof::test;

namespace {

const std::string kText = "PROXY TCP4 192.0.2.1 192.0.2.2 50000 443\r\n";
// Version 2 for a connection over TCP and IPv4.
const std::string kBinary = hex("0d0a0d0a000d0a515549540a 21 11 000c c0000201 c0000202 c350 01bb");
const std::string kRequest = "GET / HTTP/1.1\r\nHost: a.example\r\n\r\n";

std::size_t length_of(std::string_view bytes, std::uint32_t cut = 0) {
  FirstData data;
  data.protocol = kProtocolTcp;
  data.bytes = {reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()};
  data.wire_length = static_cast<std::uint32_t>(bytes.size()) + cut;
  return proxy_header_length(data);
}

}  // namespace

TEST_CASE("headers of both versions, and what only looks like one") {
  CHECK(length_of(kText + kRequest) == kText.size());
  CHECK(length_of("PROXY TCP6 2001:db8::1 2001:db8::2 50000 443\r\n") == 46);
  CHECK(length_of("PROXY UNKNOWN\r\n") == 15);
  CHECK(length_of("PROXY UNKNOWN ffff:: whatever\r\nx") == 31);
  CHECK(length_of(kBinary + kRequest) == kBinary.size());
  CHECK(length_of(with(kBinary, 12, 0x20)) == kBinary.size());  // the proxy speaks for itself

  CHECK(length_of("PROXY TCP4 192.0.2.1 192.0.2.2 50000 443") == 0);
  CHECK(length_of("PROXY TCP4 192.0.2.1 192.0.2.2 50000\r\n") == 0);
  CHECK(length_of("PROXY TCP4 shop.example 192.0.2.2 50000 443\r\n") == 0);
  CHECK(length_of("PROXY UDP4 192.0.2.1 192.0.2.2 50000 443\r\n") == 0);
  CHECK(length_of("PROXY UNKNOWN " + std::string(100, 'x') + "\r\n") == 0);
  CHECK(length_of(with(kBinary, 11, 'N')) == 0);
  CHECK(length_of(with(kBinary, 12, 0x31)) == 0);  // version 3
  CHECK(length_of(with(kBinary, 13, 0x41)) == 0);  // an unknown family
  CHECK(length_of(with(kBinary, 13, 0x13)) == 0);  // an unknown transport
  CHECK(length_of(kBinary.substr(0, 15)) == 0);
  CHECK(length_of(kRequest) == 0);
}

TEST_CASE("a binary header continues in the next packet, or the capture cuts it") {
  CHECK(length_of(kBinary.substr(0, 20)) == 20);
  CHECK(length_of(kBinary.substr(0, 20), 50) == kBinary.size());
}

TEST_CASE("what follows the header is identified, and its sender opened the connection") {
  for (const std::string& header : {kText, kBinary}) {
    const std::string bytes = header + kRequest;
    const Recognition found = identify_text(bytes);
    CHECK(name(found.application) == "http");
    CHECK(found.name == "a.example");
    CHECK(found.skipped == header.size());
    CHECK(found.speaker == Speaker::asks);

    const Recognition alone = identify_text(header);
    CHECK(alone.application == kUnknownApplication);
    CHECK(alone.more_may_show);
    CHECK(alone.speaker == Speaker::asks);
    CHECK(identify_text(header + "????").application == kUnknownApplication);
  }
  // A server that speaks first is not behind a header of its own, so whatever follows one, a client says.
  CHECK(identify_text(kText + "SSH-2.0-x\r\n").speaker == Speaker::asks);
}

TEST_CASE("a cut header and message give the same answer or none") {
  const std::string bytes = kBinary + text(samples::tls_client_hello("a.example"));
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    const auto missing = static_cast<std::uint32_t>(bytes.size() - size);
    const Recognition cut = identify_text(std::string_view{bytes}.substr(0, size), missing);
    CAPTURE(size);
    CHECK((cut.application == kUnknownApplication || name(cut.application) == "tls"));
  }
}
