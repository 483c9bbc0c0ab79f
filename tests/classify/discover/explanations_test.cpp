#include "classify/discover/internal/explanations.hpp"

#include <doctest/doctest.h>

#include <algorithm>

#include "tests/classify/discover/evidence.hpp"
#include "tests/support/application.hpp"

namespace portproof {
namespace {

using test::application;
using test::built_in;

struct Book {
  RuleBook rules{built_in(), nullptr};
  ExplanationBook explanations{rules, built_in().roles};

  const Explanations& of(Transport transport, std::uint16_t port, Application application,
                         HttpKinds kinds = {}, bool request_seen = false) {
    Contact contact;
    contact.transport = transport;
    contact.port = port;
    contact.application = application;
    contact.kinds = kinds;
    contact.request_seen = request_seen;
    return explanations.of(contact);
  }
};

const RolePair* pair_of(const Explanations& found, std::string_view from, std::string_view to) {
  const RoleTable& roles = built_in().roles;
  const auto pair = std::find_if(found.pairs.begin(), found.pairs.end(), [&](const RolePair& known) {
    return roles.at(known.from).id == from && roles.at(known.to).id == to;
  });
  return pair == found.pairs.end() ? nullptr : &*pair;
}

TEST_CASE("a rule on the service explains it, if the rule expects the application") {
  Book book;
  const Explanations& ica = book.of(Transport::tcp, 1494, application("ica"));
  CHECK(pair_of(ica, "workspace-app", "vda") != nullptr);
  CHECK(pair_of(ica, "gateway-snip", "vda") != nullptr);
  CHECK_FALSE(ica.mismatch);
  const Explanations& ssh = book.of(Transport::tcp, 1494, application("ssh"));
  CHECK(ssh.pairs.empty());
  CHECK(ssh.mismatch);
  CHECK_FALSE(book.of(Transport::tcp, 31'999, kUnknownApplication).mismatch);
}

TEST_CASE("roles that a rule names beyond what is printed are no explanation") {
  Book book;
  const Explanations& logins = book.of(Transport::tcp, 636, application("tls"));
  CHECK(pair_of(logins, "gateway-snip", "ldap-server") != nullptr);
  CHECK(pair_of(logins, "adc-nsip", "ldap-server") == nullptr);
  CHECK(pair_of(logins, "gateway-snip", "domain-controller") == nullptr);
  CHECK_FALSE(logins.mismatch);
  CHECK(pair_of(book.of(Transport::udp, 161, application("snmp")), "adm", "adc-nsip") == nullptr);
}

TEST_CASE("broad rules and deny rules explain nothing, except what a broad rule lists") {
  Book book;
  CHECK(book.of(Transport::tcp, 50'001, kUnknownApplication).pairs.empty());
  CHECK(pair_of(book.of(Transport::udp, 2070, application("tftp")), "pxe-service", "target-device") !=
        nullptr);
}

TEST_CASE("a rule that names many roles says less about each, and explains as much") {
  Book book;
  const RolePair* any =
      pair_of(book.of(Transport::tcp, 27'000, application("flexlm")), "ddc", "license-server");
  const RolePair* one =
      pair_of(book.of(Transport::tcp, 8286, kUnknownApplication), "wem-agent", "wem-infrastructure-service");
  REQUIRE(any != nullptr);
  REQUIRE(one != nullptr);
  CHECK(any->from_share < one->from_share);
  CHECK(any->to_share == one->to_share);
  CHECK(any->weight == one->weight);
}

TEST_CASE("the kind of a request shows who asks whom, on any port") {
  Book book;
  HttpKinds registration;
  registration.set(static_cast<std::size_t>(HttpKind::registration));
  const Explanations& found = book.of(Transport::tcp, 8099, application("http"), registration, true);
  REQUIRE(pair_of(found, "vda", "ddc") != nullptr);
  CHECK(found.background.special);
  // A request that was seen whole and has no kind is hardly a registration.
  const float seen =
      pair_of(book.of(Transport::tcp, 80, application("http"), {}, true), "vda", "ddc")->weight;
  const float unseen = pair_of(book.of(Transport::tcp, 80, application("http")), "vda", "ddc")->weight;
  CHECK(seen < unseen);
}

TEST_CASE("members of a NetScaler pair have one role, whoever opened the connection") {
  Book book;
  const Explanations& beat = book.of(Transport::udp, 3003, application("netscaler-ha"));
  const RolePair* peers = pair_of(beat, "adc-ha-node", "adc-ha-node");
  const RolePair* other = pair_of(beat, "adc-nsip", "adc-ha-node");
  REQUIRE(peers != nullptr);
  REQUIRE(other != nullptr);
  CHECK(peers->weight > 10 * other->weight);
}

TEST_CASE("the background separates what everybody does from what only Citrix does") {
  const Background web = background_of(Transport::tcp, 443, application("tls"), {});
  const Background ica = background_of(Transport::tcp, 1494, application("ica"), {});
  const Background own = background_of(Transport::tcp, 8286, kUnknownApplication, {});
  const Background names = background_of(Transport::udp, 53, application("dns"), {});
  CHECK(web.common);
  CHECK_FALSE(web.special);
  CHECK(ica.special);
  CHECK(own.special);
  CHECK(web.responder > 5 * own.responder);
  CHECK(names.initiator > 1);    // anyone may ask for a name
  CHECK(names.responder < 0.1);  // only a name server answers
  CHECK(background_of(Transport::udp, 53, kUnknownApplication, {}).responder > names.responder);
  CHECK(background_of(Transport::icmp, 0, kUnknownApplication, {}).responder > 1);
}

}  // namespace
}  // namespace portproof
