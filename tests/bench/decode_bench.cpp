// Decoding a frame, and preparing the packet for the look-up of its flow.
#include <benchmark/benchmark.h>

#include "capture/decode/decode.hpp"
#include "capture/flow/duplicates.hpp"
#include "capture/flow/packet_key.hpp"
#include "tests/bench/frames.hpp"

namespace {

using namespace portproof;
using namespace portproof::bench;

constexpr std::size_t kFrames = 256;  // a batch: in the cache, as after a source has read it
constexpr std::uint32_t kFlows = 1000;

void decode_frames(benchmark::State& state, const Wrapping& wrapping, bool udp) {
  const Frames frames(kFrames, kFlows, wrapping, udp);
  Packet packet;
  for (auto _ : state) {
    for (std::size_t number = 0; number < kFrames; ++number) {
      const Decoded decoded = decode(frames[number], packet);
      if (decoded.kind != Decoded::Kind::packet) state.SkipWithError("a frame was not decoded");
      benchmark::DoNotOptimize(packet);
    }
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(kFrames));
}
BENCHMARK_CAPTURE(decode_frames, tcp_over_ipv4, Wrapping{}, false);
BENCHMARK_CAPTURE(decode_frames, udp_over_ipv4, Wrapping{}, true);
BENCHMARK_CAPTURE(decode_frames, tcp_over_ipv6, Wrapping{.ipv6 = true}, false);
BENCHMARK_CAPTURE(decode_frames, tcp_in_vlan, Wrapping{.vlan = true}, false);
BENCHMARK_CAPTURE(decode_frames, tcp_in_erspan, Wrapping{.erspan = true}, false);

std::vector<Packet> packets_of(const Frames& frames) {
  std::vector<Packet> packets(kFrames);
  for (std::size_t number = 0; number < kFrames; ++number) decode(frames[number], packets[number]);
  return packets;
}

void key_of_packets(benchmark::State& state) {
  const Frames frames(kFrames, kFlows, {});
  const std::vector<Packet> packets = packets_of(frames);
  for (auto _ : state) {
    for (const Packet& packet : packets) benchmark::DoNotOptimize(key_of(packet));
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(kFrames));
}
BENCHMARK(key_of_packets);

void look_for_duplicates(benchmark::State& state) {
  const Frames frames(kFrames, kFlows, {});
  const std::vector<Packet> packets = packets_of(frames);
  Duplicates duplicates;
  for (auto _ : state) {
    for (const Packet& packet : packets)
      benchmark::DoNotOptimize(
          duplicates.again(Duplicates::mark_of(packet, packet.source_port), packet.time));
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(kFrames));
}
BENCHMARK(look_for_duplicates);

}  // namespace
