#include "report/proposal.hpp"

#include <fmt/format.h>
#include <fmt/ostream.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <ostream>
#include <string_view>

#include "report/escape.hpp"
#include "report/proposal_reasons.hpp"
#include "report/wording.hpp"

namespace portproof {
namespace {

constexpr std::size_t kReasons = 5;      // listed for a role
constexpr std::size_t kCandidates = 6;   // listed for a host
constexpr std::size_t kUndecided = 200;  // hosts listed one by one

class Writer {
 public:
  Writer(const Proposal& proposal, const ProposalSource& source, std::ostream& out)
      : proposal_(proposal), source_(source), out_(out) {}

  void write() {
    write_head();
    write_warnings();
    write_site();
    if (!proposal_.lines.empty()) rule("Hosts. The comment above each line gives the reasons for its roles.");
    for (const ProposedLine& line : proposal_.lines) write_line(line);
    write_undecided();
    write_cloud();
    write_limits();
  }

 private:
  void comment(std::string_view text) {
    for (const std::string& line : wrapped_comment(escape_terminal(text, false))) out_ << line << '\n';
  }
  void rule(std::string_view title) {
    out_ << "\n# --- ";
    out_ << title << " ---\n";
  }
  [[nodiscard]] const std::string& role_id(RoleId role) const { return proposal_.roles.at(role).id; }
  [[nodiscard]] const ContactHost& host(std::uint32_t index) const { return proposal_.contacts.hosts[index]; }
  [[nodiscard]] const HostRoles& found(std::uint32_t index) const { return proposal_.labelling.hosts[index]; }

  void write_head();
  void write_warnings();
  void write_site();
  void write_line(const ProposedLine& line);
  void write_member(const ProposedLine& line);
  void write_crowd(const ProposedLine& line);
  void write_finding(const Finding& finding);
  void write_others(std::uint32_t index);
  void write_undecided();
  void write_undecided_host(std::uint32_t index);
  void write_cloud();
  void write_limits();

  const Proposal& proposal_;
  const ProposalSource& source_;
  std::ostream& out_;
};

void Writer::write_head() {
  comment(
      "An inventory that 'portproof discover' proposes from traffic alone. Nothing in it is approved: it "
      "allows "
      "nothing and accepts nothing. Read it, correct it, and give it to an audit with -I.");
  for (const std::string& input : source_.inputs) comment("read: " + input);
  comment("catalog: " + source_.catalog);
  if (!source_.inventory.empty()) {
    comment("the hosts in " + source_.inventory + " are known and not proposed again");
  }
  comment(
      "Numbers behind roles weigh the evidence (natural logarithm of the odds): 'likely' from 2.6, 'certain' "
      "from 6 with two independent witnesses.");
}

void Writer::write_warnings() {
  if (proposal_.overlaps.empty() && proposal_.scanners.empty() && proposal_.mismatches.empty()) return;
  rule("What does not fit");
  for (const Overlap& overlap : proposal_.overlaps) {
    std::vector<std::string> stations;
    for (const Station& station : overlap.stations) {
      stations.push_back(fmt::format("{} in VLAN {}", to_string(station.mac), vlan_text(station.vlans)));
    }
    comment(fmt::format(
        "WARNING: {} is used by {}: two machines share this address, so portproof sees them as one host. "
        "--key-vlan keeps their flows apart; audit each VLAN on its own (-f 'vlan N').",
        to_string(overlap.address), fmt::join(stations, " and by ")));
  }
  for (const std::uint32_t index : proposal_.scanners) {
    comment(fmt::format(
        "{} probed many ports ({} of them silent): a scanner, or a misconfigured host. Answers to it "
        "are not taken as evidence for any role.",
        to_string(host(index).address), host(index).knocked));
  }
  constexpr std::size_t kMismatches = 50;
  for (std::size_t index = 0; index < std::min(proposal_.mismatches.size(), kMismatches); ++index) {
    const Contact& contact = proposal_.contacts.contacts[proposal_.mismatches[index].contact];
    comment(fmt::format(
        "{} uses {} with {} on {}, where the documentation expects another protocol: not taken as "
        "evidence for any role.",
        to_string(host(contact.initiator).address), name(contact.application),
        to_string(host(contact.responder).address), service_text(contact)));
  }
  if (proposal_.mismatches.size() > kMismatches) {
    comment(fmt::format("... and {} more like these.", proposal_.mismatches.size() - kMismatches));
  }
}

void Writer::write_site() {
  out_ << "\n[site]\nname = \"Proposed estate\"\n";
  std::vector<std::string> networks;
  for (const AddressBlock& block : proposal_.internal.networks) networks.push_back(to_string(block));
  for (const Segment& segment : proposal_.internal.left_out) {
    comment(fmt::format("not proposed as internal: {}, where {} seen, none with a role",
                        to_string(segment.block), count_words(segment.hosts, "host was", "hosts were")));
  }
  if (networks.empty()) {
    comment("internal: no private network shows enough hosts; list yours here, with their default roles");
    return;
  }
  fmt::print(out_, "internal = [\"{}\"]\n", fmt::join(networks, "\", \""));
  const bool default_roles = proposal_.roles.find("workspace-app") && proposal_.roles.find("user-device");
  if (proposal_.users > 0 && default_roles) {
    comment(fmt::format(
        "{} desktops, stores or gateways, and so {}. Traffic does not distinguish a browser from Workspace "
        "app, so both roles are given.",
        count_words(proposal_.users, "host without a role uses", "hosts without a role use"),
        proposal_.users == 1 ? "belongs to a user" : "belong to users"));
    out_ << "internal_roles = [\"user-device\", \"workspace-app\"]\n";
  }
  if (proposal_.roles.find("internet")) out_ << "external_roles = [\"internet\"]\n";
  out_ << '\n';
  comment(
      "[versions] is left out: traffic does not show product versions. Without them, rules that "
      "depend "
      "on one apply, and the report calls them conditional.");
}

void Writer::write_finding(const Finding& finding) {
  constexpr std::array<std::string_view, 3> kWords{"certain", "likely", "possible"};
  comment(fmt::format("{}: {} ({:.1f}){}", role_id(finding.role),
                      kWords[static_cast<std::size_t>(finding.confidence)], finding.score,
                      finding.by_name ? "; the name of the host agrees" : ""));
  for (std::size_t index = 0; index < std::min(finding.supports.size(), kReasons); ++index) {
    comment("  " + reason_text(finding.supports[index], proposal_));
  }
  if (finding.supports.size() > kReasons) {
    comment(fmt::format("  and {} more reasons", finding.supports.size() - kReasons));
  }
}

void Writer::write_others(std::uint32_t index) {
  std::vector<std::string> others;
  for (const Finding& finding : found(index).possible) {
    if (others.size() < kCandidates)
      others.push_back(fmt::format("{} ({:.1f})", role_id(finding.role), finding.score));
  }
  if (!others.empty()) {
    comment(fmt::format("could also be, but the evidence is thin: {}", fmt::join(others, ", ")));
  }
}

void Writer::write_member(const ProposedLine& line) {
  const std::uint32_t index = line.hosts.front();
  if (!host(index).names.empty()) comment("named " + names_text(host(index).names));
  for (const Finding& finding : found(index).proposed) write_finding(finding);
  write_others(index);
  for (const std::string& remark : remarks_on(line, proposal_)) comment(remark);
}

void Writer::write_crowd(const ProposedLine& line) {
  comment(
      fmt::format("{} similar hosts; the ranges contain no host that was seen to be anything else. Those "
                  "with the most evidence:",
                  line.hosts.size()));
  std::vector<std::uint32_t> order = line.hosts;
  const auto weight = [&](std::uint32_t index) {
    float sum = 0;
    for (const Finding& finding : found(index).proposed) sum += finding.score;
    return sum;
  };
  std::stable_sort(order.begin(), order.end(),
                   [&](std::uint32_t left, std::uint32_t right) { return weight(left) > weight(right); });
  constexpr std::size_t kExamples = 2;
  for (std::size_t place = 0; place < std::min(order.size(), kExamples); ++place) {
    comment(to_string(host(order[place]).address));
    for (const Finding& finding : found(order[place]).proposed) write_finding(finding);
  }
  const float least = weight(order.back());
  comment(fmt::format("the one with the least evidence, {}: {:.1f} in all",
                      to_string(host(order.back()).address), least));
}

void Writer::write_line(const ProposedLine& line) {
  out_ << '\n';
  if (line.hosts.size() == 1) {
    write_member(line);
  } else {
    write_crowd(line);
  }
  std::vector<std::string> addresses;
  for (const AddressBlock& block : line.addresses) addresses.push_back(to_string(block));
  std::vector<std::string> roles;
  for (const RoleId role : line.roles) roles.push_back(role_id(role));
  fmt::print(out_, "[[host]]\nname = \"{}\"\naddresses = [\"{}\"]\nroles = [\"{}\"]\n", line.name,
             fmt::join(addresses, "\", \""), fmt::join(roles, "\", \""));
}

void Writer::write_undecided_host(std::uint32_t index) {
  out_ << '\n';
  const HostRoles& roles = found(index);
  const std::string address = to_string(host(index).address);
  comment(address + (host(index).names.empty() ? "" : ", named " + names_text(host(index).names)));
  const std::size_t shown = std::min(roles.possible.size(), kCandidates);
  std::vector<std::string> others;
  for (std::size_t place = 0; place < shown; ++place) {
    write_finding(roles.possible[place]);
    if (place > 0) others.push_back(role_id(roles.possible[place].role));
  }
  for (const std::string& remark : remarks_on(roles.possible, proposal_)) comment(remark);
  comment("[[host]]");
  comment(fmt::format("name = \"undecided {}\"", address));
  comment(fmt::format("addresses = [\"{}\"]", address));
  comment(fmt::format("roles = [\"{}\"]{}", role_id(roles.possible.front().role),
                      others.empty() ? "" : fmt::format("  # or {}", fmt::join(others, ", "))));
}

void Writer::write_undecided() {
  if (proposal_.undecided.empty()) return;
  rule(
      "For you to decide. There is some evidence for a role of these hosts, but too little, or as much for "
      "another");
  const std::size_t shown = std::min(proposal_.undecided.size(), kUndecided);
  for (std::size_t index = 0; index < shown; ++index) write_undecided_host(proposal_.undecided[index]);
  if (shown < proposal_.undecided.size()) {
    comment(fmt::format("... and {} more hosts, left out here", proposal_.undecided.size() - shown));
  }
}

// Outside hosts get their roles from names, without a host entry. UDP sessions give no name, so Citrix's own
// addresses are offered as entries.
void Writer::write_cloud() {
  if (proposal_.cloud.empty()) return;
  rule("Outside hosts that the catalog knows by name: they need no entry");
  for (const CloudHost& cloud : proposal_.cloud) {
    comment(fmt::format("{} ({}): {}{}", to_string(host(cloud.host).address), cloud.name,
                        fmt::join(proposal_.roles.ids(cloud.roles), ", "),
                        cloud.nameless
                            ? "; also contacted without a name: give it an entry if DNS answers are "
                              "not captured"
                            : ""));
  }
}

void Writer::write_limits() {
  rule("What traffic alone does not show");
  const auto& hosts = proposal_.contacts.hosts;
  const auto silent = std::count_if(hosts.begin(), hosts.end(), [&](const ContactHost& known) {
    const HostRoles& roles = proposal_.labelling.hosts[static_cast<std::size_t>(&known - hosts.data())];
    return known.place == Place::inside && roles.known.empty() && roles.proposed.empty() &&
           roles.possible.empty();
  });
  comment(fmt::format(
      "{} nothing that only a catalog role explains: the default roles hold there.",
      count_words(static_cast<std::uint64_t>(silent), "inside host showed", "inside hosts showed")));
  comment(
      "Hosts that were silent during the capture are missing. Roles that no port distinguishes (Session "
      "Recording and other services behind HTTPS, App Layering before its agents speak) need a person who "
      "knows.");
}

}  // namespace

void write_proposal(const Proposal& proposal, const ProposalSource& source, std::ostream& out) {
  Writer(proposal, source, out).write();
}

}  // namespace portproof
