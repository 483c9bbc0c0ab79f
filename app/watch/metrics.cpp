#include "app/watch/metrics.hpp"

#include <fmt/format.h>
#include <sys/resource.h>

#include <algorithm>
#include <cstdio>
#include <iterator>

#include "app/command/version.hpp"
#include "capture/base/in_seconds.hpp"
#include "report/escape.hpp"

namespace portproof {
namespace {

// The most memory that was ever resident, in bytes. The current figure would have to be read from a file,
// which the watch cannot open any more.
std::uint64_t peak_resident_bytes() {
  rusage usage{};
  constexpr std::uint64_t kKib = 1024;
  return ::getrusage(RUSAGE_SELF, &usage) == 0 ? static_cast<std::uint64_t>(usage.ru_maxrss) * kKib : 0;
}

// The kernel allows almost any byte in the name of an interface, but a page of metrics must be UTF-8, or it
// is refused as a whole.
std::string label_value(const std::string& name) {
  std::string out;
  for (const char letter : escape_terminal(name)) {
    if (letter == '"' || letter == '\\') out += '\\';
    out += letter;
  }
  return out;
}

std::string_view link_state(const InterfaceFigures& interface) {
  return interface.gone ? "gone" : interface.link_up ? "up" : "down";
}

// A table or, if that does not fit, a paragraph each: losses must not be cut off.
std::string interfaces_screen(const WatchFigures& figures, int width) {
  constexpr int kTableWidth = 64;
  std::string text;
  if (width >= kTableWidth) {
    text = fmt::format("{:<16}{:>14}{:>14}{:>14}  {}\n", "interface", "received", "kernel drop", "card drop",
                       "link");
  }
  for (const InterfaceFigures& interface : figures.interfaces) {
    const std::string name = shorten(escape_terminal(interface.name), 15);
    const std::string padded = name + std::string(16 - display_width(name), ' ');
    if (width >= kTableWidth) {
      text += fmt::format("{}{:>14}{:>14}{:>14}  {}\n", padded, interface.received, interface.kernel_dropped,
                          interface.interface_dropped, link_state(interface));
    } else {
      text += fmt::format("{}  {}\n", padded, link_state(interface));
      text += fmt::format("  {:<16}{}\n", "received", interface.received);
      text += fmt::format("  {:<16}{}\n", "kernel drop", interface.kernel_dropped);
      text += fmt::format("  {:<16}{}\n", "card drop", interface.interface_dropped);
    }
  }
  return text;
}

class Page {
 public:
  void begin(std::string_view name, std::string_view type, std::string_view help) {
    name_ = name;
    fmt::format_to(std::back_inserter(text_), "# HELP portproof_{} {}\n# TYPE portproof_{} {}\n", name, help,
                   name, type);
  }
  template <typename Value>
  void sample(const Value& value, const std::string& labels = {}) {
    fmt::format_to(std::back_inserter(text_), "portproof_{}{} {}\n", name_,
                   labels.empty() ? "" : "{" + labels + "}", value);
  }
  template <typename Value>
  void one(std::string_view name, std::string_view type, std::string_view help, const Value& value) {
    begin(name, type, help);
    sample(value);
  }
  [[nodiscard]] std::string take() { return std::move(text_); }

 private:
  std::string_view name_;
  std::string text_;
};

void add_interfaces(const WatchFigures& figures, Page& page) {
  const auto each = [&](std::string_view name, std::string_view type, std::string_view help,
                        const auto& value) {
    page.begin(name, type, help);
    for (const InterfaceFigures& interface : figures.interfaces) {
      page.sample(value(interface), fmt::format("interface=\"{}\"", label_value(interface.name)));
    }
  };
  constexpr double kNanosecond = 1e-9;
  each("received_packets_total", "counter", "Frames read from the ring.",
       [](const InterfaceFigures& interface) { return interface.received; });
  page.begin("dropped_packets_total", "counter", "Frames lost, by where they were lost.");
  for (const InterfaceFigures& interface : figures.interfaces) {
    const std::string label = label_value(interface.name);
    page.sample(interface.kernel_dropped, fmt::format("interface=\"{}\",cause=\"kernel\"", label));
    page.sample(interface.interface_dropped, fmt::format("interface=\"{}\",cause=\"interface\"", label));
  }
  each("link_up", "gauge", "Whether the interface has a link.",
       [](const InterfaceFigures& interface) { return interface.link_up ? 1 : 0; });
  each("without_link_seconds_total", "counter", "Time without link.", [](const InterfaceFigures& interface) {
    return static_cast<double>(interface.without_link.nanoseconds) * kNanosecond;
  });
  each("ring_bytes", "gauge", "Size of the ring.",
       [](const InterfaceFigures& interface) { return interface.ring_bytes; });
}

}  // namespace

std::string metrics_page(const WatchFigures& figures) {
  Page page;
  page.begin("build_info", "gauge", "The version of the program.");
  page.sample(1, fmt::format("version=\"{}\"", kVersion));
  page.one("start_time_seconds", "gauge", "When the watch started.", in_seconds(figures.started));
  page.one("updated_time_seconds", "gauge", "When these figures were taken.", in_seconds(figures.at));
  page.one("last_packet_time_seconds", "gauge", "When the last packet arrived; 0 before the first.",
           in_seconds(figures.last_packet));
  page.one("packets_total", "counter", "Packets taken.", figures.packets);
  page.one("bytes_total", "counter", "Bytes on the wire of these packets.", figures.bytes);
  page.one("undecoded_packets_total", "counter", "Packets that could not be decoded.", figures.undecoded);
  page.one("missed_bytes_total", "counter", "Bytes that TCP acknowledged and the capture lacks.",
           figures.missed_bytes);
  add_interfaces(figures, page);
  page.one("flows", "gauge", "Open flows.", figures.flows);
  page.one("conversations", "gauge", "Conversations in evidence, not counting open flows.",
           figures.conversations);
  page.begin("reported_conversations", "gauge", "Conversations of the last report by verdict.");
  for (std::size_t verdict = 0; verdict < kVerdictNames.size(); ++verdict) {
    page.sample(figures.by_verdict[verdict], fmt::format("verdict=\"{}\"", kVerdictNames[verdict]));
  }
  page.one("flagged_conversations", "gauge", "Flagged conversations in the last report that are not waived.",
           figures.flagged);
  page.begin("result", "gauge", "The result of the last report.");
  for (const std::string_view result : kAuditResultNames) {
    page.sample(figures.result == result ? 1 : 0, fmt::format("result=\"{}\"", result));
  }
  page.one("reports_total", "counter", "Reports written.", figures.reports);
  page.one("reports_failed_total", "counter", "Reports that could not be written.", figures.reports_failed);
  page.one("events_total", "counter", "Events reported.", figures.events);
  page.one("events_held_back_total", "counter", "Events beyond the rate limit.", figures.events_held_back);
  page.one("peak_memory_bytes", "gauge", "Peak resident memory.", peak_resident_bytes());
  return page.take();
}

std::string status_screen(const WatchFigures& figures, int width) {
  std::string text = fmt::format("portproof watch   {}\n\n", to_string(figures.at).substr(0, 19) + "Z");
  text += fmt::format("{:<18}{}\n", "result", figures.result.empty() ? "no report yet" : figures.result);
  text += fmt::format("{:<18}{}\n", "flagged", figures.flagged);
  text += fmt::format("{:<18}{}\n", "packets", figures.packets);
  text += fmt::format("{:<18}{}\n", "bytes", figures.bytes);
  text += fmt::format("{:<18}{}\n", "flows", figures.flows);
  text += fmt::format("{:<18}{}\n", "conversations", figures.conversations);
  text += fmt::format("{:<18}{} written, {} failed\n", "reports", figures.reports, figures.reports_failed);
  text +=
      fmt::format("{:<18}{} reported, {} held back\n\n", "events", figures.events, figures.events_held_back);
  text += interfaces_screen(figures, width);
  std::string cut;
  int column = 0;
  for (const char letter : text) {
    column = letter == '\n' ? 0 : column + 1;
    if (column <= width) cut += letter;
  }
  return cut;
}

}  // namespace portproof
