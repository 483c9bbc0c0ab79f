#include "classify/application_match.hpp"

#include <doctest/doctest.h>

#include "tests/classify/estate_builder.hpp"

namespace portproof::test {

TEST_CASE("application: each agrees with itself") {
  for (std::size_t index = 0; index < kApplicationCount; ++index) {
    CHECK(agrees(static_cast<Application>(index), static_cast<Application>(index)));
  }
}

TEST_CASE("application: a protocol that turns to TLS agrees with TLS, and TLS with nothing but itself") {
  using enum Application;
  for (const Application turning : {ldap, smtp, tds, rdp, vnc, nfs}) {
    CHECK(agrees(turning, tls));
    CHECK_FALSE(agrees(tls, turning));
    CHECK_FALSE(agrees(turning, http));
  }
  CHECK(agrees(rtp, dtls));
  CHECK_FALSE(agrees(dtls, rtp));
  CHECK(agrees(netbios_session, smb));
  CHECK_FALSE(agrees(smb, netbios_session));
  CHECK(agrees(netscaler_mep, netscaler_rpc));
  CHECK_FALSE(agrees(netscaler_rpc, netscaler_mep));
}

TEST_CASE("application: TLS, DTLS, QUIC and HTTP never stand for each other, nor ICA for CGP") {
  using enum Application;
  const std::array<Application, 6> apart{tls, dtls, quic, http, ica, cgp};
  for (const Application listed : apart) {
    for (const Application spoken : apart) CHECK(agrees(listed, spoken) == (listed == spoken));
  }
}

TEST_CASE("application: nine pairs agree beyond themselves, and no others") {
  std::size_t pairs = 0;
  for (std::size_t listed = 0; listed < kApplicationCount; ++listed) {
    for (std::size_t spoken = 0; spoken < kApplicationCount; ++spoken) {
      const bool agree = agrees(static_cast<Application>(listed), static_cast<Application>(spoken));
      if (listed != spoken && agree) ++pairs;
    }
  }
  CHECK(pairs == 9);
}

TEST_CASE("application: what has TLS on a port of its own does not agree with it") {
  using enum Application;
  for (const Application apart : {http, syslog, dns, radius, ipfix, flexlm, netscaler_rpc, netscaler_mep}) {
    CHECK_FALSE(agrees(apart, tls));
  }
}

TEST_CASE("application: what is not identified is expected everywhere") {
  using enum Application;
  CHECK(expects(RuleOf("listed").tcp("80").expecting({http}), unknown));
  CHECK(expects(RuleOf("broad").tcp("1024-65535"), unknown));
}

TEST_CASE("application: without a list a narrow rule expects anything, a broad one nothing identified") {
  using enum Application;
  CHECK(expects(RuleOf("narrow").tcp("80"), rdp));
  CHECK(expects(RuleOf("at the edge").tcp("1-1000"), rdp));
  CHECK_FALSE(expects(RuleOf("broad").tcp("1-1001"), rdp));
  CHECK(expects(RuleOf("broad with a list").tcp("1-1001").expecting({rdp}), rdp));
}

TEST_CASE("application: a list is held to, by equality or agreement") {
  using enum Application;
  const Rule rule = RuleOf("directory").tcp("389").expecting({ldap});
  CHECK(expects(rule, ldap));
  CHECK(expects(rule, tls));
  CHECK_FALSE(expects(rule, http));
  CHECK_FALSE(expects(RuleOf("web").tcp("80").expecting({http}), tls));
}

}  // namespace portproof::test
