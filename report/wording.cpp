#include "report/wording.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace portproof {
namespace {

std::string date_of(Timestamp time) {
  return to_string(time).substr(0, 10);
}

std::string clock_of(Timestamp time) {
  return to_string(time).substr(11, 8);
}

// Quoted for a shell.
std::string quoted(const std::string& word) {
  constexpr std::string_view kPlain =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-/:+,@%=";
  if (!word.empty() && word.find_first_not_of(kPlain) == std::string::npos) return word;
  std::string out = "'";
  for (const char letter : word) {
    if (letter == '\'') {
      out += "'\\''";
    } else {
      out += letter;
    }
  }
  return out += "'";
}

// The role of a listed host that has no roles but this one and those it implies. Empty if there is none.
std::string sole_role(const Party& party, const RoleTable& roles) {
  if (!party.listed) return {};
  for (const std::string& id : roles.ids(party.roles)) {
    const auto role = roles.find(id);
    if (role && roles.held_by(*role) == party.roles) return id;
  }
  return {};
}

}  // namespace

std::string join(const std::vector<std::string>& parts, std::string_view between) {
  return fmt::format("{}", fmt::join(parts, between));
}

std::string with_commas(std::uint64_t number) {
  std::string digits = std::to_string(number);
  for (std::size_t at = digits.size(); at > 3;) {
    at -= 3;
    digits.insert(at, ",");
  }
  return digits;
}

std::string count_words(std::uint64_t number, std::string_view one, std::string_view many) {
  return fmt::format("{} {}", with_commas(number), number == 1 ? one : many);
}

std::string moment(Timestamp time) {
  return fmt::format("{} {} UTC", date_of(time), clock_of(time));
}

std::string span_of(Timestamp first, Timestamp last) {
  const std::string from = fmt::format("{} {}", date_of(first), clock_of(first));
  if (date_of(first) != date_of(last)) return fmt::format("{} to {}", from, moment(last));
  if (clock_of(first) == clock_of(last)) return from + " UTC";
  return fmt::format("{} to {} UTC", from, clock_of(last));
}

std::string role_words(const std::vector<std::string>& roles) {
  return roles.empty() ? "(no role)" : join(roles, ", ");
}

std::string service_words(const Group& group) {
  if (group.transport == name(Transport::icmp)) return "icmp echo";
  if (group.ports.last == 0) return group.transport;
  if (group.ports.first == group.ports.last) return fmt::format("{} {}", group.transport, group.ports.first);
  return fmt::format("{} {}-{} ({})", group.transport, group.ports.first, group.ports.last,
                     count_words(group.ports_seen, "port", "ports"));
}

std::string why(const Group& group) {
  const std::string from = group.from.empty() ? "a host without a role" : join(group.from, "/");
  const std::string to = group.to.empty() ? "a host without a role" : join(group.to, "/");
  switch (group.reason) {
    case Reason::none:
      return "";
    case Reason::denied:
      return fmt::format("The documentation forbids this: {} must not open a connection to {}.", from, to);
    case Reason::not_in_force:
      return "A rule covers this port but is not in force here: it was retired for the product versions in the inventory, or is documented as not yet implemented.";
    case Reason::application_mismatch:
      return fmt::format("The port is documented for these roles, but not for {}.",
                         join(group.judged_applications, ", "));
    case Reason::citrix_on_undocumented_port:
      return fmt::format("A Citrix protocol ({}) on a port that no rule documents for it.",
                         join(group.judged_applications, ", "));
    case Reason::unlisted_host:
      return "This is a documented Citrix port, but neither host is in the inventory: either an entry is missing, or this is a Citrix service that nobody recorded.";
    case Reason::no_inventory:
      return "This is a documented Citrix port. Without an inventory that gives these hosts their roles, portproof cannot tell whether they may use it.";
    case Reason::name_not_seen:
      return fmt::format(
          "A rule lets {} reach a cloud service on this port, but nothing in the capture names the responder: neither the connection nor a DNS answer.",
          from);
    case Reason::reversed_direction:
      return fmt::format(
          "The port is documented for these roles in the opposite direction: {} may connect to {}, but not {} to {}.",
          to, from, from, to);
    case Reason::unexpected_source:
      return fmt::format("{} accepts this port from other roles only; no rule allows {} to connect.", to,
                         from);
    case Reason::unexpected_destination:
      return fmt::format("{} may use this port to reach other roles only; no rule allows a connection to {}.",
                         from, to);
    case Reason::undocumented_transport:
      return fmt::format("The port is documented for these roles, but not over {}.", group.transport);
    case Reason::unexpected_peers:
      return "Hardly anything but Citrix uses this port, and it is documented for other roles only.";
    case Reason::undocumented_port:
      return group.ports_seen > 1
                 ? fmt::format("No rule documents these ports for these roles{}.",
                               group.ports_seen > 64 ? "; so many ports look like a scan" : "")
                 : "No rule documents this port for these roles.";
    case Reason::attempts_folded:
      return "There were too many attempts to keep them all. None of those kept is flagged without a waiver; what the others tried is unknown.";
    case Reason::uncertain_host:
      return "An address may be that of a listed host, but only its form says so, or a station that sends for too many networks. If it is, list it in the inventory.";
    case Reason::undocumented_icmp:
      return group.transport == name(Transport::icmp)
                 ? "No rule documents ICMP echo (ping) for these roles."
                 : "No rule documents ICMP messages other than echo for these roles.";
    case Reason::undocumented_protocol:
      return fmt::format(
          "No rule documents {} for these roles. What it carries is judged as well, if it can be read.",
          group.transport);
  }
  return "";
}

std::string state_words(const Group& group) {
  std::vector<std::string> words;
  bool through = false;
  for (const std::string& state : group.states) {
    if (state == name(FlowState::established)) {
      words.emplace_back("established");
      through = true;
    } else if (state == name(FlowState::attempted)) {
      words.emplace_back("attempted, never answered");
    } else if (state == name(FlowState::refused)) {
      words.emplace_back("refused");
    } else {
      words.emplace_back("only one direction was captured");
      through = true;
    }
  }
  return (through ? "" : "nothing got through: ") + join(words, "; ");
}

std::string application_words(const Group& group) {
  std::vector<std::string> known;
  bool unknown = false;
  for (const std::string& application : group.applications) {
    if (application == name(kUnknownApplication)) {
      unknown = true;
    } else {
      known.push_back(application);
    }
  }
  if (known.empty()) return "not identified";
  return join(known, ", ") + (unknown ? "; some not identified" : "");
}

std::string_view nearest_label(Reason reason) {
  return reason == Reason::denied ? "denied by" : "nearest";
}

std::string rule_transports(const Rule& rule) {
  std::vector<std::string> transports;
  for (std::size_t index = 0; index < kTransportCount; ++index) {
    if (rule.transports.test(index)) transports.emplace_back(name(static_cast<Transport>(index)));
  }
  return join(transports, ", ");
}

std::string rule_ports(const Rule& rule) {
  if (rule.any_port) return "any";
  std::vector<std::string> ports;
  for (const PortRange& range : rule.ports) ports.push_back(to_string(range));
  return join(ports, ", ");
}

std::string rule_service(const Rule& rule) {
  const std::string transports = rule_transports(rule);
  return has_any_ports(rule.transports) ? transports + " " + rule_ports(rule) : transports;
}

std::string rule_words(const Rule& rule) {
  const std::string document = rule.document.empty() ? "" : ", in " + rule.document;
  return fmt::format("{}: {} {} {}, {} ({}{})", rule.id, join(rule.from, ", "), rule.both_ways ? "<->" : "->",
                     join(rule.to, ", "), rule_service(rule), rule.source, document);
}

namespace {

// What `explain` knows the end by: it has seen no station, so it needs the host that an address belongs to.
std::string explained_end(const Party& party, const Inventory* inventory) {
  const bool by_host = party.by_station && party.hosts.size() == 1 && inventory != nullptr;
  return by_host ? quoted(inventory->hosts[party.hosts.front()].name) : to_string(party.address);
}

}  // namespace

std::string explain_command(const Report& report, const Group& group) {
  const Inventory* const inventory = report.inventory;
  const RoleTable& roles = *report.roles;
  const JudgedConversation example = report.audit->conversations[group.example];
  const std::string from_role = sole_role(example.initiator, roles);
  const std::string to_role = sole_role(example.responder, roles);
  const bool by_role = !from_role.empty() && !to_role.empty();
  // A host of the same name would be answered for as well.
  const auto role_word = [inventory](const std::string& role) {
    const bool shared = inventory != nullptr && inventory->find_host(role) != nullptr;
    return (shared ? "role:" : "") + role;
  };
  std::string command = fmt::format(
      "portproof explain {} {} {}",
      by_role ? role_word(from_role) : explained_end(example.initiator, inventory),
      by_role ? role_word(to_role) : explained_end(example.responder, inventory), group.transport);
  if (has_ports(transport_of(example.key))) command += fmt::format(" {}", example.key.port);
  if (is_identified(example.judgement.application)) {
    command += fmt::format(" --application {}", name(example.judgement.application));
  }
  if (inventory != nullptr && !inventory->path.empty()) command += " -I " + quoted(inventory->path);
  return command;
}

}  // namespace portproof
