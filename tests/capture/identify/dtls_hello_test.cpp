#include "capture/identify/internal/dtls_hello.hpp"

#include <doctest/doctest.h>

#include <random>
#include <string>

#include "tests/capture/identify/data.hpp"
#include "tests/capture/identify/hellos.hpp"
#include "tests/support/application.hpp"

using namespace portproof;
using namespace portproof::test;

namespace {

const std::string kBody = dtls_hello_body(server_name_extension("a.example") + tls_extension(21, "x"));

Recognition identify_datagram(std::string_view text, std::uint32_t cut = 0) {
  return identify_text(text, cut, kProtocolUdp);
}

}  // namespace

TEST_CASE("a hello in one record gives the server's name") {
  for (const std::string& cookie : {std::string{}, std::string(20, 'c')}) {
    const std::string body = dtls_hello_body(server_name_extension("a.example"), cookie);
    const std::string datagram = dtls_record(dtls_fragment(body, 0, body.size()));
    const Recognition found = identify_datagram(datagram);
    CHECK(found.application == application("dtls"));
    CHECK(found.name_state == NameState::given);
    CHECK(found.name == "a.example");
    CHECK(found.speaker == Speaker::asks);
    CHECK_FALSE(found.unfinished);
  }
  const std::string nameless = dtls_hello_body("");
  const std::string datagram = dtls_record(dtls_fragment(nameless, 0, nameless.size()));
  CHECK(identify_datagram(datagram).name_state == NameState::absent);
}

TEST_CASE("a fragment is unfinished") {
  const std::string first = dtls_record(dtls_fragment(kBody, 0, 50));
  CHECK(identify_datagram(first).application == application("dtls"));
  CHECK(identify_datagram(first).unfinished);
  const std::string later = dtls_record(dtls_fragment(kBody, 50, 20));
  CHECK(identify_datagram(later).application == application("dtls"));
  CHECK(identify_datagram(later).unfinished);
  // Fragments short enough to leave everything open.
  CHECK(identify_datagram(dtls_record(dtls_fragment(kBody, 0, 1))).unfinished);
  CHECK(identify_datagram(dtls_record(dtls_fragment(kBody, 0, 0))).unfinished);
}

TEST_CASE("a datagram cut at every byte gives never another name, never absent, never unfinished") {
  const std::string datagram = dtls_record(dtls_fragment(kBody, 0, kBody.size()));
  for (std::size_t size = 0; size < datagram.size(); ++size) {
    CAPTURE(size);
    const auto missing = static_cast<std::uint32_t>(datagram.size() - size);
    const Recognition found = identify_datagram(std::string_view{datagram}.substr(0, size), missing);
    CHECK(found.name_state != NameState::absent);
    if (found.name_state == NameState::given) CHECK(found.name == "a.example");
    CHECK_FALSE(found.unfinished);
    CHECK(found.application == (size < 25 ? kUnknownApplication : application("dtls")));
  }
}

TEST_CASE("fragments in sequence, in one record and in several") {
  const std::string datagram = dtls_record(dtls_fragment(kBody, 0, 10) + dtls_fragment(kBody, 10, 10)) +
                               dtls_record(dtls_fragment(kBody, 20, 10, 3)) + dtls_record("\x01", 20) +
                               dtls_record(kBody);
  DtlsHelloFragments fragments({reinterpret_cast<const std::uint8_t*>(datagram.data()), datagram.size()});
  for (const std::uint32_t offset : {0U, 10U, 20U}) {
    const auto fragment = fragments.next();
    REQUIRE(fragment);
    CHECK(fragment->offset == offset);
    CHECK(fragment->length == kBody.size());
    CHECK(fragment->bytes.size() == 10);
    CHECK(fragment->message == (offset == 20 ? 3 : 0));
  }
  CHECK_FALSE(fragments.next());
}

TEST_CASE("messages that only begin like DTLS") {
  const auto changed = [](std::size_t at, char value) {
    std::string datagram = dtls_record(dtls_fragment(kBody, 0, kBody.size()));
    datagram[at] = value;
    return recognise_dtls_hello({kProtocolUdp,
                                 {reinterpret_cast<const std::uint8_t*>(datagram.data()), datagram.size()},
                                 static_cast<std::uint32_t>(datagram.size())})
        .application;
  };
  CHECK(changed(1, '\xfe') == application("dtls"));
  CHECK(changed(0, 23) == kUnknownApplication);       // another type of record
  CHECK(changed(1, '\x03') == kUnknownApplication);   // the version of TLS
  CHECK(changed(4, 1) == kUnknownApplication);        // the second epoch is encrypted
  CHECK(changed(13, 2) == kUnknownApplication);       // another message
  CHECK(changed(14, 2) == kUnknownApplication);       // longer than any hello
  CHECK(changed(22, 1) == kUnknownApplication);       // a fragment longer than its message
  CHECK(changed(25, '\x03') == kUnknownApplication);  // the hello's own version
}

TEST_CASE("any bytes do no harm") {
  std::mt19937 random(13);
  const std::string datagram =
      dtls_record(dtls_fragment(kBody, 0, 60) + dtls_fragment(kBody, 60, kBody.size())) + dtls_record(kBody);
  for (int round = 0; round < 20'000; ++round) {
    std::string bytes = datagram;
    for (int flips = 0; flips < 3; ++flips) bytes[random() % bytes.size()] = static_cast<char>(random());
    bytes.resize(1 + random() % bytes.size());
    const Recognition found = identify_datagram(bytes);
    if (found.name_state == NameState::given) CHECK(found.name.size() <= bytes.size());
  }
}
