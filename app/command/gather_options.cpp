#include <fmt/format.h>

#include <algorithm>
#include <random>
#include <thread>

#include "app/command/evidence_input.hpp"
#include "app/command/gather.hpp"

namespace portproof {
namespace po = boost::program_options;
namespace {

Expected<std::int64_t> whole_number(const Arguments& arguments, const std::string& option, std::int64_t least,
                                    std::int64_t most) {
  const auto value = arguments.get<std::int64_t>(option);
  if (value < least || value > most) {
    return fail(ErrorKind::usage,
                fmt::format("--{} takes a number from {} to {}, not {}", option, least, most, value));
  }
  return value;
}

}  // namespace

void add_flow_options(po::options_description& options) {
  add_attempts_option(options);
  options.add_options()  //
      ("max-flows", po::value<std::int64_t>()->default_value(4'000'000)->value_name("N"),
       "flows that are held at a time; a full table folds old ones into the evidence and says so")  //
      ("max-loose-flows", po::value<std::int64_t>()->default_value(4'000'000)->value_name("N"),
       "flows that are held until it is known how they began or went on")  //
      ("tcp-timeout", po::value<std::int64_t>()->default_value(3600)->value_name("S"),
       "seconds of silence that end a TCP flow")  //
      ("tcp-closed-timeout", po::value<std::int64_t>()->default_value(10)->value_name("S"),
       "the same after FIN or RST")                                                                        //
      ("udp-timeout", po::value<std::int64_t>()->default_value(180)->value_name("S"), "the same for UDP")  //
      ("other-timeout", po::value<std::int64_t>()->default_value(60)->value_name("S"),
       "the same for the rest")  //
      ("filter,f", po::value<std::string>()->value_name("BPF"),
       "read only the frames that match, VLAN tags or not, as 'tcp port 443'; the report counts the "
       "others")  //
      ("keep-tunnels", po::bool_switch(),
       "leave tunnels closed: the outermost IP packet is the packet")  //
      ("tunnel-depth", po::value<std::int64_t>()->value_name("N"),
       "open at most N tunnels inside each other")                                                     //
      ("key-vlan", po::bool_switch(), "tell flows of different VLANs apart, where addresses overlap")  //
      ("seed", po::value<std::uint64_t>()->value_name("N"), "seed of the keyed hash (default: random)");
}

void add_reading_options(po::options_description& options) {
  options.add_options()  //
      ("threads", po::value<std::int64_t>()->value_name("N"),
       "captures that are read at a time (default: one a processor); 3 or more that are asked for also share "
       "one capture; the report is the same for any N")  //
      ("no-hash", po::bool_switch(), "leave out the SHA-256 of the inputs");
}

Expected<ObserveOptions> observe_options_of(const Arguments& arguments) {
  ObserveOptions options;
  struct Setting {
    const char* option;
    Duration* target;
  };
  constexpr std::int64_t kDay = 86'400;
  FlowTimeouts& timeouts = options.table.timeouts;
  for (const Setting& setting :
       {Setting{"tcp-timeout", &timeouts.tcp}, Setting{"tcp-closed-timeout", &timeouts.tcp_closed},
        Setting{"udp-timeout", &timeouts.udp}, Setting{"other-timeout", &timeouts.others}}) {
    const auto value = whole_number(arguments, setting.option, 1, 30 * kDay);
    if (!value) return tl::unexpected(value.error());
    *setting.target = seconds(*value);
  }
  constexpr std::int64_t kMostFlows = 1'000'000'000;
  const auto flows = whole_number(arguments, "max-flows", 16, kMostFlows);
  if (!flows) return tl::unexpected(flows.error());
  options.table.max_flows = static_cast<std::size_t>(*flows);
  const auto attempts = most_attempts_of(arguments);
  if (!attempts) return tl::unexpected(attempts.error());
  options.collect.most_attempts = *attempts;
  const auto loose = whole_number(arguments, "max-loose-flows", 16, kMostFlows);
  if (!loose) return tl::unexpected(loose.error());
  options.collect.most_loose = static_cast<std::size_t>(*loose);
  options.table.seed = hash_seed(arguments);
  options.decode.peel_tunnels = !arguments.get<bool>("keep-tunnels");
  options.decode.key_vlan = arguments.get<bool>("key-vlan");
  if (arguments.has("tunnel-depth")) {
    const auto depth = whole_number(arguments, "tunnel-depth", 0, kMaxLayers);
    if (!depth) return tl::unexpected(depth.error());
    options.decode.max_tunnels = static_cast<int>(*depth);
  }
  if (!arguments.has("filter")) return options;
  auto filter = PacketFilter::compile(arguments.text("filter"));
  if (!filter) return tl::unexpected(std::move(filter.error()));
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
    const auto threads = whole_number(arguments, "threads", 1, 1024);
    if (!threads) return tl::unexpected(threads.error());
    options.threads = static_cast<unsigned>(*threads);
    options.threads_in_input = options.threads;
  }
  return options;
}

}  // namespace portproof
