// Hand-written evidence as input for discover: conversations, one per line.
#pragma once

#include <string>
#include <string_view>

#include "capture/evidence/evidence.hpp"
#include "catalog/load.hpp"
#include "tests/support/application.hpp"
#include "tests/support/captured_frame.hpp"

namespace portproof::test {

inline IpAddress address(std::string_view text) {
  return parse_ip_address(text).value();
}

inline const Catalog& built_in() {
  static const Catalog catalog = load_built_in_catalog("base").value();
  return catalog;
}

class Story {
 public:
  Story() {
    Input input;
    input.path = "story";
    input.first = kStart;
    input.last = kStart + seconds(7200);
    evidence.inputs.push_back(input);
  }

  // An answered conversation; TCP unless stated otherwise.
  Story& talk(std::string_view from, std::string_view to, std::uint16_t port,
              std::string_view spoken = "unknown", std::string_view name = "",
              std::uint8_t protocol = kProtocolTcp) {
    ConversationFacts facts;
    facts.state = FlowState::established;
    facts.answered = true;
    add(from, to, port, spoken, name, protocol, facts);
    return *this;
  }
  Story& datagrams(std::string_view from, std::string_view to, std::uint16_t port,
                   std::string_view spoken = "unknown") {
    return talk(from, to, port, spoken, "", kProtocolUdp);
  }
  // An HTTP request of that kind.
  Story& request(std::string_view from, std::string_view to, std::uint16_t port, HttpKind kind) {
    ConversationFacts facts;
    facts.state = FlowState::established;
    facts.answered = true;
    facts.kinds.set(static_cast<std::size_t>(kind));
    add(from, to, port, "http", "server.test", kProtocolTcp, facts);
    return *this;
  }
  Story& knock(std::string_view from, std::string_view to, std::uint16_t port) {
    ConversationFacts facts;
    facts.state = FlowState::attempted;
    add(from, to, port, "unknown", "", kProtocolTcp, facts);
    return *this;
  }

  Evidence evidence;

 private:
  void add(std::string_view from, std::string_view to, std::uint16_t port, std::string_view spoken,
           std::string_view name, std::uint8_t protocol, ConversationFacts facts) {
    ConversationKey key;
    key.initiator = address(from);
    key.responder = address(to);
    key.protocol = protocol;
    key.port = port;
    key.application = application(spoken);
    key.name_state = name.empty() ? NameState::unseen : NameState::given;
    key.name = name;
    facts.sessions = facts.flows = 1;
    facts.packets = 8;
    facts.bytes = 900;
    facts.first = facts.last = kStart + seconds(60);
    facts.first_frame = {0, ++frames_};
    facts.basis = protocol == kProtocolTcp ? DirectionBasis::syn : DirectionBasis::first_packet_after_run;
    evidence.conversations[key].add(facts);
  }

  std::uint64_t frames_{0};
};

}  // namespace portproof::test
