#include "app/watch/loss_watch.hpp"

#include <fmt/format.h>

#include <string>

#include "app/watch/loss.hpp"
#include "capture/base/json_writer.hpp"

namespace portproof {
namespace {

constexpr int kLooksUntilOver = 2;

InterfaceFigures untouched(const InterfaceFigures& interface) {
  InterfaceFigures start;
  start.name = interface.name;
  start.link_up = true;
  start.ring_bytes = interface.ring_bytes;
  return start;
}

}  // namespace

void LossWatch::look(const std::vector<InterfaceFigures>& interfaces, Timestamp now, Events& events) {
  if (interfaces_.empty()) {
    for (const InterfaceFigures& interface : interfaces) interfaces_.push_back(untouched(interface));
  }
  look_at_links(interfaces, now, events);
  look_at_drops(dropped(interfaces_), dropped(interfaces), now, events);
  interfaces_ = interfaces;
}

void LossWatch::look_at_links(const std::vector<InterfaceFigures>& interfaces, Timestamp now,
                              Events& events) const {
  for (std::size_t at = 0; at < interfaces.size() && at < interfaces_.size(); ++at) {
    const InterfaceFigures& is = interfaces[at];
    const InterfaceFigures& was = interfaces_[at];
    const std::string which = fmt::format(",\"interface\":{}", json_string(is.name));
    if (is.gone && !was.gone) events.send("interface-gone", now, which);
    if (is.gone) continue;
    if (was.link_up && !is.link_up) events.send("link-down", now, which);
    if (!was.link_up && is.link_up) events.send("link-up", now, which);
  }
}

void LossWatch::look_at_drops(std::uint64_t before, std::uint64_t dropped, Timestamp now, Events& events) {
  if (dropped > before) {
    looks_without_loss_ = 0;
    if (losing_) return;
    losing_ = true;
    dropped_before_ = before;
    events.send("loss-began", now, fmt::format(",\"packets\":{}", dropped - before));
  } else if (losing_ && ++looks_without_loss_ >= kLooksUntilOver) {
    losing_ = false;
    events.send("loss-ended", now, fmt::format(",\"packets\":{}", dropped - dropped_before_));
  }
}

}  // namespace portproof
