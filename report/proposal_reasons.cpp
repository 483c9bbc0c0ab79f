#include "report/proposal_reasons.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>

namespace portproof {
namespace {

struct Remark {
  std::string_view role;
  std::string_view text;
};

// Roles that share their ports with others, and where to look for the difference.
constexpr std::array<Remark, 12> kRemarks{{
    {"gateway-snip",
     "gateway-snip implies adc-snip: a SNIP that serves no gateway behaves the same; check the "
     "appliance's configuration"},
    {"adc-snip", "adc-nsip, adc-snip and adc-mip of one appliance behave the same; run 'show ns ip' on it"},
    {"adc-mip", "adc-nsip, adc-snip and adc-mip of one appliance behave the same; run 'show ns ip' on it"},
    {"gateway", "whether the address is also a load-balancing server (adc-vip) does not show on port 443"},
    {"pxe-service", "if another server sends the bootstrap, that one is the tftp-server and this one is not"},
    {"adc-gslb-node",
     "adc-gslb-node and adc-ha-node share ports 3009 and 3011; heartbeats on UDP 3003 identify a pair"},
    {"hypervisor-pool-master",
     "the master of a pool changes: give the role to every host that may become one"},
    {"director", "Director, StoreFront and consoles all answer HTTPS; check its virtual directories"},
    {"vcenter",
     "controllers talk HTTPS to vCenter and to a hypervisor's pool master; check the hosting "
     "connection in Studio"},
    {"session-recording-server",
     "Session Recording takes its files over HTTPS, as Cloud Connectors and web sites do; "
     "check its agent's settings on a desktop"},
    {"app-layering",
     "App Layering shows only on its connectors' ports (3000-3016, 3500-3516) and its agents'"},
    {"endpoint-management", "nothing in traffic distinguishes Endpoint Management"},
}};

std::string hosts_text(std::uint32_t peers, const std::string& example) {
  return peers <= 1 ? example : fmt::format("{} and {} more", example, peers - 1);
}

std::string upper(std::string_view transport) {
  std::string text;
  for (const char letter : transport) text += static_cast<char>(letter - 'a' + 'A');
  return text;
}

void add_remarks(std::string_view role, std::vector<std::string>& remarks) {
  for (const Remark& remark : kRemarks) {
    const std::string text = "note: " + std::string(remark.text);
    if (remark.role != role || std::find(remarks.begin(), remarks.end(), text) != remarks.end()) continue;
    remarks.push_back(text);
  }
}

}  // namespace

std::string service_text(const Contact& contact) {
  if (contact.transport == Transport::icmp) return "ICMP echo";
  return fmt::format("{} {}", upper(name(contact.transport)), contact.port);
}

std::string reason_text(const Support& support, const Proposal& proposal) {
  const Contact& contact = proposal.contacts.contacts[support.example];
  const std::uint32_t peer = support.serves ? contact.initiator : contact.responder;
  const std::string peers = hosts_text(support.peers, to_string(proposal.contacts.hosts[peer].address));
  std::vector<std::string> said;
  if (is_identified(support.application)) said.emplace_back(name(support.application));
  for (std::size_t kind = 0; kind < kHttpKindCount; ++kind) {
    if (contact.kinds.test(kind)) said.emplace_back(kHttpKindNames[kind]);
  }
  const std::string spoken = said.empty() ? "" : fmt::format(" ({})", fmt::join(said, ", "));
  const std::string rule = support.rule == nullptr ? "by the request" : "rule " + support.rule->id;
  return support.serves ? fmt::format("answers {} on {}{}: {}, {:+.1f}", peers, service_text(contact), spoken,
                                      rule, support.weight)
                        : fmt::format("asks {} on {}{}: {}, {:+.1f}", peers, service_text(contact), spoken,
                                      rule, support.weight);
}

std::string names_text(const std::vector<std::string>& names) {
  constexpr std::size_t kNames = 4;
  const std::vector<std::string> first(
      names.begin(), names.begin() + static_cast<std::ptrdiff_t>(std::min(names.size(), kNames)));
  std::string text = fmt::format("{}", fmt::join(first, ", "));
  if (names.size() > kNames) text += fmt::format(" and {} more", names.size() - kNames);
  return text;
}

std::vector<std::string> remarks_on(const ProposedLine& line, const Proposal& proposal) {
  std::vector<std::string> remarks;
  for (const RoleId role : line.roles) add_remarks(proposal.roles.at(role).id, remarks);
  return remarks;
}

std::vector<std::string> remarks_on(const std::vector<Finding>& findings, const Proposal& proposal) {
  std::vector<std::string> remarks;
  for (const Finding& finding : findings) add_remarks(proposal.roles.at(finding.role).id, remarks);
  return remarks;
}

std::vector<std::string> wrapped_comment(std::string_view escaped) {
  constexpr std::size_t kWidth = 118;
  std::vector<std::string> lines;
  const std::size_t indent = std::min(escaped.find_first_not_of(' '), escaped.size());
  std::string line = "# " + std::string(indent, ' ');
  const std::size_t margin = line.size();
  std::string_view rest = escaped.substr(indent);
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find(' '), rest.size());
    if (line.size() > margin && line.size() + end > kWidth) {
      while (line.ends_with(' ')) line.pop_back();
      lines.push_back(line);
      line = "# " + std::string(indent + 2, ' ');
    }
    line += rest.substr(0, end);
    rest.remove_prefix(end);
    while (rest.starts_with(' ')) {
      line += ' ';
      rest.remove_prefix(1);
    }
  }
  while (line.ends_with(' ')) line.pop_back();
  lines.push_back(line);
  return lines;
}

}  // namespace portproof
