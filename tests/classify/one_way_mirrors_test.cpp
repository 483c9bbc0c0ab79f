#include "classify/one_way_mirrors.hpp"

#include <doctest/doctest.h>

#include "tests/support/application.hpp"

namespace portproof::test {
namespace {

IpAddress ip(const std::string& text) {
  return parse_ip_address(text).value();
}

// Conversations, each made of a given number of connections.
class Capture {
 public:
  // Only what the initiator sent was captured: a TLS hello, but none of the answers.
  Capture& asked(const std::string& from, const std::string& to, std::uint64_t connections = 1) {
    return add(from, to, FlowState::one_way, connections, application("tls"));
  }
  // Only what the responder sent was captured.
  Capture& announced(const std::string& from, const std::string& to, std::uint64_t connections = 1) {
    ConversationFacts& facts = added(from, to, FlowState::one_way, connections, application("tls"));
    facts.answered = true;
    facts.basis = DirectionBasis::syn_ack;
    return *this;
  }
  Capture& add(const std::string& from, const std::string& to, FlowState state, std::uint64_t connections = 1,
               Application application = kUnknownApplication, std::uint8_t protocol = kProtocolTcp) {
    ConversationFacts& facts = added(from, to, state, connections, application, protocol);
    facts.answered = state == FlowState::established;
    facts.basis = DirectionBasis::syn;
    return *this;
  }
  ConversationFacts& added(const std::string& from, const std::string& to, FlowState state,
                           std::uint64_t connections, Application application,
                           std::uint8_t protocol = kProtocolTcp) {
    ConversationKey key;
    key.initiator = ip(from);
    key.responder = ip(to);
    key.protocol = protocol;
    key.port = ++port_;
    key.application = application;
    ConversationFacts& facts = conversations_[key];
    facts.flows = connections;
    facts.packets = 4 * connections;
    facts.state = state;
    return facts;
  }

  [[nodiscard]] std::string mirrors() const {
    std::string all;
    for (const OneWayMirror& mirror : one_way_mirrors(conversations_)) {
      all += (all.empty() ? "" : "; ") + to_string(mirror) + " " + std::to_string(mirror.connections);
    }
    return all;
  }

 private:
  Conversations conversations_;
  std::uint16_t port_{0};
};

}  // namespace

TEST_CASE("one-way mirrors: what is missing between two networks") {
  CHECK(Capture().mirrors().empty());
  // Three answered connections, from any hosts of the two networks.
  CHECK(Capture()
            .asked("10.1.1.1", "10.1.2.1")
            .asked("10.1.1.2", "10.1.2.1")
            .asked("10.1.1.2", "10.1.2.9")
            .mirrors() == "what 10.1.2.0/24 sends to 10.1.1.0/24 3");
  CHECK(Capture().asked("10.1.1.1", "10.1.2.1", 2).mirrors().empty());
  CHECK(Capture().announced("10.1.1.1", "10.1.2.1", 3).mirrors() ==
        "what 10.1.1.0/24 sends to 10.1.2.0/24 3");
  // The same direction is missing, whoever opened the connection.
  CHECK(Capture().announced("10.1.1.1", "10.1.2.1", 2).asked("10.1.2.7", "10.1.1.1").mirrors() ==
        "what 10.1.1.0/24 sends to 10.1.2.0/24 3");
  CHECK(Capture().asked("fd20:0:0:1::1", "fd20:0:0:2::1", 3).mirrors() ==
        "what fd20:0:0:2::/64 sends to fd20:0:0:1::/64 3");
}

TEST_CASE("one-way mirrors: anything captured in the other direction rules them out") {
  const auto one_way = [] { return Capture().asked("10.1.1.1", "10.1.2.1", 9); };
  REQUIRE_FALSE(one_way().mirrors().empty());
  CHECK(one_way().add("10.1.1.5", "10.1.2.5", FlowState::established).mirrors().empty());
  CHECK(one_way().add("10.1.1.5", "10.1.2.5", FlowState::refused).mirrors().empty());
  CHECK(one_way().add("10.1.2.5", "10.1.1.5", FlowState::attempted).mirrors().empty());
  CHECK(one_way()
            .add("10.1.1.5", "10.1.2.5", FlowState::established, 1, application("dns"), kProtocolUdp)
            .mirrors()
            .empty());
  CHECK(one_way().announced("10.1.1.5", "10.1.2.5").mirrors().empty());
  // Each end was seen, though never in one connection.
  Capture both;
  ConversationFacts& facts = both.added("10.1.1.1", "10.1.2.1", FlowState::one_way, 9, application("tls"));
  facts.answered = true;
  facts.basis = DirectionBasis::syn;
  CHECK(both.mirrors().empty());
}

TEST_CASE("one-way mirrors: folded attempts are not attempts if no answer is mirrored") {
  const AttemptsKey scan{AttemptsKind::scan, ip("10.1.1.66"), kProtocolTcp, 0};
  const auto folded = [](const std::string& responder, FlowState state) {
    ConversationKey key;
    key.initiator = ip("10.1.1.66");
    key.responder = ip(responder);
    key.protocol = kProtocolTcp;
    key.port = 80;
    ConversationFacts facts;
    facts.state = state;
    Attempts attempts;
    attempts.add(AttemptsKind::scan, key, facts);
    return attempts;
  };
  Conversations shown;
  for (std::uint16_t port = 1; port <= 3; ++port) {
    ConversationKey key{ip("10.1.1.1"), ip("10.1.2.1"),     kProtocolTcp, FlowKind::plain,
                        port,           application("tls"), {},           {}};
    shown[key].flows = 1;
  }
  const auto mirrors = one_way_mirrors(shown, {{scan, folded("10.1.2.7", FlowState::attempted)}});
  REQUIRE(mirrors.size() == 1);
  CHECK(to_string(mirrors.front()) == "what 10.1.2.0/24 sends to 10.1.1.0/24");

  const auto state_of = [&mirrors](Attempts attempts) {
    note_unmirrored(mirrors, attempts);
    return attempts.facts.state;
  };
  CHECK(state_of(folded("10.1.2.7", FlowState::attempted)) == FlowState::one_way);
  CHECK(state_of(folded("10.1.3.7", FlowState::attempted)) == FlowState::attempted);
  CHECK(state_of(folded("10.1.2.7", FlowState::refused)) == FlowState::refused);
  Attempts both = folded("10.1.2.7", FlowState::attempted);
  both.add(folded("10.1.3.7", FlowState::attempted));
  CHECK(state_of(both) == FlowState::attempted);

  // An attempt the other way shows that this direction is not missing.
  Attempts back;
  ConversationKey key;
  key.initiator = ip("10.1.2.8");
  key.responder = ip("10.1.1.8");
  back.add(AttemptsKind::scan, key, {});
  CHECK(one_way_mirrors(shown, {{{AttemptsKind::scan, key.initiator, kProtocolTcp, 0}, back}}).empty());
}

TEST_CASE("one-way mirrors: attempts show nothing") {
  Capture capture;
  for (int port = 0; port < 300; ++port) {
    capture.add("10.1.1.1", "10.1.2.1", FlowState::attempted);  // a scan by SYN
    capture.add("10.1.1.1", "10.1.3.1", FlowState::one_way);    // by ACK
    capture.added("10.1.4.1", "10.1.5.1", FlowState::one_way, 1, kUnknownApplication).answered =
        true;  // SYN-ACK
    capture.add("10.1.1.1", "10.1.6.1", FlowState::attempted, 1, application("dns"), kProtocolUdp);
  }
  CHECK(capture.mirrors().empty());
  // Next to conversations that do show something, they count neither for nor against it.
  capture.asked("10.1.1.1", "10.1.2.2", 2);
  CHECK(capture.mirrors().empty());
  capture.asked("10.1.1.1", "10.1.2.2");
  CHECK(capture.mirrors() == "what 10.1.2.0/24 sends to 10.1.1.0/24 3");
}

TEST_CASE("one-way mirrors: a long connection shows one, whatever the application") {
  Capture capture;
  ConversationFacts& facts =
      capture.added("10.1.1.1", "10.1.2.1", FlowState::one_way, 3, kUnknownApplication);
  facts.basis = DirectionBasis::port_order;
  facts.packets = 3 * kPacketsUnderWay - 1;
  CHECK(capture.mirrors().empty());
  facts.packets = 3 * kPacketsUnderWay;
  CHECK(capture.mirrors() == "what 10.1.2.0/24 sends to 10.1.1.0/24 3");
}

TEST_CASE("one-way mirrors: a network that is missing entirely is one mirror") {
  Capture capture;
  capture.asked("10.1.1.1", "10.1.9.1").asked("10.1.2.1", "10.1.9.1").announced("10.1.9.5", "10.1.3.1");
  CHECK(capture.mirrors() == "what 10.1.9.0/24 sends 3");
  capture.asked("10.1.7.1", "10.1.6.1", 5);
  CHECK(capture.mirrors() == "what 10.1.6.0/24 sends to 10.1.7.0/24 5; what 10.1.9.0/24 sends 3");
  capture.add("10.1.9.8", "10.1.50.1", FlowState::attempted);
  CHECK(capture.mirrors() == "what 10.1.6.0/24 sends to 10.1.7.0/24 5");

  CHECK(Capture().asked("10.1.1.1", "10.1.8.1", 2).asked("10.1.1.1", "10.1.9.1", 2).mirrors() ==
        "what is sent to 10.1.1.0/24 4");
}

TEST_CASE("one-way mirrors: nothing both ways, and no single network stands out") {
  Capture capture;
  capture.asked("10.1.1.1", "10.2.1.1").asked("10.1.2.1", "10.2.2.1").asked("10.1.3.1", "10.2.3.1");
  CHECK(capture.mirrors() == "one direction of every connection 3");
  capture.add("10.1.4.1", "10.2.4.1", FlowState::established);
  CHECK(capture.mirrors().empty());
}

TEST_CASE("one-way mirrors: traffic to multicast and broadcast has no other end") {
  Capture capture;
  capture.asked("10.1.1.1", "10.1.2.1", 3);
  capture.add("10.1.2.1", "224.0.0.1", FlowState::attempted, 1, kUnknownApplication, kProtocolUdp);
  capture.added("10.1.2.1", "10.1.1.255", FlowState::attempted, 1, kUnknownApplication, kProtocolUdp)
      .broadcasts = Broadcasts::all;
  CHECK(capture.mirrors() == "what 10.1.2.0/24 sends to 10.1.1.0/24 3");
}

TEST_CASE("one-way mirrors: which addresses they cover") {
  const AddressBlock one = parse_address_block("10.1.1.0/24").value();
  const AddressBlock two = parse_address_block("10.1.2.0/24").value();
  const auto missing = [](const std::vector<OneWayMirror>& mirrors, const char* from, const char* to) {
    return is_missing(mirrors, ip(from), ip(to));
  };
  CHECK_FALSE(missing({}, "10.1.1.1", "10.1.2.1"));
  CHECK(missing({{one, two, 3}}, "10.1.1.1", "10.1.2.255"));
  CHECK_FALSE(missing({{one, two, 3}}, "10.1.2.1", "10.1.1.1"));
  CHECK_FALSE(missing({{one, two, 3}}, "10.1.1.1", "10.1.3.1"));
  CHECK(missing({{one, std::nullopt, 3}}, "10.1.1.1", "192.0.2.1"));
  CHECK_FALSE(missing({{one, std::nullopt, 3}}, "192.0.2.1", "10.1.1.1"));
  CHECK(missing({{std::nullopt, two, 3}}, "192.0.2.1", "10.1.2.1"));
  CHECK(missing({{std::nullopt, std::nullopt, 3}}, "192.0.2.1", "fd20::1"));
}

TEST_CASE("one-way mirrors: is anything that an address sends missing?") {
  const AddressBlock clients = parse_address_block("10.0.1.0/24").value();
  const AddressBlock servers = parse_address_block("10.0.2.0/24").value();
  CHECK_FALSE(is_any_missing({}, ip("10.0.1.1")));
  CHECK(is_any_missing({{clients, servers, 3}}, ip("10.0.1.1")));
  CHECK(is_any_missing({{clients, std::nullopt, 3}}, ip("10.0.1.1")));
  CHECK_FALSE(is_any_missing({{servers, clients, 3}}, ip("10.0.1.1")));
  CHECK(is_any_missing({{std::nullopt, servers, 3}}, ip("10.0.1.1")));
  CHECK(is_any_missing({{std::nullopt, std::nullopt, 3}}, ip("10.0.1.1")));
}

}  // namespace portproof::test
