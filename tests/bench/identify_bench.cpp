// Examining a flow's first data.
#include <benchmark/benchmark.h>

#include "capture/decode/packet.hpp"
#include "capture/identify/identify.hpp"
#include "tests/bench/traffic/payload.hpp"

namespace {

using namespace portproof;
using namespace portproof::bench;

void identify_data(benchmark::State& state, const Bytes& payload) {
  FirstData data{};
  data.protocol = kProtocolTcp;
  data.bytes = payload;
  data.wire_length = static_cast<std::uint32_t>(payload.size());
  for (auto _ : state) benchmark::DoNotOptimize(identify(data));
}
BENCHMARK_CAPTURE(identify_data, tls_client, client_hello(Speaks::tls, "gateway.example.net"));
BENCHMARK_CAPTURE(identify_data, tls_server, server_hello(Speaks::tls));
BENCHMARK_CAPTURE(identify_data, http_request, client_hello(Speaks::http, "gateway.example.net"));
BENCHMARK_CAPTURE(identify_data, http_answer, server_hello(Speaks::http));
BENCHMARK_CAPTURE(identify_data, ica, client_hello(Speaks::ica, ""));
BENCHMARK_CAPTURE(identify_data, cgp, client_hello(Speaks::cgp, ""));
BENCHMARK_CAPTURE(identify_data, opaque, noise(1380, 5));

}  // namespace
