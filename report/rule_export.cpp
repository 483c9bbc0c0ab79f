#include "report/rule_export.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <ostream>
#include <string>

#include "report/escape.hpp"
#include "report/wording.hpp"

namespace portproof {
namespace {

// On one line, and without what could end a quoted string.
std::string comment_text(std::string_view text) {
  std::string line = escape_terminal(text, false);
  std::replace(line.begin(), line.end(), '"', '\'');
  return line;
}

void write_head(const Catalog& catalog, const Inventory& inventory, const ExportedRules& exported,
                std::ostream& out) {
  std::vector<std::string> overlays;
  for (const Overlay& overlay : catalog.overlays) overlays.push_back(overlay.id);
  out << comment_text(fmt::format("# What is documented for {}: edition {}{}, resolved with {}",
                                  inventory.site.empty() ? "this site" : inventory.site, catalog.edition,
                                  overlays.empty() ? "" : " with " + join(overlays, ", "), inventory.path))
      << "\n# The names of cloud services have no addresses here: such rules stand as comments.\n";
  for (const Rule* rule : exported.unresolved) {
    out << "# nobody in the inventory: " << comment_text(rule->id) << '\n';
  }
}

std::vector<std::string> texts_of(const ExportedEnd& end) {
  std::vector<std::string> texts;
  for (const AddressBlock& block : end.blocks) texts.push_back(to_string(block));
  if (end.outside) texts.emplace_back("outside");
  texts.insert(texts.end(), end.names.begin(), end.names.end());
  return texts;
}

// Quoted; a cell that a spreadsheet would take for a formula is made text.
std::string csv_cell(std::string_view text) {
  std::string cell = "\"";
  if (!text.empty() && std::string_view("=+-@\t\r").find(text.front()) != std::string_view::npos)
    cell += '\'';
  for (const char letter : escape_terminal(text))
    cell += letter == '"' ? std::string("\"\"") : std::string(1, letter);
  return cell + '"';
}

std::string applications_of(const Rule& rule) {
  std::vector<std::string> names;
  for (std::size_t index = 0; index < application_names().size(); ++index) {
    if (rule.applications.test(index)) names.emplace_back(application_names()[index]);
  }
  return join(names, " ");
}

std::vector<Transport> transports_of(const Rule& rule) {
  std::vector<Transport> transports;
  for (std::size_t value = 0; value < kTransportCount; ++value) {
    if (rule.transports.test(value)) transports.push_back(static_cast<Transport>(value));
  }
  return transports;
}

// The blocks of one family.
std::vector<AddressBlock> blocks_of(const std::vector<AddressBlock>& blocks, IpFamily family) {
  std::vector<AddressBlock> chosen;
  std::copy_if(blocks.begin(), blocks.end(), std::back_inserter(chosen),
               [family](const AddressBlock& block) { return block.first.family == family; });
  return chosen;
}

std::string in_braces(const std::vector<AddressBlock>& blocks) {
  std::vector<std::string> texts;
  for (const AddressBlock& block : blocks) texts.push_back(to_string(block));
  return "{ " + join(texts, ", ") + " }";
}

// "ip saddr { 10.20.1.10 }": the matches for one end of one family, each a way to be there. None if nobody of
// that family can be; an empty text stands for any address.
std::vector<std::string> nft_matches(const ExportedEnd& end, std::string_view side, IpFamily family,
                                     const Inventory& inventory) {
  const std::string field = fmt::format("{} {}", family == IpFamily::v4 ? "ip" : "ip6", side);
  std::vector<std::string> matches;
  const auto blocks = blocks_of(end.blocks, family);
  if (!blocks.empty()) matches.push_back(field + ' ' + in_braces(blocks));
  if (!end.outside) return matches;
  std::vector<AddressBlock> inside = blocks_of(inventory.internal, family);
  std::sort(inside.begin(), inside.end());
  matches.push_back(inside.empty() ? "" : field + " != " + in_braces(inside));
  return matches;
}

// What the rule says of the protocol, for one transport; nothing if it has no such form for the family.
std::optional<std::string> nft_service(const Rule& rule, Transport transport, IpFamily family) {
  if (transport == Transport::icmp) {
    return family == IpFamily::v4 ? "icmp type echo-request" : "icmpv6 type echo-request";
  }
  if (transport == Transport::icmp_other) return std::nullopt;
  if (!has_ports(transport) || rule.any_port) {
    return fmt::format("meta l4proto {}", static_cast<unsigned>(transport));
  }
  std::vector<std::string> ports;
  for (const PortRange& range : rule.ports) ports.push_back(to_string(range));
  const std::string field = transport == Transport::udp_lite ? "udplite" : std::string(name(transport));
  return fmt::format("{} dport {{ {} }}", field, join(ports, ", "));
}

void write_nft_rule(const ExportedRule& exported, const Inventory& inventory, std::ostream& out) {
  const Rule& rule = *exported.rule;
  const std::string_view action = rule.deny ? "drop" : "accept";
  bool written = false;
  for (const Transport transport : transports_of(rule)) {
    for (const IpFamily family : {IpFamily::v4, IpFamily::v6}) {
      const auto service = nft_service(rule, transport, family);
      if (!service) continue;
      for (const std::string& source : nft_matches(exported.from, "saddr", family, inventory)) {
        for (const std::string& destination : nft_matches(exported.to, "daddr", family, inventory)) {
          // Where neither end says so, the family has to be said.
          const bool any = source.empty() && destination.empty();
          const std::string_view protocol = family == IpFamily::v4 ? "ipv4" : "ipv6";
          out << "    " << (any ? fmt::format("meta nfproto {} ", protocol) : "") << source
              << (source.empty() ? "" : " ") << destination << (destination.empty() ? "" : " ") << *service
              << ' ' << action << " comment \"" << comment_text(rule.id) << "\"\n";
          written = true;
        }
      }
    }
  }
  const auto names = [](const ExportedEnd& end) {
    return end.names.empty() ? join(texts_of(end), " ") : join(end.names, " ");
  };
  if (!written || !exported.from.names.empty() || !exported.to.names.empty()) {
    out << "    # " << comment_text(rule.id) << ": from " << comment_text(names(exported.from)) << " to "
        << comment_text(names(exported.to)) << ", " << rule_service(rule) << '\n';
  }
}

// A block as networks, the largest that fit.
void add_networks(AddressBlock block, std::vector<std::string>& texts) {
  while (true) {
    for (int length = 0; length <= block.first.bits(); ++length) {
      const auto network = parse_address_block(fmt::format("{}/{}", to_string(block.first), length));
      if (!network || network->last > block.last) continue;
      texts.push_back(to_string(*network));
      if (network->last == block.last) return;
      block.first = network->last;
      for (std::size_t index = block.first.size(); index-- > 0 && ++block.first.bytes[index] == 0;) {
      }
      break;
    }
  }
}

// The ways to be at an end, each as a list of addresses; none if it is known by name only.
std::vector<std::string> suricata_ends(const ExportedEnd& end, const Inventory& inventory) {
  std::vector<std::string> ends;
  std::vector<std::string> networks;
  for (const AddressBlock& block : end.blocks) add_networks(block, networks);
  if (!networks.empty()) ends.push_back("[" + join(networks, ",") + "]");
  if (!end.outside) return ends;
  std::vector<std::string> inside;
  for (const AddressBlock& block : inventory.internal) add_networks(block, inside);
  ends.push_back("![" + join(inside, ",") + "]");
  return ends;
}

// An id without what has a meaning in the options of a signature.
std::string signature_text(std::string_view id) {
  std::string text = comment_text(id);
  std::replace_if(
      text.begin(), text.end(), [](char letter) { return letter == ';' || letter == ':' || letter == '\\'; },
      '_');
  return text;
}

// The protocol and what the options must say of it.
struct SuricataService {
  std::string protocol;
  std::string ports;
  std::string options;
};

SuricataService suricata_service(const Rule& rule, Transport transport) {
  if (transport == Transport::icmp) return {"icmp", "any", "itype:8; "};
  if (transport == Transport::icmp_other) return {"icmp", "any", "itype:!8; "};
  if (transport != Transport::tcp && transport != Transport::udp) {
    return {"ip", "any", fmt::format("ip_proto:{}; ", static_cast<unsigned>(transport))};
  }
  std::vector<std::string> ports;
  for (const PortRange& range : rule.ports) {
    ports.push_back(range.first == range.last ? to_string(range)
                                              : fmt::format("{}:{}", range.first, range.last));
  }
  return {std::string(name(transport)), rule.any_port ? "any" : "[" + join(ports, ",") + "]",
          "flow:to_server; "};
}

// One signature for each transport. Returns the next free id.
int write_suricata_rule(const Rule& rule, const std::string& source, const std::string& destination,
                        int signature, std::ostream& out) {
  for (const Transport transport : transports_of(rule)) {
    const SuricataService service = suricata_service(rule, transport);
    out << fmt::format("{} {} {} any -> {} {} (msg:\"portproof {}\"; {}sid:{}; rev:1;)\n",
                       rule.deny ? "alert" : "pass", service.protocol, source, destination, service.ports,
                       signature_text(rule.id), service.options, signature++);
  }
  return signature;
}

void write_suricata_alert(std::string_view protocol, const std::string& source,
                          const std::string& destination, std::string_view side, int signature,
                          std::ostream& out) {
  out << fmt::format(
      "alert {} {} any -> {} any (msg:\"portproof: not documented, {} a Citrix host\"; flow:to_server; sid:{}; "
      "rev:1;)\n",
      protocol, source, destination, side, signature);
}

// Every address of a host entry with a Citrix role.
ExportedEnd citrix_hosts(const Inventory& inventory) {
  ExportedEnd end;
  const RoleSet citrix = inventory.roles.of_kind(RoleKind::citrix);
  for (const Host& host : inventory.hosts) {
    if (host.roles.overlaps(citrix))
      end.blocks.insert(end.blocks.end(), host.addresses.begin(), host.addresses.end());
  }
  std::sort(end.blocks.begin(), end.blocks.end());
  end.blocks.erase(std::unique(end.blocks.begin(), end.blocks.end()), end.blocks.end());
  return end;
}

}  // namespace

void write_rules_csv(const Catalog& catalog, const Inventory& /*inventory*/, const ExportedRules& exported,
                     std::ostream& out) {
  out << "rule,action,from,source,to,destination,transport,ports,application,document,purpose\r\n";
  for (const auto& [rule, from, to, turned] : exported.rules) {
    const Document* const document = catalog.find_document(rule->document);
    for (const std::string& cell :
         {rule->id, std::string(rule->deny ? "deny" : "allow"), join(turned ? rule->to : rule->from, " "),
          join(texts_of(from), " "), join(turned ? rule->from : rule->to, " "), join(texts_of(to), " "),
          rule_transports(*rule), rule_ports(*rule), applications_of(*rule),
          document == nullptr ? rule->source : document->title}) {
      out << csv_cell(cell) << ',';
    }
    out << csv_cell(rule->purpose) << "\r\n";
  }
}

void write_rules_nftables(const Catalog& catalog, const Inventory& inventory, const ExportedRules& exported,
                          std::ostream& out) {
  write_head(catalog, inventory, exported, out);
  out << "# No hook calls the chain: jump to it from a chain of your own.\n"
         "table inet portproof {\n  chain documented {\n    ct state established,related accept\n";
  for (const ExportedRule& rule : exported.rules) write_nft_rule(rule, inventory, out);
  out << "  }\n}\n";
}

void write_rules_suricata(const Catalog& catalog, const Inventory& inventory, const ExportedRules& exported,
                          std::ostream& out) {
  write_head(catalog, inventory, exported, out);
  int signature = kFirstSignature;
  for (const auto& [rule, from, to, turned] : exported.rules) {
    const auto sources = suricata_ends(from, inventory);
    const auto destinations = suricata_ends(to, inventory);
    if (sources.empty() || destinations.empty()) {
      out << "# " << comment_text(rule->id) << ": by name only: " << comment_text(join(texts_of(from), " "))
          << " -> " << comment_text(join(texts_of(to), " ")) << '\n';
    }
    for (const std::string& source : sources) {
      for (const std::string& destination : destinations) {
        signature = write_suricata_rule(*rule, source, destination, signature, out);
      }
    }
  }
  for (const std::string& citrix : suricata_ends(citrix_hosts(inventory), inventory)) {
    for (const std::string_view protocol : {"tcp", "udp"}) {
      write_suricata_alert(protocol, citrix, "any", "from", signature++, out);
      write_suricata_alert(protocol, "any", citrix, "to", signature++, out);
    }
  }
}

}  // namespace portproof
