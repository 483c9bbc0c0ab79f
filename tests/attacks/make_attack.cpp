// Writes a capture with a scan or a flood: make_attack scan HOSTS PORTS, or make_attack flood ADDRESSES. A
// further number shifts it by that many hours.
//
// It goes to standard output, as a stream: `make_attack scan 1000 65535 | portproof audit -` needs no disk
// space.
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <string_view>

#include "tests/bench/traffic/attacks.hpp"

namespace {

using namespace portproof::bench;

std::optional<std::uint32_t> number_of(std::string_view text, std::uint32_t most) {
  std::uint32_t number = 0;
  const auto end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, number);
  if (read.ec != std::errc{} || read.ptr != end || number < 1 || number > most) return std::nullopt;
  return number;
}

int usage() {
  std::fputs("usage: make_attack scan HOSTS PORTS [HOUR], or make_attack flood ADDRESSES [HOUR]\n", stderr);
  return EXIT_FAILURE;
}

}  // namespace

int main(int count, char** words) {
  constexpr std::uint32_t kMostHosts = 4096;
  constexpr std::uint32_t kMostPorts = 65'535;
  constexpr std::uint32_t kMostAddresses = std::uint32_t{1} << 24U;
  constexpr std::uint32_t kMostHours = 10'000;
  const std::string_view what = count > 1 ? words[1] : "";
  const int numbers = what == "scan" ? 4 : 3;
  if (what != "scan" && what != "flood") return usage();
  if (count != numbers && count != numbers + 1) return usage();
  const auto hour = count > numbers ? number_of(words[numbers], kMostHours) : std::optional<std::uint32_t>{0};
  if (!hour) return usage();
  if (what == "scan") {
    const auto hosts = number_of(words[2], kMostHosts);
    const auto ports = number_of(words[3], kMostPorts);
    if (!hosts || !ports) return usage();
    CaptureFile file("-", FileFormat::pcap);
    make_scan({*hosts, *ports, *hour}, file);
    return EXIT_SUCCESS;
  }
  const auto addresses = number_of(words[2], kMostAddresses);
  if (!addresses) return usage();
  CaptureFile file("-", FileFormat::pcap);
  make_flood({*addresses, *hour}, file);
  return EXIT_SUCCESS;
}
