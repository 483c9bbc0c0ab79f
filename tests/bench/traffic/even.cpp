#include <vector>

#include "tests/bench/traffic/draw.hpp"
#include "tests/bench/traffic/payload.hpp"
#include "tests/bench/traffic/traffic.hpp"

namespace portproof::bench {
namespace {

constexpr std::int64_t kLasts = 300 * kSecond;  // far below any TCP timeout
constexpr std::array<std::uint16_t, 8> kPorts{80, 443, 445, 1494, 2598, 389, 8080, 3389};
constexpr Host kFirstServer = 0x00010100;
constexpr Host kFirstClient = 0x00100000;
constexpr std::uint32_t kServers = 4096;
constexpr std::uint32_t kFlowsOfClient = 64;

// The number of a flow alone determines its ends.
struct FlowEnds {
  Host client;
  Host server;
  std::uint16_t client_port;
  std::uint16_t server_port;
  bool udp;
  Wrapping wrapping;
};

FlowEnds ends_of(std::uint32_t flow, const EvenTraffic& traffic) {
  const std::uint64_t of_service = Draw::mixed(flow / traffic.per_service + 1);
  const std::uint64_t own = Draw::mixed((std::uint64_t{flow} << 32U) + 7);
  FlowEnds ends{};
  ends.client = kFirstClient + flow / kFlowsOfClient;
  ends.client_port = static_cast<std::uint16_t>(33'000 + flow % kFlowsOfClient);
  ends.server = kFirstServer + static_cast<Host>(of_service % kServers);
  ends.server_port = kPorts[(of_service >> 32U) % kPorts.size()];
  ends.udp = own % 100 < traffic.udp_percent;
  ends.wrapping.ipv6 = (own >> 8U) % 100 < traffic.ipv6_percent;
  ends.wrapping.vlan = (own >> 16U) % 100 < traffic.vlan_percent;
  ends.wrapping.erspan = (own >> 24U) % 100 < traffic.erspan_percent;
  return ends;
}

struct FlowProgress {
  std::array<std::uint32_t, 2> sent{};  // next sequence number of client and server
  std::uint8_t handshake{0};
};

class EvenMaker {
 public:
  EvenMaker(const EvenTraffic& traffic, std::uint64_t seed, CaptureFile& file)
      : traffic_(traffic), file_(file), draw_(seed), flows_(traffic.flows), payload_(noise(1500, seed)) {}

  void make() {
    const double step = static_cast<double>(kLasts) / static_cast<double>(traffic_.packets);
    for (std::uint64_t number = 0; number < traffic_.packets; ++number) {
      const auto flow = static_cast<std::uint32_t>(draw_.below(traffic_.flows));
      add(flow, kBegin + static_cast<std::int64_t>(static_cast<double>(number) * step));
    }
  }

 private:
  void add(std::uint32_t flow, std::int64_t time) {
    const FlowEnds ends = ends_of(flow, traffic_);
    FlowProgress& at = flows_[flow];
    Segment segment;
    segment.udp = ends.udp;
    std::size_t side = draw_.below(2);
    if (!ends.udp && at.handshake < 2) {
      side = at.handshake++;
      segment.flags = side == 0 ? kSyn : kSyn | kAck;
    } else {
      segment.flags = kAck | kPush;
      segment.payload = {payload_.data(), payload_size(header_size(ends.wrapping, ends.udp))};
    }
    segment.from = side == 0 ? ends.client : ends.server;
    segment.to = side == 0 ? ends.server : ends.client;
    segment.from_port = side == 0 ? ends.client_port : ends.server_port;
    segment.to_port = side == 0 ? ends.server_port : ends.client_port;
    segment.sequence = at.sent[side];
    segment.acknowledgement = (segment.flags & kAck) != 0 ? at.sent[1 - side] : 0;
    at.sent[side] +=
        static_cast<std::uint32_t>(segment.payload.size()) + ((segment.flags & kSyn) != 0 ? 1 : 0);
    file_.add(time, frames_.make(segment, ends.wrapping));
  }

  std::size_t payload_size(std::size_t headers) {
    std::size_t frame = 60;
    if (traffic_.all_sizes) {
      const std::uint64_t index = draw_.below(100);
      frame = index < 58 ? 60 : index < 63 ? 124 : index < 88 ? 576 : 1514;
    }
    return frame > headers ? frame - headers : 1;
  }

  const EvenTraffic& traffic_;
  CaptureFile& file_;
  Draw draw_;
  std::vector<FlowProgress> flows_;
  Bytes payload_;
  FrameMaker frames_;
};

}  // namespace

void make_even(const EvenTraffic& traffic, std::uint64_t seed, CaptureFile& file) {
  EvenMaker(traffic, seed, file).make();
}

void make_single(const SingleTraffic& traffic, std::uint64_t seed, CaptureFile& file) {
  FrameMaker frames;
  Draw draw(seed);
  constexpr std::int64_t kStep = 20'000;
  for (std::uint32_t flow = 0; flow < traffic.flows; ++flow) {
    const std::uint64_t service = Draw::mixed(flow % traffic.services + 1);
    Segment syn;
    syn.from = kFirstClient + static_cast<Host>(service % 0x10000);
    syn.to = kFirstServer + static_cast<Host>((service >> 16U) % kServers);
    syn.to_port = kPorts[(service >> 32U) % kPorts.size()];
    syn.from_port = static_cast<std::uint16_t>(10'000 + flow / traffic.services);
    syn.flags = kSyn;
    syn.sequence = static_cast<std::uint32_t>(draw.next());
    file.add(kBegin + flow * kStep, frames.make(syn, {}));
  }
}

}  // namespace portproof::bench
