#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <random>
#include <thread>

#include "app/command/evidence_input.hpp"
#include "app/command/gather.hpp"

namespace portproof {
namespace {

Expected<TunnelPorts> tunnel_ports_of(const std::vector<std::string>& words) {
  TunnelPorts ports;
  for (const std::string& word : words) {
    std::uint16_t port = 0;
    const auto [end, fault] = std::from_chars(word.data(), word.data() + word.size(), port);
    if (fault != std::errc{} || end != word.data() + word.size() || port == 0) {
      return fail(ErrorKind::usage,
                  fmt::format("--vxlan-port takes a number from 1 to 65535, not '{}'", word));
    }
    if (!ports.add_vxlan(port)) {
      return fail(ErrorKind::usage, fmt::format("--vxlan-port can be given for {} ports at most",
                                                TunnelPorts::kMostVxlanPorts));
    }
  }
  return ports;
}

}  // namespace

Expected<ObserveOptions> observe_options_of(const Arguments& arguments) {
  ObserveOptions options;
  FlowTimeouts& timeouts = options.table.timeouts;
  timeouts.tcp = seconds(arguments.get<std::int64_t>("tcp-timeout"));
  timeouts.tcp_closed = seconds(arguments.get<std::int64_t>("tcp-closed-timeout"));
  timeouts.udp = seconds(arguments.get<std::int64_t>("udp-timeout"));
  timeouts.others = seconds(arguments.get<std::int64_t>("other-timeout"));
  options.table.max_flows = arguments.size("max-flows");
  options.collect.most_attempts = arguments.size("max-attempts");
  options.collect.most_loose = arguments.size("max-loose-flows");
  options.table.seed = hash_seed(arguments);
  options.decode.peel_tunnels = !arguments.get<bool>("keep-tunnels");
  options.decode.key_vlan = arguments.get<bool>("key-vlan");
  if (arguments.has("tunnel-depth")) {
    options.decode.max_tunnels = static_cast<int>(arguments.get<std::int64_t>("tunnel-depth"));
  }
  if (arguments.has("vxlan-port")) {
    const auto ports = tunnel_ports_of(arguments.get<std::vector<std::string>>("vxlan-port"));
    if (!ports) return tl::unexpected(ports.error());
    options.decode.tunnel_ports = *ports;
  }
  if (!arguments.has("filter")) return options;
  auto filter = PacketFilter::compile(arguments.text("filter"));
  if (!filter) return tl::unexpected(std::move(filter.error()));
  (*filter)->look_names_up();  // impossible once the command has confined itself
  options.filter = std::move(*filter);
  return options;
}

std::uint64_t hash_seed(const Arguments& arguments) {
  static const std::uint64_t chosen = [] {
    std::random_device device;
    return (std::uint64_t{device()} << 32U) | device();
  }();
  return arguments.has("seed") ? arguments.get<std::uint64_t>("seed") : chosen;
}

Expected<GatherOptions> gather_options_of(const Arguments& arguments) {
  auto observing = observe_options_of(arguments);
  if (!observing) return tl::unexpected(observing.error());
  GatherOptions options;
  options.observe = std::move(*observing);
  options.hash = !arguments.get<bool>("no-hash");
  options.threads = std::max(1U, std::thread::hardware_concurrency());
  if (arguments.has("threads")) {
    options.threads = static_cast<unsigned>(arguments.get<std::int64_t>("threads"));
    options.threads_in_input = options.threads;
  }
  return options;
}

}  // namespace portproof
