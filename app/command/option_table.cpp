// The table of options. To add one, add a row here and read it in the command that takes it.
#include <fmt/format.h>

#include <limits>

#include "app/command/option.hpp"
#include "capture/decode/decode.hpp"
#include "capture/evidence/attempts.hpp"
#include "report/format.hpp"

namespace portproof {
namespace {

using enum CommandId;
using Rows = std::vector<Option>;

constexpr std::int64_t kDay = 86'400;  // in seconds
constexpr std::int64_t kMostHeld = 1'000'000'000;
constexpr std::int64_t kUnlimited = std::numeric_limits<std::int64_t>::max();

OptionArgument flag() {
  return {};
}

OptionArgument text(std::string_view name) {
  return {ValueKind::text, name};
}

OptionArgument texts(std::string_view name) {
  return {ValueKind::texts, name};
}

OptionArgument number(std::string_view name, NumberRange range) {
  return {ValueKind::number, name, {}, range};
}

OptionArgument number(std::string_view name, NumberRange range, std::int64_t preset) {
  return {ValueKind::number, name, OptionValue(preset), range};
}

template <typename Row>
Option format_row(std::span<const Row> formats, std::string_view subject, CommandSet commands) {
  const auto names = format_names(formats);
  return {"format",
          'T',
          {ValueKind::text, "FORMAT", OptionValue(std::string(names.front())), {}, names},
          fmt::format("format of {}: {}", subject, choice(names)),
          OptionGroup::output,
          commands};
}

// A catalog is shown in one of some formats, and exported in one of others.
Option catalog_format_row() {
  std::vector<std::string_view> names = format_names(catalog_formats());
  const std::string shown = choice(names);
  const std::vector<std::string_view> exported = format_names(export_formats());
  names.insert(names.end(), exported.begin(), exported.end());
  return {"format",
          'T',
          {ValueKind::text, "FORMAT", OptionValue(std::string(names.front())), {}, names},
          fmt::format("format of the rules: {}; of an export: {}", shown, choice(exported)),
          OptionGroup::output,
          {catalog}};
}

Rows live_options() {
  constexpr auto kGroup = OptionGroup::capture;
  return {
      {"interface",
       'i',
       texts("IFACE"),
       "capture on this interface; may be given several times",
       kGroup,
       {watch}},
      {"list-interfaces", 0, flag(), "list the interfaces and exit", kGroup, {watch}},
      {"snap-length", 0, number("N", {64, 262'144}, 2048), "bytes to capture of each frame", kGroup, {watch}},
      {"buffer-size",
       0,
       number("MIB", {1, 2047}, 64),
       "size of the ring buffer of each interface, in MiB",
       kGroup,
       {watch}},
      {"no-promiscuous", 0, flag(), "capture only frames addressed to this machine", kGroup, {watch}},
      {"kernel-filter",
       0,
       text("BPF"),
       "let the kernel drop frames that do not match, uncounted (-f counts what it leaves out)",
       kGroup,
       {watch}},
      {"user",
       'Z',
       text("USER"),
       "run as this user instead of root (default: portproof if that user exists, else nobody)",
       kGroup,
       {watch}},
  };
}

Rows estate_options() {
  constexpr auto kGroup = OptionGroup::estate;
  constexpr CommandSet kAll{audit, watch, judge, discover, explain, catalog};
  return {
      {"inventory", 'I', text("FILE"), "the inventory of the site (TOML; docs/use/inventory.md)", kGroup,
       kAll},
      {"edition", 0, text("NAME"), "edition of the catalog (default: the inventory's, or base)", kGroup,
       kAll},
      {"with", 0, texts("NAME[,NAME]"),
       "add overlays of documented ports (default: the inventory's); 'none' for none", kGroup, kAll},
      {"catalog", 0, text("DIR"), "use the catalog in this folder instead", kGroup, kAll},
  };
}

Rows question_options() {
  return {{"application",
           0,
           text("NAME"),
           "the application: ica, tls, http, ... (default: not identified)",
           OptionGroup::question,
           {explain}}};
}

Rows output_options() {
  constexpr auto kGroup = OptionGroup::output;
  constexpr CommandSet kReports{audit, watch, judge};
  return {
      format_row(report_formats(), "the report", kReports),
      format_row(flow_formats(), "the list", {flows}),
      catalog_format_row(),
      {"output",
       'o',
       text("FILE"),
       "write the report to this file, not to standard output",
       kGroup,
       {audit, judge}},
      {"output",
       'o',
       text("DIR"),
       "folder for reports and evidence; the user of -Z must be able to write to it",
       kGroup,
       {watch}},
      {"output", 'o', text("FILE"), "write the list to this file, not to standard output", kGroup, {flows}},
      {"output",
       'o',
       text("FILE"),
       "write the evidence to this file, not to standard output",
       kGroup,
       {merge}},
      {"output",
       'o',
       text("FILE"),
       "write the inventory to this file, not to standard output",
       kGroup,
       {discover}},
      {"as-of",
       0,
       text("DATE"),
       "judge waivers as of this date (default: the last time in the captures)",
       kGroup,
       {audit, judge}},
      {"max-conversations", 0, number("N", {0, kUnlimited}, 10'000),
       "conversations that a report lists, flagged ones first; all are judged and counted", kGroup, kReports},
      {"reproducible", 0, flag(), "omit who ran it, when, where and how", kGroup, kReports},
      {"save-evidence", 0, text("FILE"), "also save the evidence, for 'judge' and 'merge'", kGroup, {audit}},
  };
}

Rows service_options() {
  constexpr auto kGroup = OptionGroup::service;
  return {
      {"interval", 0, number("S", {1, 31 * kDay}, 3600), "seconds between reports", kGroup, {watch}},
      {"keep", 0, number("N", {0, 1'000'000}, 0), "number of reports to keep; 0 keeps all", kGroup, {watch}},
      {"evidence",
       0,
       text("FILE"),
       "save evidence here and resume from it (default: DIR/watch.evidence)",
       kGroup,
       {watch}},
      {"duration", 0, number("S", {1, 366 * kDay}), "stop after this many seconds", kGroup, {watch}},
      {"events", 0, text("FILE"), "write events as NDJSON; '-' for standard output", kGroup, {watch}},
      {"syslog", 0, flag(), "send events to the local syslog", kGroup, {watch}},
      {"event-rate",
       0,
       {ValueKind::decimal, "N", OptionValue(10.0)},
       "events a second, and ten times as many at once; the rest are counted",
       kGroup,
       {watch}},
      {"quiet-time",
       0,
       number("S", {1, 366 * kDay}, 3600),
       "seconds of silence after which a flagged conversation is an event again",
       kGroup,
       {watch}},
      {"look", 0, number("S", {1, kDay}, 5), "seconds between checks for events", kGroup, {watch}},
      {"metrics",
       0,
       text("[ADDRESS:]PORT"),
       "serve metrics over HTTP (default address: 127.0.0.1)",
       kGroup,
       {watch}},
      {"metrics-file", 0, text("FILE"), "write metrics to this file", kGroup, {watch}},
      {"status", 0, flag(), "show a status screen on standard error", kGroup, {watch}},
  };
}

Rows input_options() {
  constexpr auto kGroup = OptionGroup::input;
  constexpr CommandSet kReading{audit, watch, flows, discover};
  return {
      {"filter", 'f', text("BPF"),
       "read only frames that match, with or without VLAN tags, as in 'tcp port 443'; the report counts the "
       "others",
       kGroup, kReading},
      {"resume",
       0,
       text("FILE"),
       "save progress to FILE, and skip captures that it already holds",
       kGroup,
       {audit}},
      {"threads",
       0,
       number("N", {1, 1024}),
       "captures to read at a time (default: one for each processor); an explicit 3 or more also splits "
       "single captures; "
       "the report is the same for any N",
       kGroup,
       {audit, discover}},
      {"no-hash", 0, flag(), "omit the SHA-256 of the inputs", kGroup, {audit, discover}},
      {"keep-tunnels", 0, flag(), "do not open tunnels: judge the outermost IP packet", kGroup, kReading},
      {"tunnel-depth", 0, number("N", {0, kMaxLayers}), "open at most N nested tunnels", kGroup, kReading},
      {"vxlan-port", 0, texts("PORT"),
       "expect VXLAN on this UDP port too; may be given several times, for up to 8 ports", kGroup, kReading},
      {"key-vlan", 0, flag(), "keep flows of different VLANs apart, for overlapping addresses", kGroup,
       kReading},
  };
}

Rows flow_options() {
  constexpr auto kGroup = OptionGroup::flows;
  constexpr CommandSet kReading{audit, watch, flows, discover};
  constexpr NumberRange kHeld{16, kMostHeld};
  constexpr NumberRange kTimeout{1, 30 * kDay};
  return {
      {"tcp-timeout", 0, number("S", kTimeout, 3600), "seconds of silence that end a TCP flow", kGroup,
       kReading},
      {"tcp-closed-timeout", 0, number("S", kTimeout, 10), "the same after FIN or RST", kGroup, kReading},
      {"udp-timeout", 0, number("S", kTimeout, 180), "the same for UDP", kGroup, kReading},
      {"other-timeout", 0, number("S", kTimeout, 60), "the same for other protocols", kGroup, kReading},
      {"max-flows", 0, number("N", kHeld, 4'000'000),
       "flows to hold at a time; a full table folds old flows into the evidence and says so", kGroup,
       kReading},
      {"max-loose-flows", 0, number("N", kHeld, 4'000'000),
       "flows to hold until it is known how they began or continued", kGroup, kReading},
      {"max-attempts",
       0,
       number("N", kHeld, static_cast<std::int64_t>(kMostAttempts)),
       "unanswered conversations to hold one by one; beyond that, each scan or flood folds into one record",
       kGroup,
       {audit, watch, judge, flows, merge, discover}},
      {"seed", 0, {ValueKind::seed, "N"}, "seed of the keyed hash (default: random)", kGroup, kReading},
  };
}

Rows page_options() {
  constexpr auto kGroup = OptionGroup::pages;
  return {
      {"man", 0, flag(), "print the manual page, for man(1)", kGroup, {help}},
      {"completion",
       0,
       {ValueKind::text, "SHELL", {}, {}, {"bash", "fish"}},
       "print the completion script for this shell: bash or fish",
       kGroup,
       {help}},
  };
}

}  // namespace

std::span<const Option> all_options() {
  static const Rows all = [] {
    Rows rows;
    for (const auto& part : {live_options, estate_options, question_options, output_options, service_options,
                             input_options, flow_options, page_options}) {
      for (Option& option : part()) rows.push_back(std::move(option));
    }
    return rows;
  }();
  return all;
}

}  // namespace portproof
