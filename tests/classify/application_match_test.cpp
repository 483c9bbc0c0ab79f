#include "classify/application_match.hpp"

#include <doctest/doctest.h>

#include "tests/classify/estate_builder.hpp"
#include "tests/support/application.hpp"

namespace portproof::test {
namespace {

bool agree(std::string_view listed, std::string_view spoken) {
  return agrees(application(listed), application(spoken));
}

}  // namespace

TEST_CASE("application: each agrees with itself") {
  for (std::size_t index = 0; index < application_names().size(); ++index) {
    CHECK(agrees(static_cast<Application>(index), static_cast<Application>(index)));
  }
}

TEST_CASE("application: a protocol that upgrades to TLS agrees with TLS, but TLS only with itself") {
  for (const std::string_view turning : {"ldap", "smtp", "tds", "rdp", "vnc", "nfs"}) {
    CHECK(agree(turning, "tls"));
    CHECK_FALSE(agree("tls", turning));
    CHECK_FALSE(agree(turning, "http"));
  }
  CHECK(agree("rtp", "dtls"));
  CHECK_FALSE(agree("dtls", "rtp"));
  CHECK(agree("netbios-session", "smb"));
  CHECK_FALSE(agree("smb", "netbios-session"));
  CHECK(agree("netscaler-mep", "netscaler-rpc"));
  CHECK_FALSE(agree("netscaler-rpc", "netscaler-mep"));
}

TEST_CASE("application: TLS, DTLS, QUIC and HTTP never stand for each other, nor ICA for CGP") {
  const std::array<std::string_view, 6> apart{"tls", "dtls", "quic", "http", "ica", "cgp"};
  for (const std::string_view listed : apart) {
    for (const std::string_view spoken : apart) CHECK(agree(listed, spoken) == (listed == spoken));
  }
}

TEST_CASE("application: two different ones agree in one direction at most, and only a few do") {
  std::size_t pairs = 0;
  for (std::size_t listed = 0; listed < application_names().size(); ++listed) {
    for (std::size_t spoken = 0; spoken < application_names().size(); ++spoken) {
      if (listed == spoken || !agrees(static_cast<Application>(listed), static_cast<Application>(spoken))) {
        continue;
      }
      CHECK_FALSE(agrees(static_cast<Application>(spoken), static_cast<Application>(listed)));
      ++pairs;
    }
  }
  CHECK(pairs >= 9);
  CHECK(pairs < application_names().size());
}

TEST_CASE("application: a protocol with a TLS port of its own does not agree with TLS") {
  for (const std::string_view apart :
       {"http", "syslog", "dns", "radius", "ipfix", "flexlm", "netscaler-rpc", "netscaler-mep"}) {
    CHECK_FALSE(agree(apart, "tls"));
  }
}

TEST_CASE("application: unidentified traffic is expected everywhere") {
  CHECK(expects(RuleOf("listed").tcp("80").expecting({"http"}), application("unknown"), Transport::tcp, 80));
  CHECK(expects(RuleOf("broad").tcp("1024-65535"), application("unknown"), Transport::tcp, 65535));
}

TEST_CASE("application: without a list a narrow rule expects anything, a broad one nothing identified") {
  CHECK(expects(RuleOf("narrow").tcp("80"), application("rdp"), Transport::tcp, 80));
  CHECK(expects(RuleOf("at the edge").tcp("1-1000"), application("rdp"), Transport::tcp, 1000));
  CHECK_FALSE(expects(RuleOf("broad").tcp("1-1001"), application("rdp"), Transport::tcp, 1001));
  CHECK(expects(RuleOf("broad with a list").tcp("1-1001").expecting({"rdp"}), application("rdp"),
                Transport::tcp, 1001));
  CHECK(expects(RuleOf("both").tcp("445").tcp("49152-65535"), application("rdp"), Transport::tcp, 445));
  CHECK_FALSE(
      expects(RuleOf("both").tcp("445").tcp("49152-65535"), application("rdp"), Transport::tcp, 50000));
}

TEST_CASE("application: a list is enforced, by equality or agreement") {
  const Rule rule = RuleOf("directory").tcp("389").expecting({"ldap"});
  CHECK(expects(rule, application("ldap"), Transport::tcp, 389));
  CHECK(expects(rule, application("tls"), Transport::tcp, 389));
  CHECK_FALSE(expects(rule, application("http"), Transport::tcp, 389));
  CHECK_FALSE(expects(RuleOf("web").tcp("80").expecting({"http"}), application("tls"), Transport::tcp, 80));
}

}  // namespace portproof::test
