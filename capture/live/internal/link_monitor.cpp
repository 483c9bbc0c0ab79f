#include "capture/live/internal/link_monitor.hpp"

#include <fmt/format.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "capture/live/interfaces.hpp"

// The kernel's macros for iterating over messages are written in C.
#pragma GCC diagnostic ignored "-Wold-style-cast"

namespace portproof {
namespace {

constexpr std::size_t kBuffer = std::size_t{1} << 16;

// Frames that the kernel counts as received but lost before any socket saw them. Frames that no protocol
// wanted, or that a full backlog discarded after the capture, do not count.
std::uint64_t lost(const rtnl_link_stats64& counters) {
  return counters.rx_missed_errors + counters.rx_fifo_errors + counters.rx_over_errors;
}

}  // namespace

Expected<LinkMonitor> LinkMonitor::open(const std::vector<std::string>& names, Duration elapsed) {
  LinkMonitor monitor;
  for (const std::string& name : names) {
    Link link;
    link.name = name;
    link.index = static_cast<int>(::if_nametoindex(name.c_str()));
    link.down_since = elapsed;
    if (link.index == 0) {
      return fail(ErrorKind::unavailable,
                  fmt::format("there is no such interface; available: {}", interface_names()), name);
    }
    monitor.links_.push_back(std::move(link));
  }
  monitor.counters_.resize(monitor.links_.size());
  monitor.buffer_.resize(kBuffer);
  monitor.socket_ = ::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_ROUTE);
  sockaddr_nl address{};
  address.nl_family = AF_NETLINK;
  address.nl_groups = RTMGRP_LINK;
  const sockaddr_nl kernel{AF_NETLINK, 0, 0, 0};
  // Connected to the kernel, so that later requests need no address, nor the right to name one.
  if (monitor.socket_ < 0 ||
      ::bind(monitor.socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
      ::connect(monitor.socket_, reinterpret_cast<const sockaddr*>(&kernel), sizeof kernel) != 0) {
    return fail(ErrorKind::unavailable,
                fmt::format("the state of links cannot be watched: {}", std::strerror(errno)));
  }
  monitor.ask();
  constexpr int kPatience = 1000;
  pollfd waiting{monitor.socket_, POLLIN, 0};
  ::poll(&waiting, 1, kPatience);
  monitor.take_news(elapsed);
  return monitor;
}

LinkMonitor::LinkMonitor(LinkMonitor&& other) noexcept
    : socket_(std::exchange(other.socket_, -1)),
      links_(std::move(other.links_)),
      counters_(std::move(other.counters_)),
      buffer_(std::move(other.buffer_)) {}

LinkMonitor::~LinkMonitor() {
  if (socket_ >= 0) ::close(socket_);
}

void LinkMonitor::ask() {
  for (const Link& link : links_) {
    if (link.gone) continue;
    struct {
      nlmsghdr header;
      ifinfomsg body;
    } question{};
    question.header.nlmsg_len = sizeof question;
    question.header.nlmsg_type = RTM_GETLINK;
    question.header.nlmsg_flags = NLM_F_REQUEST;
    question.body.ifi_family = AF_UNSPEC;
    question.body.ifi_index = link.index;
    // If no answer comes, the next request is a second later.
    static_cast<void>(::send(socket_, &question, sizeof question, 0));
  }
}

void LinkMonitor::take_news(Duration elapsed) {
  for (;;) {
    const ssize_t size = ::recv(socket_, buffer_.data(), buffer_.size(), MSG_DONTWAIT);
    if (size < 0 && errno == EINTR) continue;
    if (size < 0 && errno == ENOBUFS) {  // events were lost; the answers will show the current state
      ask();
      continue;
    }
    if (size <= 0) return;
    int left = static_cast<int>(size);
    for (const auto* header = reinterpret_cast<const nlmsghdr*>(buffer_.data()); NLMSG_OK(header, left);
         header = NLMSG_NEXT(header, left)) {
      take_message(header, elapsed);
    }
  }
}

void LinkMonitor::take_message(const void* message, Duration elapsed) {
  const auto* header = static_cast<const nlmsghdr*>(message);
  if (header->nlmsg_type != RTM_NEWLINK && header->nlmsg_type != RTM_DELLINK) return;
  if (header->nlmsg_len < NLMSG_LENGTH(sizeof(ifinfomsg))) return;
  const auto* body = static_cast<const ifinfomsg*>(NLMSG_DATA(header));
  for (std::size_t at = 0; at < links_.size(); ++at) {
    Link& link = links_[at];
    if (link.index != body->ifi_index || link.gone) continue;
    link.gone = header->nlmsg_type == RTM_DELLINK;
    constexpr unsigned kWorking = IFF_UP | IFF_RUNNING;
    const bool up = !link.gone && (body->ifi_flags & kWorking) == kWorking;
    if (link.up && !up) link.down_since = elapsed;
    if (!link.up && up) link.without_link.nanoseconds += elapsed.nanoseconds - link.down_since.nanoseconds;
    link.up = up;
    int left = static_cast<int>(IFLA_PAYLOAD(header));
    for (const rtattr* part = IFLA_RTA(body); RTA_OK(part, left); part = RTA_NEXT(part, left)) {
      if (part->rta_type != IFLA_STATS64) continue;
      // The kernel may have more counters than these headers know, or fewer.
      rtnl_link_stats64 stats{};
      std::memcpy(&stats, RTA_DATA(part), std::min<std::size_t>(sizeof stats, RTA_PAYLOAD(part)));
      Counters& counters = counters_[at];
      if (!counters.known) counters = {lost(stats), true};
      const std::uint64_t since = lost(stats) - counters.first;
      if (lost(stats) >= counters.first && since > link.dropped) link.dropped = since;
    }
  }
}

}  // namespace portproof
