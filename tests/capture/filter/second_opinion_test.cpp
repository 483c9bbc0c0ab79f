// On untagged frames, and on filters that name vlan, tcpdump decides what is right. Skipped if it is not
// installed.
#include <doctest/doctest.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <initializer_list>
#include <memory>
#include <string>

#include "capture/decode/packet.hpp"
#include "capture/filter/packet_filter.hpp"
#include "tests/support/memory_source.hpp"
#include "tests/support/packet_builder.hpp"
#include "tests/support/pcap_writer.hpp"

using namespace portproof;
using namespace portproof::test;

namespace {

// How many frames of the file tcpdump accepts.
long by_tcpdump(const std::filesystem::path& file, const std::string& filter) {
  const std::string command = "tcpdump -n -r '" + file.string() + "' '" + filter + "' 2>/dev/null | wc -l";
  const std::unique_ptr<FILE, int (*)(FILE*)> pipe(popen(command.c_str(), "r"), &pclose);
  REQUIRE(pipe != nullptr);
  std::array<char, 32> line{};
  REQUIRE(std::fgets(line.data(), static_cast<int>(line.size()), pipe.get()) != nullptr);
  return std::strtol(line.data(), nullptr, 10);
}

}  // namespace

TEST_CASE("tcpdump agrees") {
  if (std::system("tcpdump --version >/dev/null 2>&1") != 0) {
    MESSAGE("tcpdump is not installed: skipped");
    return;
  }
  std::vector<CapturedFrame> frames;
  for (const std::uint16_t port : std::initializer_list<std::uint16_t>{22, 53, 80, 443, 1494, 2598, 8080}) {
    frames.push_back({.bytes = Eth().ipv4("10.0.0.9", "10.0.0.1").tcp(50000, port, kTcpSyn)});
    frames.push_back(
        {.bytes = Eth().ipv4("10.0.0.1", "10.0.0.9").tcp(port, 50000, kTcpAck).payload("answer")});
    frames.push_back({.bytes = Eth().ipv6("fd20::9", "fd20::1").udp(50000, port).payload("?")});
    frames.push_back({.bytes = Eth().ipv4("10.0.0.9", "10.0.0.2").udp(port, port).fragment(1480, false)});
    frames.push_back(
        {.bytes = Eth().ipv4("10.0.0.9", "10.0.0.2").udp(port, port).cut(30), .wire_length = 60});
  }
  frames.push_back({.bytes = Eth().arp("10.0.0.1", "10.0.0.2")});
  frames.push_back({.bytes = Eth().broadcast().ipv4("10.0.0.9", "10.0.0.255").udp(138, 138).payload("?")});
  std::vector<CapturedFrame> tagged;
  for (const std::uint16_t id : std::initializer_list<std::uint16_t>{10, 20}) {
    tagged.push_back({.bytes = Eth().vlan(id).ipv4("10.0.0.9", "10.0.0.1").tcp(50000, 443, kTcpSyn)});
    tagged.push_back(
        {.bytes = Eth().vlan(5, 0x88a8).vlan(id).ipv4("10.0.0.9", "10.0.0.1").tcp(50000, 443, 2)});
  }
  struct Row {
    const std::vector<CapturedFrame>& frames;
    const char* filter;
  };
  const auto file =
      std::filesystem::temp_directory_path() / ("portproof-filter-" + std::to_string(getpid()) + ".pcap");
  for (const Row& row :
       {Row{frames, "port 443"}, Row{frames, "not port 443"}, Row{frames, "tcp"}, Row{frames, "not tcp"},
        Row{frames, "udp port 53 or tcp port 80"}, Row{frames, "host 10.0.0.2"},
        Row{frames, "src net 10.0.0.0/29"}, Row{frames, "ip6"}, Row{frames, "portrange 1000-3000"},
        Row{frames, "tcp[13] = 2"}, Row{frames, "greater 60"}, Row{frames, "less 59"},
        Row{frames, "ether broadcast"}, Row{frames, "ip[6:2] & 0x1fff != 0"}, Row{tagged, "vlan 10"},
        Row{tagged, "vlan 10 and port 443"}, Row{tagged, "not vlan 10"},
        Row{tagged, "vlan 5 and vlan 20 and tcp"}}) {
    PcapWriter writer;
    long passed = 0;
    const auto filter = *PacketFilter::compile(row.filter);
    FrameFilter on_frames(filter);
    for (const CapturedFrame& frame : row.frames) {
      writer.add(frame);
      passed += on_frames.passes(frame.view()).value() ? 1 : 0;
    }
    REQUIRE(writer.save(file.string()));
    CAPTURE(row.filter);
    CHECK(passed == by_tcpdump(file, row.filter));
  }
  std::filesystem::remove(file);
}
