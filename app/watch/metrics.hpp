// The figures of a watch in Prometheus's text form, and as one screen. Labels contain no addresses, only
// interfaces, verdicts and versions. docs/use/operations.md lists every metric.
#pragma once

#include <string>

#include "app/watch/figures.hpp"

namespace portproof {

// The whole page (https://prometheus.io/docs/instrumenting/exposition_formats/, text format 0.0.4).
std::string metrics_page(const WatchFigures& figures);

// One screen for a terminal, `width` columns wide.
std::string status_screen(const WatchFigures& figures, int width);

}  // namespace portproof
