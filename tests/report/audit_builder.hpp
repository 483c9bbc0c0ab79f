// An audit built by hand, to test its reports: a small catalog, an inventory, evidence with one input, and
// conversations with verdicts that the test chooses. Nothing is judged here.
#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

#include "capture/base/address_numbers.hpp"
#include "report/json.hpp"
#include "report/report.hpp"
#include "report/text.hpp"
#include "tests/support/application.hpp"

namespace portproof::test {

inline IpAddress ip(const std::string& text) {
  return parse_ip_address(text).value();
}

inline Rule make_rule(std::string id, std::string from, std::string to, std::uint16_t port) {
  Rule rule;
  rule.id = std::move(id);
  rule.system = "storefront";
  rule.from = {std::move(from)};
  rule.to = {std::move(to)};
  rule.transports.set(static_cast<std::size_t>(Transport::tcp));
  rule.ports = {PortRange{port, port}};
  rule.purpose = "sessions";
  rule.document = "article";
  rule.source = "StoreFront, row 3";
  return rule;
}

inline Catalog make_catalog() {
  Catalog catalog;
  catalog.edition = "base";
  catalog.title = "Communication ports";
  catalog.date = "2022-10";
  catalog.sha256 = std::string(64, 'c');
  catalog.documents = {Document{"article", "Communication ports", "2022-10", "", {}, "Citrix", "", ""}};
  catalog.systems = {System{"storefront", "StoreFront"}};
  for (const char* id : {"ddc", "storefront", "vda"}) {
    Role role;
    role.id = id;
    role.name = id;
    role.system = "storefront";
    catalog.roles.add(role);
  }
  catalog.rules = {make_rule("ddc-vda-registration", "ddc", "vda", 80),
                   make_rule("storefront-ddc-xml", "storefront", "ddc", 443),
                   make_rule("storefront-vda-ica", "storefront", "vda", 1494)};
  return catalog;
}

// A conversation, judged as the test wants.
struct MadeConversation {
  ConversationKey key;
  ConversationFacts facts;
  Party initiator;
  Party responder;
  Judgement judgement;
  std::optional<std::size_t> waiver;
};

// The results of an audit, apart from its conversations.
struct MadeOutcome {
  AuditResult result{AuditResult::pass};
  std::vector<std::string> result_reasons;
  std::optional<Timestamp> as_of;
  std::vector<WaiverUse> waivers;
  std::vector<Caution> cautions;
  std::vector<OneWayMirror> one_way_mirrors;
  std::vector<IpAddress> unclaimed;
};

// The estate under test. Nothing in it moves, so reports may borrow from it.
struct Estate {
  Catalog catalog{make_catalog()};
  Inventory inventory;
  SettledEvidence evidence;  // but for its conversations and attempts, which `report` puts in
  MadeOutcome audit;
  std::vector<MadeConversation> conversations;  // in key order
  // Folded attempts; each is judged `unverified` by its first example, between hosts without roles.
  FoldedAttempts attempts;
  bool with_inventory{true};

  Estate() {
    inventory.path = "estate.toml";
    inventory.sha256 = std::string(64, 'a');
    inventory.site = "Example estate";
    inventory.roles = catalog.roles;
    Input input;
    input.path = "estate.pcap";
    input.format = "pcap";
    input.sha256 = std::string(64, 'b');
    input.bytes = 4096;
    input.wire_bytes = 4000;
    input.first = parse_timestamp("2026-11-20T08:00:00Z");
    input.last = parse_timestamp("2026-11-20T08:12:44Z");
    input.link_types = {kLinkEthernet};
    input.accounting.frames = 12;
    input.accounting.decoded = 11;
    input.accounting.in_flows = 10;
    input.accounting.rejected[static_cast<std::size_t>(RejectReason::cut_headers)] = 1;
    input.accounting.no_flow[static_cast<std::size_t>(NoFlowReason::arp)] = 1;
    input.accounting.flows_opened = 2;
    input.accounting.flows_closed[static_cast<std::size_t>(CloseReason::fin)] = 2;
    evidence.inputs.push_back(input);
  }
  Estate(const Estate&) = delete;
  Estate& operator=(const Estate&) = delete;

  [[nodiscard]] const Rule* rule(const std::string& id) const {
    for (const Rule& candidate : catalog.rules) {
      if (candidate.id == id) return &candidate;
    }
    return nullptr;
  }

  // An end with this role (none if empty) and host name.
  [[nodiscard]] Party party(const std::string& address, const std::string& role,
                            const std::string& host = {}) const {
    Party party;
    party.address = ip(address);
    party.host = host;
    if (!role.empty()) party.roles.insert(catalog.roles.find(role).value());
    return party;
  }

  // Adds a conversation. Add them in key order, as an audit has them.
  MadeConversation& add(const Party& initiator, const Party& responder, std::uint16_t port, Verdict verdict,
                        Reason reason = Reason::none, const std::string& rule_id = {}) {
    MadeConversation conversation;
    conversation.key.initiator = initiator.address;
    conversation.key.responder = responder.address;
    conversation.key.protocol = kProtocolTcp;
    conversation.key.port = port;
    conversation.initiator = initiator;
    conversation.responder = responder;
    conversation.facts.sessions = 2;
    conversation.facts.flows = 2;
    conversation.facts.packets = 10;
    conversation.facts.bytes = 1000;
    conversation.facts.first = *parse_timestamp("2026-11-20T08:00:01Z");
    conversation.facts.last = *parse_timestamp("2026-11-20T08:00:09Z");
    conversation.facts.first_frame = {0, 17};
    conversation.facts.state = FlowState::established;
    conversation.facts.basis = DirectionBasis::syn;
    conversation.facts.answered = true;
    conversation.judgement.verdict = verdict;
    conversation.judgement.reason = reason;
    if (!rule_id.empty()) conversation.judgement.rules.push_back(rule(rule_id));
    if (!rule_id.empty() && verdict != Verdict::documented) conversation.judgement.nearest = rule(rule_id);
    conversations.push_back(std::move(conversation));
    return conversations.back();
  }

  // A documented session and a flagged one in the reverse direction: enough for most tests.
  void add_usual() {
    const Party storefront = party("10.20.1.20", "storefront", "sf1");
    const Party ddc = party("10.20.1.10", "ddc", "ddc1");
    const Party vda = party("10.20.5.9", "vda", "vda9");
    add(ddc, storefront, 443, Verdict::unexpected, Reason::reversed_direction, "storefront-ddc-xml");
    add(storefront, vda, 1494, Verdict::documented, Reason::none, "storefront-vda-ica").key.application =
        application("ica");
    audit.result = AuditResult::fail;
    audit.result_reasons = {"1 conversation is flagged without a waiver"};
  }

  Waiver& add_waiver(const std::string& id, std::uint64_t matched, bool in_force) {
    Waiver waiver;
    waiver.id = id;
    waiver.from.text = "role:ddc";
    waiver.to.text = "10.20.1.0/24";
    waiver.transports.set(static_cast<std::size_t>(Transport::tcp));
    waiver.ports = {PortRange{443, 443}};
    waiver.owner = "Ops";
    waiver.reason = "until the roll-out ends";
    waiver.expires = "2027-01-31";
    inventory.waivers.push_back(waiver);
    audit.waivers.push_back(WaiverUse{matched, in_force});
    return inventory.waivers.back();
  }

  // An allowance of the site. Add all before anything refers to one.
  Rule& add_allow(const std::string& id, const std::string& from, const std::string& to, std::uint16_t port) {
    Allow allow;
    allow.rule = make_rule(id, from, to, port);
    allow.rule.system = "site";
    allow.rule.owner = "Ops";
    allow.from.roles.insert(catalog.roles.find(from).value());
    allow.to.roles.insert(catalog.roles.find(to).value());
    return inventory.allows.emplace_back(std::move(allow)).rule;
  }

  // A scan of the given number of hosts in 10.30.0.0/16, ports 20 to 25 of each, or a flood from as many in
  // 10.31.0.0/16.
  void add_attempts(AttemptsKind kind, unsigned ends) {
    const bool scan = kind == AttemptsKind::scan;
    const IpAddress own = ip(scan ? "10.0.0.66" : "10.20.1.20");
    Attempts& record = attempts[{kind, own, kProtocolTcp, static_cast<std::uint16_t>(scan ? 0 : 443)}];
    for (unsigned end = 0; end < ends; ++end) {
      const IpAddress other =
          ip((scan ? "10.30." : "10.31.") + std::to_string(end / 250) + "." + std::to_string(end % 250));
      ConversationKey key{
          scan ? own : other, scan ? other : own, kProtocolTcp, FlowKind::plain, 443, {}, {}, {}};
      ConversationFacts facts;
      facts.sessions = facts.flows = facts.packets = 1;
      facts.bytes = 60;
      facts.first = facts.last = *parse_timestamp("2026-11-20T08:00:02Z");
      facts.first_frame = {0, 18};
      facts.state = FlowState::attempted;
      const std::uint16_t last = scan ? 25 : 443;
      for (std::uint16_t port = scan ? 20 : 443; port <= last; ++port) {
        key.port = port;
        record.add(kind, key, facts);
      }
    }
  }

  [[nodiscard]] Report report(const ReportOptions& options = {}) const {
    Audit& made = audits_.emplace_back(catalog, with_inventory ? &inventory : nullptr);
    made.result = audit.result;
    made.result_reasons = audit.result_reasons;
    made.as_of = audit.as_of;
    made.waivers = audit.waivers;
    made.cautions = audit.cautions;
    made.one_way_mirrors = audit.one_way_mirrors;
    made.unclaimed = audit.unclaimed;
    SettledEvidence settled = evidence;
    for (const MadeConversation& one : conversations) settled.conversations.append(one.key, one.facts);
    settled.attempts = attempts;
    made.evidence = std::make_unique<const SettledEvidence>(std::move(settled));
    made.conversations = judged_by_hand(*made.evidence);
    return make_report(made, options);
  }
  [[nodiscard]] std::string json(const ReportOptions& options = {}) const {
    std::ostringstream out;
    write_json(report(options), "0.1.0", out);
    return out.str();
  }
  [[nodiscard]] std::string text(const TextOptions& options = {}, const ReportOptions& reporting = {}) const {
    std::ostringstream out;
    write_text(report(reporting), "0.1.0", options, out);
    return out.str();
  }

 private:
  // `settled` has the conversations and the attempts of this.
  [[nodiscard]] JudgedConversations judged_by_hand(const SettledEvidence& settled) const {
    JudgedConversations judged(settled.conversations);
    AddressNumbers numbers;
    const auto add_party = [&](const Party& party) {
      return judged.add_party(party, numbers.number_of(party.address));
    };
    for (const MadeConversation& made : conversations) {
      const std::uint32_t initiator = add_party(made.initiator);
      const std::uint32_t responder = add_party(made.responder);
      Judgement judgement = made.judgement;
      if (!is_identified(judgement.application)) judgement.application = made.key.application;
      judged.add(initiator, responder, judged.add_case(judgement), made.waiver);
    }
    for (const FoldedAttempts::value_type& record : settled.attempts) {
      const AttemptExample& example = record.second.examples.begin()->second;
      ConversationKey key;
      key.initiator = example.initiator;
      key.responder = example.responder;
      key.protocol = record.first.protocol;
      key.port = example.first_port;
      Judgement unknown;
      unknown.verdict = Verdict::unverified;
      unknown.reason = Reason::attempts_folded;
      const auto end = [this](const IpAddress& address) { return party(to_string(address), ""); };
      const std::uint32_t initiator = add_party(end(key.initiator));
      const std::uint32_t responder = add_party(end(key.responder));
      judged.add_attempts(key, record, initiator, responder, judged.add_case(unknown), std::nullopt);
    }
    return judged;
  }

  mutable std::deque<Audit> audits_;  // one for each report, which borrows from it
};

inline bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

inline std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

}  // namespace portproof::test
