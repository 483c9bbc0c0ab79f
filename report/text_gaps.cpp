#include "report/text_gaps.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "report/wording.hpp"

namespace portproof {
namespace {

void write_limits(const Report& report, Page& page) {
  const std::vector<LimitsHit::Hit> hits = report.evidence->limits_hit.all();
  if (hits.empty()) return;
  for (const auto& [limit, times] : hits) {
    const LimitRow& row = row_of(limit);
    const std::string remedy = row.option.empty() ? "" : fmt::format("; {} raises the limit", row.option);
    page.field("limit hit", fmt::format("{}, {}: {}{}", row.name, count_words(times, "time", "times"),
                                        row.effect, remedy));
  }
  page.field("", report.run ? fmt::format("To reproduce this report, use --seed {}.", report.run->hash_seed)
                            : "To reproduce this report, use the same --seed.");
}

std::string end_of(const Endpoint& end, Transport transport) {
  return has_ports(transport) ? fmt::format("{} port {}", to_string(end.address), end.port)
                              : to_string(end.address);
}

// What an ICMP error that nothing explains is about.
std::string stray_words(const StrayErrorKey& error) {
  const std::string ends = fmt::format("{} -> {}", to_string(error.sender), to_string(error.receiver));
  if (error.quotes_nothing()) return ends + ", about nothing that can be read";
  const Transport transport = transport_of(error.quoted_protocol, error.quoted_kind);
  return fmt::format("{}, about {} {} -> {}", ends, name(transport), end_of(error.quoted_source, transport),
                     end_of(error.quoted_destination, transport));
}

void write_stray_errors(const StrayErrors& errors, Page& page) {
  std::size_t shown = 0;
  for (const auto& [error, facts] : errors.errors()) {
    if (++shown > kListed) break;
    page.field("stray error", fmt::format("{}: {}; the flow was never seen", stray_words(error),
                                          count_words(facts.packets, "ICMP error", "ICMP errors")));
  }
  if (errors.size() > kListed)
    page.field("stray error", fmt::format("and {} more", with_commas(errors.size() - kListed)));
}

void write_one_way_mirrors(const std::vector<OneWayMirror>& mirrors, Page& page) {
  for (std::size_t index = 0; index < std::min(mirrors.size(), kListed); ++index) {
    const std::string shown = count_words(mirrors[index].connections, "connection", "connections");
    page.field("one way",
               fmt::format("{} was not captured, but {} {} that it was sent", to_string(mirrors[index]),
                           shown, mirrors[index].connections == 1 ? "shows" : "show"));
  }
  if (mirrors.size() > kListed) page.field("one way", fmt::format("and {} more", mirrors.size() - kListed));
}

// The lines of all inputs together, those that count most first, each with its first frame.
void write_unread(const Report& report, Page& page) {
  struct Line {
    UnreadCount count;
    const Input* input;
  };
  std::map<std::pair<UnreadKind, std::optional<std::uint32_t>>, Line> lines;
  for (const Input& input : report.evidence->inputs) {
    for (const UnreadCount& count : input.unread) {
      const auto [at, is_new] = lines.try_emplace({count.kind, count.number}, Line{count, &input});
      if (!is_new) at->second.count.count += count.count;
    }
  }
  std::vector<Line> sorted;
  for (const auto& [key, line] : lines) sorted.push_back(line);
  std::stable_sort(sorted.begin(), sorted.end(),
                   [](const Line& left, const Line& right) { return left.count.count > right.count.count; });
  for (std::size_t index = 0; index < std::min(sorted.size(), kListed); ++index) {
    const auto& [count, input] = sorted[index];
    page.field("not read",
               fmt::format("{} (first: frame {} of {})", to_string(count), count.first_frame, input->path));
  }
  if (sorted.size() > kListed) {
    page.field("not read", fmt::format("and {} more kinds", sorted.size() - kListed));
  }
}

}  // namespace

void write_gaps(const Report& report, Page& page) {
  const Gaps& gaps = report.gaps;
  std::vector<std::string> parts;
  const auto add = [&parts](std::uint64_t number, std::string_view one, std::string_view many) {
    if (number != 0) parts.push_back(count_words(number, one, many));
  };
  add(gaps.cut_short, "input not read to the end", "inputs not read to the end");
  add(gaps.kernel_dropped, "packet dropped by the kernel", "packets dropped by the kernel");
  add(gaps.interface_dropped, "packet dropped by the interface", "packets dropped by the interface");
  add(gaps.snapped_headers, "packet with cut headers", "packets with cut headers");
  add(gaps.undecoded, "packet that could not be decoded", "packets that could not be decoded");
  add(gaps.missed_bytes, "byte acknowledged but never captured", "bytes acknowledged but never captured");
  add(gaps.one_way, "packet of connections seen in one direction only",
      "packets of connections seen in one direction only");
  add(gaps.duplicates, "packet captured twice", "packets captured twice");
  add(gaps.time_jumps, "implausible timestamp", "implausible timestamps");
  add(gaps.untimed, "packet without a usable timestamp", "packets without a usable timestamp");
  page.field("gaps", parts.empty() ? "none" : join(parts, "; "));
  write_unread(report, page);
  write_stray_errors(report.evidence->stray_errors, page);
  write_one_way_mirrors(report.audit->one_way_mirrors, page);
  for (const std::string& note : report.notes) page.field("note", note);
  write_limits(report, page);
}

}  // namespace portproof
