// The qualifiers of documented conversations: when each applies, and when it must not.
#include <doctest/doctest.h>

#include "tests/classify/question_builder.hpp"

namespace portproof::test {
namespace {

using Names = std::vector<std::string>;

Names qualifiers(const Bench& bench, const Ask& ask) {
  const Judgement judgement = bench.judge(ask);
  CHECK(judgement.verdict == Verdict::documented);
  Names names;
  for (std::size_t index = 0; index < kQualifierNames.size(); ++index) {
    if (judgement.qualifiers.test(index)) names.emplace_back(kQualifierNames[index]);
  }
  return names;
}

}  // namespace

TEST_CASE("qualifiers: a plain documented conversation has none") {
  CHECK(qualifiers(Bench(kEstate), Ask("gateway", "vda").tcp(1494).speaking("ica")).empty());
}

TEST_CASE("qualifiers: assumed-direction for every basis that is not firm") {
  const Bench bench(kEstate);
  const Ask ask = Ask("gateway", "vda").tcp(1494);
  using enum DirectionBasis;
  for (const DirectionBasis firm : {syn, syn_ack, icmp, request}) {
    CHECK(qualifiers(bench, Ask(ask).basis(firm)).empty());
  }
  for (const DirectionBasis loose :
       {first_packet_after_run, payload, catalog, listener, port_order, first_packet}) {
    CHECK(qualifiers(bench, Ask(ask).basis(loose)) == Names{"assumed-direction"});
  }
  CHECK(qualifiers(bench, Ask(ask).basis(contested)) == Names{"contested"});
}

TEST_CASE("qualifiers: broad-rule if only broad rules document the conversation") {
  const Bench bench(kEstate);
  CHECK(qualifiers(bench, Ask("ddc", "vda").tcp(49200)) == Names{"broad-rule"});
  CHECK(qualifiers(bench, Ask("ddc", "vda").tcp(50000)).empty());
  CHECK(qualifiers(bench, Ask("adm", "adc-nsip").icmp()).empty());
}

TEST_CASE("qualifiers: cleartext if the catalog documents an encrypted alternative for the same pair") {
  const Bench bench(kEstate);
  CHECK(qualifiers(bench, Ask("storefront", "ddc").tcp(80).speaking("http")) == Names{"cleartext"});
  CHECK(qualifiers(bench, Ask("storefront", "ddc").tcp(443).speaking("tls")).empty());
  // Without an alternative in the catalog there is nothing better to use.
  CHECK(qualifiers(bench, Ask("ddc", "vda").tcp(80).speaking("http")).empty());
}

TEST_CASE("qualifiers: cleartext does not apply to traffic that is encrypted after all") {
  const Catalog catalog = make_catalog(
      estate_roles(), {RuleOf("plain").from({"ddc"}).to({"vda"}).tcp("700").encrypted_as("secure"),
                       RuleOf("secure").from({"ddc"}).to({"vda"}).tcp("701"),
                       RuleOf("plain-lost").from({"ddc"}).to({"vda"}).tcp("702").encrypted_as("later"),
                       RuleOf("later").from({"ddc"}).to({"vda"}).tcp("703").planned(),
                       RuleOf("plain-other").from({"ddc"}).to({"vda"}).tcp("704").encrypted_as("others"),
                       RuleOf("others").from({"ddc"}).to({"gateway"}).tcp("705")});
  const RuleBook book(catalog, nullptr);
  const auto is_cleartext = [&](const Ask& ask) {
    return judge(ask.question(catalog.roles), book, catalog.roles)
        .qualifiers.test(static_cast<std::size_t>(Qualifier::cleartext));
  };
  CHECK(is_cleartext(Ask("ddc", "vda").tcp(700)));
  CHECK(is_cleartext(Ask("ddc", "vda").tcp(700).speaking("http")));
  CHECK_FALSE(is_cleartext(Ask("ddc", "vda").tcp(700).speaking("tls")));
  // An alternative that is not in force, or not for this pair, does not count.
  CHECK_FALSE(is_cleartext(Ask("ddc", "vda").tcp(702)));
  CHECK_FALSE(is_cleartext(Ask("ddc", "vda").tcp(704)));
}

TEST_CASE("qualifiers: conditional for a condition, or for a version that is not given") {
  CHECK(qualifiers(Bench(kEstate), Ask("wem-agent", "adm").tcp(8289)) == Names{"conditional"});
  CHECK(qualifiers(Bench(""), Ask("wem-agent", "wem-infrastructure-service").tcp(8285)) ==
        Names{"conditional"});
  CHECK(qualifiers(Bench(kEstate), Ask("wem-agent", "wem-infrastructure-service").tcp(8288)).empty());
}

TEST_CASE("qualifiers: each applies only if true of every rule that documents the conversation") {
  const Catalog catalog = make_catalog(
      estate_roles(), {RuleOf("a-plain").from({"ddc"}).to({"vda"}).tcp("700").encrypted_as("secure"),
                       RuleOf("b-plain").from({"ddc"}).to({"vda"}).tcp("700"),
                       RuleOf("a-maybe").from({"ddc"}).to({"vda"}).tcp("800").on_condition("perhaps"),
                       RuleOf("b-sure").from({"ddc"}).to({"vda"}).tcp("800"),
                       RuleOf("secure").from({"ddc"}).to({"vda"}).tcp("701")});
  const RuleBook book(catalog, nullptr);
  const Judgement plain = judge(Ask("ddc", "vda").tcp(700).question(catalog.roles), book, catalog.roles);
  CHECK(rule_ids(plain) == Names{"a-plain", "b-plain"});
  CHECK(plain.qualifiers.none());
  const Judgement sure = judge(Ask("ddc", "vda").tcp(800).question(catalog.roles), book, catalog.roles);
  CHECK(rule_ids(sure) == Names{"a-maybe", "b-sure"});
  CHECK(sure.qualifiers.none());
}

TEST_CASE("qualifiers: not-answered, but never if only one direction was mirrored") {
  const Bench bench(kEstate);
  CHECK(qualifiers(bench, Ask("gateway", "vda").tcp(1494).unanswered()) == Names{"not-answered"});
  CHECK(qualifiers(bench, Ask("gateway", "vda").tcp(1494).state(FlowState::refused, false)) ==
        Names{"not-answered"});
  CHECK(qualifiers(bench, Ask("gateway", "vda").tcp(1494).state(FlowState::one_way, false)).empty());
}

TEST_CASE("qualifiers: name-claimed and shared-domain come from the party") {
  const Bench bench(kEstate);
  const auto claimed = [](Question& q) { q.responder.name_claimed = true; };
  const auto shared = [](Question& q) { q.responder.shared_domain = true; };
  const Ask ask = Ask("vda", "gateway-service").tcp(443).speaking("tls");
  CHECK(qualifiers(bench, Ask(ask).set(claimed)) == Names{"name-claimed"});
  CHECK(qualifiers(bench, Ask(ask).set(shared).set(claimed)) == Names{"name-claimed", "shared-domain"});
  const auto by_station = [](Question& q) { q.initiator.by_station = true; };
  const auto unasked = [](Question& q) { q.responder.unasked_name = true; };
  CHECK(qualifiers(bench, Ask(ask).set(by_station).set(unasked)) == Names{"by-station", "unasked-name"});
}

TEST_CASE("related: by role, by payload, by a distinctive port; never on loopback") {
  const Bench bench(kEstate);
  CHECK(bench.is_related(Ask("vda", "user-device").tcp(9)));
  CHECK(bench.is_related(Ask("user-device", "user-device").tcp(9).speaking("cgp")));
  CHECK(bench.is_related(Ask("user-device", "user-device").tcp(1494)));
  CHECK(bench.is_related(Ask("user-device", "user-device").tcp(1494).speaking("ica")));
  CHECK_FALSE(bench.is_related(Ask("user-device", "user-device").tcp(1494).speaking("http")));
  CHECK_FALSE(bench.is_related(Ask("user-device", "dns-server").udp(53)));
  CHECK_FALSE(bench.is_related(Ask("vda", "vda").tcp(1494).at("127.0.0.1", "127.0.0.2")));
}

}  // namespace portproof::test
