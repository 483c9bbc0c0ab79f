// Makes the captures that measure the program: make_traffic FOLDER [NAME...]
//
// Writes FOLDER/NAME.pcap (or .pcapng) for each name, or for all of them, which takes 15 GB. A capture that
// already exists is left alone. `make_traffic --list` prints the names.
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <string_view>

#include "tests/bench/traffic/traffic.hpp"

namespace {

using namespace portproof::bench;

constexpr std::uint64_t kSeed = 2026;

constexpr EvenTraffic kSmall{.flows = 100'000, .packets = 10'000'000};

struct Capture {
  std::string_view name;
  FileFormat format;
  void (*make)(CaptureFile& file);
};

template <std::uint32_t kFlows, std::uint64_t kPackets>
void make_flows(CaptureFile& file) {
  make_even({.flows = kFlows, .packets = kPackets}, kSeed, file);
}

void make_small(CaptureFile& file) {
  make_even(kSmall, kSeed, file);
}
void make_mixed(CaptureFile& file) {
  make_even({.flows = 50'000,
             .packets = 4'000'000,
             .all_sizes = true,
             .ipv6_percent = 10,
             .vlan_percent = 20,
             .udp_percent = 15},
            kSeed, file);
}
void make_vlan(CaptureFile& file) {
  make_even({.flows = 100'000, .packets = 4'000'000, .vlan_percent = 100}, kSeed, file);
}
void make_ipv6(CaptureFile& file) {
  make_even({.flows = 100'000, .packets = 4'000'000, .ipv6_percent = 100}, kSeed, file);
}
void make_erspan(CaptureFile& file) {
  make_even({.flows = 100'000, .packets = 4'000'000, .erspan_percent = 100}, kSeed, file);
}
void make_new_flows(CaptureFile& file) {
  make_single({.flows = 3'000'000, .services = 3'000'000}, kSeed, file);
}
void make_new_sessions(CaptureFile& file) {
  make_single({.flows = 3'000'000, .services = 100'000}, kSeed, file);
}
void make_a_day(CaptureFile& file) {
  make_lifelike(200'000, kSeed, file);
}

constexpr std::array kCaptures{
    Capture{"small", FileFormat::pcap, make_small},
    Capture{"small-ng", FileFormat::pcapng, make_small},
    Capture{"mixed", FileFormat::pcap, make_mixed},
    Capture{"new-flows", FileFormat::pcap, make_new_flows},
    Capture{"new-sessions", FileFormat::pcap, make_new_sessions},
    Capture{"lifelike", FileFormat::pcap, make_a_day},
    Capture{"vlan", FileFormat::pcap, make_vlan},
    Capture{"ipv6", FileFormat::pcap, make_ipv6},
    Capture{"erspan", FileFormat::pcap, make_erspan},
    Capture{"flows-1000", FileFormat::pcap, make_flows<1'000, 10'000'000>},
    Capture{"flows-10000", FileFormat::pcap, make_flows<10'000, 10'000'000>},
    Capture{"flows-100000", FileFormat::pcap, make_flows<100'000, 10'000'000>},
    Capture{"flows-1000000", FileFormat::pcap, make_flows<1'000'000, 10'000'000>},
    Capture{"flows-10000000", FileFormat::pcap, make_flows<10'000'000, 40'000'000>},
};

std::string path_of(const Capture& capture, const std::string& folder) {
  return folder + "/" + std::string{capture.name} +
         (capture.format == FileFormat::pcap ? ".pcap" : ".pcapng");
}

bool is_asked_for(const Capture& capture, int count, char** words) {
  for (int index = 2; index < count; ++index) {
    if (capture.name == words[index]) return true;
  }
  return count == 2;
}

bool is_known(std::string_view name) {
  for (const Capture& capture : kCaptures) {
    if (capture.name == name) return true;
  }
  return false;
}

}  // namespace

int main(int count, char** words) {
  if (count == 2 && std::string_view{words[1]} == "--list") {
    for (const Capture& capture : kCaptures) std::puts(path_of(capture, ".").c_str() + 2);
    return EXIT_SUCCESS;
  }
  if (count < 2) {
    std::fputs("usage: make_traffic FOLDER [NAME...], or make_traffic --list\n", stderr);
    return EXIT_FAILURE;
  }
  for (int index = 2; index < count; ++index) {
    if (is_known(words[index])) continue;
    std::fprintf(stderr, "no capture is called %s; --list names them\n", words[index]);
    return EXIT_FAILURE;
  }
  const std::string folder = words[1];
  std::filesystem::create_directories(folder);
  for (const Capture& capture : kCaptures) {
    const std::string path = path_of(capture, folder);
    if (!is_asked_for(capture, count, words) || std::filesystem::exists(path)) continue;
    std::fprintf(stderr, "making %s\n", path.c_str());
    CaptureFile file(path, capture.format);
    capture.make(file);
  }
  return EXIT_SUCCESS;
}
