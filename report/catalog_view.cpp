#include "report/catalog_view.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <ostream>

#include "capture/base/ascii.hpp"
#include "report/escape.hpp"
#include "report/page.hpp"
#include "report/table.hpp"
#include "report/wording.hpp"

namespace portproof {
namespace {

std::string applications_of(const Rule& rule) {
  std::vector<std::string> names;
  for (std::size_t index = 0; index < application_names().size(); ++index) {
    if (rule.applications.test(index)) names.emplace_back(application_names()[index]);
  }
  return join(names, ", ");
}

// Everything searchable about a role: its id, name and aliases.
void add_role(const Catalog& catalog, const std::string& id, std::string& text) {
  text += id + '\n';
  const auto role = catalog.roles.find(id);
  if (!role) return;
  text += catalog.roles.at(*role).name + '\n' + join(catalog.roles.at(*role).aliases, "\n") + '\n';
}

// What people look for under another word than the documents': the second is found wherever the first stands.
struct OtherWord {
  std::string_view written;
  std::string_view looked_for;
};
constexpr std::array kOtherWords{OtherWord{"license", "licence licensing"},
                                 OtherWord{"citrix adc", "netscaler"},
                                 OtherWord{"citrix adm", "netscaler console mas"},
                                 OtherWord{"citrix gateway", "netscaler gateway"},
                                 OtherWord{"citrix hypervisor", "xenserver"},
                                 OtherWord{"workspace app", "receiver"},
                                 OtherWord{"delivery controller", "broker xml"},
                                 OtherWord{"endpoint management", "xenmobile"},
                                 OtherWord{"provisioning", "pvs"},
                                 OtherWord{"virtual delivery agent", "desktop worker"},
                                 OtherWord{"cgp", "session reliability common gateway protocol"},
                                 OtherWord{"\nica", "hdx sessions"},
                                 OtherWord{"dtls", "edt adaptive transport"},
                                 OtherWord{"secure ticketing authority", "sta ticket"}};

std::string searchable(const Catalog& catalog, const Rule& rule) {
  std::string text =
      join({rule.id, rule.system, rule_transports(rule), rule_ports(rule), rule.purpose,
            applications_of(rule), rule.document, rule.source, rule.condition, rule.reading, rule.note},
           "\n") +
      '\n';
  const System* system = catalog.find_system(rule.system);
  if (system != nullptr) text += system->name + '\n';
  for (const std::string& role : rule.from) add_role(catalog, role, text);
  for (const std::string& role : rule.to) add_role(catalog, role, text);
  text = to_lower_case(text);
  std::string others;
  for (const auto& [written, looked_for] : kOtherWords) {
    if (text.find(written) != std::string::npos) others.append("\n").append(looked_for);
  }
  return text + others;
}

// A number also finds ranges that contain the port. It does not match as text, or 80 would find 8080.
bool matches(const Rule& rule, const std::string& text, const std::string& word) {
  std::uint16_t port = 0;
  const auto [end, fault] = std::from_chars(word.data(), word.data() + word.size(), port);
  if (fault == std::errc{} && end == word.data() + word.size()) {
    return std::any_of(rule.ports.begin(), rule.ports.end(),
                       [port](const PortRange& range) { return range.contains(port); });
  }
  return text.find(word) != std::string::npos;
}

std::string arrow(const Rule& rule) {
  if (rule.deny) return "-x";
  return rule.both_ways ? "<->" : "->";
}

// A terminal this wide has room for a column for each part of a rule; a narrower one gets a single column.
constexpr int kWide = 140;

std::string allowance(const Rule& rule) {
  return join(rule.from, ", ") + ' ' + arrow(rule) + ' ' + join(rule.to, ", ") + ", " + rule_service(rule);
}

// A tab or a line end in a cell would split it in two.
std::string tsv_cell(std::string_view text) {
  return escape_terminal(text);
}

std::string system_words(const Catalog& catalog, const std::string& id) {
  const System* system = catalog.find_system(id);
  return system != nullptr && system->name != id ? system->name + " (" + id + ")" : id;
}

std::string document_words(const Catalog& catalog, const std::string& id) {
  const Document* document = catalog.find_document(id);
  if (document == nullptr) return id;
  return document->title + (document->date.empty() ? "" : ", " + document->date) +
         (document->publisher.empty() ? "" : ", " + document->publisher) + " (" + id + ")";
}

// A group is shown with its members, because they are what the rule means.
std::string role_lines(const Catalog& catalog, const std::vector<std::string>& roles) {
  std::vector<std::string> parts;
  for (const std::string& id : roles) {
    const auto role = catalog.roles.find(id);
    if (!role) {
      parts.push_back(id);
      continue;
    }
    const Role& found = catalog.roles.at(*role);
    std::string members;
    if (!found.members.empty()) members = ": " + join(found.members, ", ");
    if (const auto kind = kind_of_group(found.id))
      members = ": every role of kind " + std::string(name(*kind));
    parts.push_back(fmt::format("{} ({}{})", id, found.name, members));
  }
  return join(parts, "; ");
}

// Which of the ports are broad. Named where others are not.
std::string broad_words(const Rule& rule) {
  if (!rule.has_broad_ports()) return "";
  std::vector<std::string> broad;
  for (const PortRange& range : rule.ports) {
    const bool is_broad = range.size() > kBroadPorts || rule.is_broad_on(Transport::tcp, range.first);
    if (is_broad) broad.push_back(to_string(range));
  }
  const bool some = !rule.any_port && broad.size() < rule.ports.size();
  return fmt::format(" ({}: only answered conversations count)",
                     some ? join(broad, ", ") + " broad" : "broad");
}

void optional_field(Page& page, std::string_view label, const std::string& text) {
  if (!text.empty()) page.field(label, text);
}

std::string version_words(const std::optional<VersionBound>& bound) {
  return bound ? bound->product + " " + bound->version : "";
}

std::string quoted_list(const std::vector<std::string>& words) {
  std::vector<std::string> quoted;
  for (const std::string& word : words) quoted.push_back('"' + escape_terminal(word) + '"');
  return "[" + join(quoted, ", ") + "]";
}

std::vector<std::string> split_at_commas(const std::string& list) {
  std::vector<std::string> words;
  for (std::size_t begin = 0; begin < list.size();) {
    const std::size_t end = std::min(list.find(", ", begin), list.size());
    words.push_back(list.substr(begin, end - begin));
    begin = end + 2;
  }
  return words;
}

// A proposal as the [[allow]] entry by which a site would answer for it.
void write_allow_block(const Rule& rule, std::ostream& out) {
  out << "\nA site that needs it writes in its inventory:\n\n[[allow]]\nid = \"site-" << rule.id
      << "\"\nfrom = " << quoted_list(rule.from) << "\nto = " << quoted_list(rule.to)
      << "\ntransport = " << quoted_list(split_at_commas(rule_transports(rule)))
      << "\nports = " << quoted_list(split_at_commas(rule_ports(rule))) << '\n';
  if (rule.applications.any()) {
    out << "application = " << quoted_list(split_at_commas(applications_of(rule))) << '\n';
  }
  out << "owner = \"\"\nreason = \"" << escape_terminal(rule.purpose) << "\"\n";
}

}  // namespace

std::vector<const Rule*> find_rules(const Catalog& catalog, const std::vector<std::string>& words) {
  // Several words may be one argument: "session reliability".
  std::vector<std::string> single;
  for (const std::string& word : words) {
    for (std::size_t begin = 0; begin <= word.size();) {
      const std::size_t end = std::min(word.find(' ', begin), word.size());
      if (end > begin) single.push_back(to_lower_case(word.substr(begin, end - begin)));
      begin = end + 1;
    }
  }
  std::vector<const Rule*> found;
  for (const Rule& rule : catalog.rules) {
    const std::string text = searchable(catalog, rule);
    const bool all = std::all_of(single.begin(), single.end(),
                                 [&](const std::string& word) { return matches(rule, text, word); });
    if (all) found.push_back(&rule);
  }
  return found;
}

void write_rule_table(const std::vector<const Rule*>& rules, int width, std::ostream& out) {
  TableOptions options;
  options.width = width;
  if (width < kWide) {
    const std::vector<Column> columns{{"RULE"}, {"ALLOWS", Align::left, Shrink::wrap}};
    const auto cells = [&rules](std::size_t index) -> std::vector<std::string> {
      return {rules[index]->id, allowance(*rules[index])};
    };
    write_table(columns, rules.size(), cells, options, out);
  } else {
    const std::vector<Column> columns{{"RULE"},
                                      {"FROM", Align::left, Shrink::wrap},
                                      {""},
                                      {"TO", Align::left, Shrink::wrap},
                                      {"TRANSPORT", Align::left, Shrink::wrap},
                                      {"PORTS", Align::left, Shrink::wrap},
                                      {"SOURCE", Align::left, Shrink::wrap, 1}};
    const auto cells = [&rules](std::size_t index) -> std::vector<std::string> {
      const Rule& rule = *rules[index];
      return {rule.id,
              join(rule.from, ", "),
              arrow(rule),
              join(rule.to, ", "),
              rule_transports(rule),
              rule_ports(rule),
              rule.source};
    };
    write_table(columns, rules.size(), cells, options, out);
  }
  out << count_words(rules.size(), "rule", "rules") << '\n';
}

void write_rules_tsv(const std::vector<const Rule*>& rules, std::ostream& out) {
  out << "id\tsystem\tfrom\tto\ttransport\tports\tsource\n";
  for (const Rule* rule : rules) {
    out << tsv_cell(rule->id) << '\t' << tsv_cell(rule->system) << '\t' << tsv_cell(join(rule->from, ","))
        << '\t' << tsv_cell(join(rule->to, ",")) << '\t';
    std::string transports = rule_transports(*rule);
    std::string ports = rule_ports(*rule);
    transports.erase(std::remove(transports.begin(), transports.end(), ' '), transports.end());
    ports.erase(std::remove(ports.begin(), ports.end(), ' '), ports.end());
    out << transports << '\t' << ports << '\t' << tsv_cell(rule->source) << '\n';
  }
}

void write_rule_page(const Catalog& catalog, const Rule& rule, int width, std::ostream& out) {
  TextOptions options;
  options.width = width;
  Page page(options, out);
  page.paragraph(rule.id);
  if (rule.deny) page.field("deny", "yes: the documentation forbids this");
  if (rule.proposed) page.field("proposed", "yes: no document that was read says so, and nothing uses it");
  optional_field(page, "purpose", rule.purpose);
  page.field("from", role_lines(catalog, rule.from));
  page.field("to", role_lines(catalog, rule.to));
  if (rule.both_ways) page.field("both ways", "yes: either end may open the connection");
  page.field("transport", rule_transports(rule));
  page.field("ports", rule_ports(rule) + broad_words(rule));
  page.field("application", rule.applications.none() ? "(any)" : applications_of(rule));
  if (rule.distinctive) page.field("distinctive", "yes: hardly anything but Citrix uses these ports");
  optional_field(page, "since", version_words(rule.since));
  optional_field(page, "until", version_words(rule.until));
  if (!rule.in_force) page.field("in force", "no: documented as not yet implemented");
  optional_field(page, "condition", rule.condition);
  optional_field(page, "encrypted as", rule.encrypted_alternative);
  optional_field(page, "repeats", rule.repeats);
  page.field("system", system_words(catalog, rule.system));
  page.field("source", rule.source);
  optional_field(page, "document", document_words(catalog, rule.document));
  if (const Document* document = catalog.find_document(rule.document))
    optional_field(page, "at", document->url);
  optional_field(page, "reading", rule.reading);
  optional_field(page, "note", rule.note);
  optional_field(page, "owner", rule.owner);
  optional_field(page, "reason", rule.reason);
  if (rule.proposed) write_allow_block(rule, out);
}

}  // namespace portproof
