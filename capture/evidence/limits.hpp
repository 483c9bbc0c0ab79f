// The limits that evidence is kept within, and how often each was hit.
//
// A limit never hides a conversation that came about: it costs detail, and it is counted. One row of kLimits
// holds all there is to say about a limit: evidence files, the reports and docs/reference/memory.md take it
// from there or are tested against it. To add one: a value of Limit, a row, a line of that page.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace portproof {

// In the order of their names, which is the order of files and reports.
enum class Limit : std::uint8_t {
  attempts,
  dns_messages,
  dns_names,
  dns_questions,
  duplicates,
  flow_names,
  flow_openings,
  flow_tunnels,
  flows,
  loose_flows,
  name_records,
  names,
  stations,
  stray_errors,
};

enum class LimitKind : std::uint8_t {
  counted,  // whenever it is hit; pieces of evidence add up
  derived,  // from what the evidence holds, each time that it has changed (note_derived_limits)
};

// What a report may lack once the limit was hit. A pass must not depend on it (classify/completeness.hpp).
enum class LimitCost : std::uint8_t {
  detail,    // nothing that a verdict depends on, or the verdict itself says so
  names,     // a name that gives a role, or the role of a connection's responder
  stations,  // the host that an address without a host entry belongs to
  flows,     // who began a flow, or what was spoken on it
  errors,    // an ICMP error of a listed host
};

struct LimitRow {
  Limit limit;
  std::string_view name;    // in files, reports and documentation
  std::string_view effect;  // what happened, each time that it was hit: the sentence of the report
  LimitKind kind;
  LimitCost cost;
  std::string_view option;  // raises the limit; empty where nothing does
};

inline constexpr std::array<LimitRow, 14> kLimits{{
    {Limit::attempts, "attempts", "an unanswered attempt joined the record of a scan or flood",
     LimitKind::derived, LimitCost::detail, "--max-attempts"},
    {Limit::dns_messages, "dns-messages", "a DNS message over TCP was not read: too long, or one of too many",
     LimitKind::counted, LimitCost::names, ""},
    {Limit::dns_names, "dns-names", "a name that DNS gave to an address was left out", LimitKind::counted,
     LimitCost::names, ""},
    {Limit::dns_questions, "dns-questions", "a DNS question was forgotten before its answer came",
     LimitKind::counted, LimitCost::names, ""},
    {Limit::duplicates, "duplicates", "a packet was forgotten before a copy of it could be recognised",
     LimitKind::counted, LimitCost::detail, ""},
    {Limit::flow_names, "flow-names", "the name that a flow asked for was left out", LimitKind::counted,
     LimitCost::names, ""},
    {Limit::flow_openings, "flow-openings", "an opening message in several packets was not put together",
     LimitKind::counted, LimitCost::names, ""},
    {Limit::flow_tunnels, "flow-tunnels", "the list of tunnels that carried a flow was left out",
     LimitKind::counted, LimitCost::detail, ""},
    {Limit::flows, "flows", "a flow was closed early because the flow table was full", LimitKind::counted,
     LimitCost::flows, "--max-flows"},
    {Limit::loose_flows, "loose-flows", "a flow was folded with the direction known so far",
     LimitKind::counted, LimitCost::flows, "--max-loose-flows"},
    {Limit::name_records, "name-records", "a name record of a capture file was left out", LimitKind::counted,
     LimitCost::detail, ""},
    {Limit::names, "names", "a conversation stands for the names beyond 64 of its service",
     LimitKind::derived, LimitCost::names, ""},
    {Limit::stations, "stations", "link-layer stations of an address were left out", LimitKind::derived,
     LimitCost::stations, ""},
    {Limit::stray_errors, "stray-errors", "an ICMP error about an unknown flow was left out",
     LimitKind::counted, LimitCost::errors, ""},
}};

constexpr const LimitRow& row_of(Limit limit) {
  return kLimits[static_cast<std::size_t>(limit)];
}

// Is each row at the index of its value, and do their names ascend?
constexpr bool limits_are_in_order() {
  for (std::size_t index = 0; index < kLimits.size(); ++index) {
    if (static_cast<std::size_t>(kLimits[index].limit) != index) return false;
    if (index > 0 && kLimits[index - 1].name >= kLimits[index].name) return false;
  }
  return kLimits.size() == static_cast<std::size_t>(Limit::stray_errors) + 1;
}
static_assert(limits_are_in_order());

// By its name; none for any other text.
std::optional<Limit> parse_limit(std::string_view name);

// How often each limit was hit. A value of fixed size: adding allocates nothing.
class LimitsHit {
 public:
  struct Hit {
    Limit limit;
    std::uint64_t times;
    friend bool operator==(const Hit&, const Hit&) = default;
  };

  [[nodiscard]] std::uint64_t operator[](Limit limit) const {
    return times_[static_cast<std::size_t>(limit)];
  }
  [[nodiscard]] bool empty() const { return *this == LimitsHit{}; }

  // Those that were hit, in the order of their names.
  [[nodiscard]] std::vector<Hit> all() const;

  void add(Limit limit, std::uint64_t times) { times_[static_cast<std::size_t>(limit)] += times; }
  void add(const LimitsHit& other);
  void set(Limit limit, std::uint64_t times) { times_[static_cast<std::size_t>(limit)] = times; }

  // What was counted after `before`, an earlier state of the same counters, was taken. Derived limits stay as
  // they are: each piece of evidence derives its own.
  [[nodiscard]] LimitsHit since(const LimitsHit& before) const;

  friend bool operator==(const LimitsHit&, const LimitsHit&) = default;

 private:
  std::array<std::uint64_t, kLimits.size()> times_{};
};

}  // namespace portproof
