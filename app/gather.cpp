#include "app/gather.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <optional>
#include <random>
#include <thread>

#include "app/progress.hpp"
#include "capture/source/input_hash.hpp"
#include "capture/source/open_capture.hpp"

namespace portproof {
namespace po = boost::program_options;
namespace {

// An input of which nothing could be used.
Input unreadable(const std::string& path, const Error& error) {
  Input input;
  input.path = path;
  input.error = error.what;
  input.gaps.cut_short = 1;
  return input;
}

Evidence nothing_of(const std::string& path, const Error& error, const FlowTimeouts& timeouts) {
  Evidence evidence;
  evidence.timeouts = timeouts;
  evidence.inputs.push_back(unreadable(path, error));
  return evidence;
}

// The SHA-256 of one input, made beside the reading: a file by a thread of its own, what can be read but once
// (standard input, a pipe) as it flows by.
class HashBeside {
 public:
  explicit HashBeside(const std::string& path) {
    std::error_code ignored;
    if (path != "-" && std::filesystem::is_regular_file(path, ignored)) of_file_ = InputHash::start(path);
  }

  std::unique_ptr<ByteSource> watch(std::unique_ptr<ByteSource> bytes) {
    if (of_file_) return bytes;
    return std::make_unique<HashingByteSource>(std::move(bytes), of_stream_);
  }

  Expected<std::string> finish() { return of_file_ ? of_file_->finish() : of_stream_.hex(); }

 private:
  std::optional<InputHash> of_file_;
  Sha256 of_stream_;
};

Expected<Evidence> gather_one(const std::string& path, const GatherOptions& options, Progress& progress) {
  auto bytes = open_bytes(path);
  if (!bytes) return tl::unexpected(bytes.error());
  std::optional<HashBeside> hash;
  if (options.hash) {
    hash.emplace(path);
    bytes = hash->watch(std::move(*bytes));
  }
  auto source = open_capture(std::move(*bytes), path);
  if (!source) return tl::unexpected(source.error());
  ObserveOptions observing = options.observe;
  observing.progress = [&progress, before = std::uint64_t{0}](std::uint64_t read) mutable {
    progress.add(read - before);
    before = read;
  };
  Evidence evidence = observe(**source, observing);
  if (hash) {
    auto digest = hash->finish();
    if (!digest) return tl::unexpected(digest.error());
    evidence.inputs.front().sha256 = std::move(*digest);
  }
  return evidence;
}

Expected<std::int64_t> whole_number(const Arguments& arguments, const std::string& option, std::int64_t least,
                                    std::int64_t most) {
  const auto value = arguments.get<std::int64_t>(option);
  if (value < least || value > most) {
    return fail(ErrorKind::usage, fmt::format("--{} takes a number from {} to {}, not {}", option, least, most, value));
  }
  return value;
}

}  // namespace

void add_flow_options(po::options_description& options) {
  options.add_options()                                                                                            //
      ("max-flows", po::value<std::int64_t>()->default_value(4'000'000)->value_name("N"),
       "flows that are held at a time; a full table folds old ones into the evidence and says so")  //
      ("tcp-timeout", po::value<std::int64_t>()->default_value(3600)->value_name("S"),
       "seconds of silence that end a TCP flow")  //
      ("tcp-closed-timeout", po::value<std::int64_t>()->default_value(10)->value_name("S"),
       "the same after FIN or RST")  //
      ("udp-timeout", po::value<std::int64_t>()->default_value(180)->value_name("S"), "the same for UDP")  //
      ("other-timeout", po::value<std::int64_t>()->default_value(60)->value_name("S"), "the same for the rest")  //
      ("seed", po::value<std::uint64_t>()->value_name("N"), "seed of the keyed hash (default: random)");
}

void add_reading_options(po::options_description& options) {
  options.add_options()  //
      ("threads", po::value<std::int64_t>()->value_name("N"),
       "captures that are read at a time (default: one a processor); the report is the same for any N")  //
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
  for (const Setting& setting : {Setting{"tcp-timeout", &timeouts.tcp}, Setting{"tcp-closed-timeout", &timeouts.tcp_closed},
                                 Setting{"udp-timeout", &timeouts.udp}, Setting{"other-timeout", &timeouts.others}}) {
    const auto value = whole_number(arguments, setting.option, 1, 30 * kDay);
    if (!value) return tl::unexpected(value.error());
    *setting.target = seconds(*value);
  }
  constexpr std::int64_t kMostFlows = 1'000'000'000;
  const auto flows = whole_number(arguments, "max-flows", 16, kMostFlows);
  if (!flows) return tl::unexpected(flows.error());
  options.table.max_flows = static_cast<std::size_t>(*flows);
  options.table.seed = hash_seed(arguments);
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
  }
  return options;
}

Expected<Evidence> gather(const InputList& inputs, const GatherOptions& options) {
  Progress progress(inputs.bytes);
  std::vector<std::optional<Expected<Evidence>>> pieces(inputs.paths.size());
  std::atomic<std::size_t> next{0};
  const auto work = [&] {
    for (std::size_t index = next++; index < pieces.size(); index = next++) {
      pieces[index] = gather_one(inputs.paths[index], options, progress);
    }
  };
  {
    std::vector<std::jthread> helpers;
    for (std::size_t count = 1; count < std::min<std::size_t>(options.threads, pieces.size()); ++count) {
      helpers.emplace_back(work);
    }
    work();
  }
  progress.finish();

  const bool any_used = std::any_of(pieces.begin(), pieces.end(), [](const auto& piece) { return piece->has_value(); });
  if (!any_used) return tl::unexpected(pieces.front()->error());
  Evidence all;
  all.timeouts = options.observe.table.timeouts;
  for (std::size_t index = 0; index < pieces.size(); ++index) {
    Expected<Evidence>& piece = *pieces[index];
    if (!piece) piece = nothing_of(inputs.paths[index], piece.error(), options.observe.table.timeouts);
    auto merged = merge(std::move(all), std::move(*piece));
    if (!merged) return merged;
    all = std::move(*merged);
  }
  return all;
}

Expected<FlowList> gather_flows(const InputList& inputs, const ObserveOptions& options) {
  std::vector<FlowListing> listings;
  std::optional<Error> first_fault;
  bool any_used = false;
  for (const std::string& path : inputs.paths) {
    auto source = open_capture(path);
    if (source) {
      any_used = true;
      listings.push_back(list_flows(**source, options));
      continue;
    }
    if (!first_fault) first_fault = source.error();
    listings.push_back({{}, unreadable(path, source.error())});
  }
  if (!any_used) return tl::unexpected(*first_fault);
  return put_together(std::move(listings), options.table.timeouts);
}

}  // namespace portproof
