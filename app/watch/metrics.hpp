// The figures of a watch in Prometheus's text form, over HTTP or as a text file, and as one screen. No label
// has an address in it: interfaces, verdicts and versions only. docs/operations.md has every metric.
#pragma once

#include <memory>
#include <string>

#include "app/watch/figures.hpp"
#include "capture/error.hpp"

namespace portproof {

// The whole page (https://prometheus.io/docs/instrumenting/exposition_formats/, text format 0.0.4).
std::string metrics_page(const WatchFigures& figures);

// One screen for a terminal, `width` columns wide.
std::string status_screen(const WatchFigures& figures, int width);

// Serves the page at /metrics. Bound before rights are given up, started after that.
class MetricsServer {
 public:
  // `address` is "PORT", "ADDRESS:PORT" or "[ADDRESS]:PORT"; the address is the loopback's where none is
  // given. Errors: usage for what is none of these, unavailable where it cannot be bound.
  static Expected<std::unique_ptr<MetricsServer>> bind(const std::string& address,
                                                       const SharedFigures& figures);
  ~MetricsServer();
  MetricsServer(const MetricsServer&) = delete;
  MetricsServer& operator=(const MetricsServer&) = delete;

  void start();

 private:
  struct State;
  explicit MetricsServer(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace portproof
