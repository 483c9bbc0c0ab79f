#include "tests/bench/traffic/attacks.hpp"

#include <array>

#include "tests/bench/traffic/payload.hpp"
#include "tests/bench/traffic/traffic.hpp"

namespace portproof::bench {
namespace {

constexpr std::int64_t kMillisecond = 1'000'000;
constexpr std::int64_t kCalm = 300 * kSecond;  // before the attack and after it

constexpr Host host(unsigned a, unsigned b, unsigned c, unsigned d) {
  return ((a << 24U) | (b << 16U) | (c << 8U) | d) - 0x0a000000U;
}

constexpr Host kScanner = host(10, 20, 99, 66);
constexpr Host kFirstScanned = host(10, 20, 2, 0);
constexpr Host kOpen = host(10, 20, 4, 200);
constexpr std::uint16_t kOpenPort = 3389;
constexpr Host kStore = host(10, 20, 2, 20);
constexpr Host kController = host(10, 20, 2, 10);
constexpr Host kOtherController = host(10, 20, 2, 11);
constexpr Host kDesktop = host(10, 20, 4, 11);
constexpr Host kFloodFrom = host(45, 0, 0, 0);
constexpr std::uint32_t kFloodSpace = std::uint32_t{1} << 24U;

// One TCP connection, packet by packet, a millisecond apart.
class Connection {
 public:
  Connection(Host client, Host server, std::uint16_t port, std::uint16_t client_port = 50'000)
      : client_(client), server_(server), port_(port), client_port_(client_port) {}

  void open(std::int64_t& time, FrameMaker& frames, CaptureFile& file) {
    send(0, kSyn, {}, time, frames, file);
    send(1, kSyn | kAck, {}, time, frames, file);
    send(0, kAck, {}, time, frames, file);
  }
  void say(Speaks what, std::int64_t& time, FrameMaker& frames, CaptureFile& file) {
    send(0, kAck | kPush, client_hello(what, "store.example"), time, frames, file);
    send(1, kAck | kPush, server_hello(what), time, frames, file);
  }
  void close(std::int64_t& time, FrameMaker& frames, CaptureFile& file) {
    send(0, kAck | kFin, {}, time, frames, file);
    send(1, kAck | kFin, {}, time, frames, file);
    send(0, kAck, {}, time, frames, file);
  }
  // Packets of `side`: 0 is the client.
  void send(std::size_t side, std::uint8_t flags, const Bytes& payload, std::int64_t& time,
            FrameMaker& frames, CaptureFile& file) {
    Segment segment;
    segment.from = side == 0 ? client_ : server_;
    segment.to = side == 0 ? server_ : client_;
    segment.from_port = side == 0 ? client_port_ : port_;
    segment.to_port = side == 0 ? port_ : client_port_;
    segment.flags = flags;
    segment.sequence = sent_[side];
    segment.acknowledgement = (flags & kAck) != 0 ? sent_[1 - side] : 0;
    segment.payload = payload;
    sent_[side] += static_cast<std::uint32_t>(payload.size()) + ((flags & (kSyn | kFin)) != 0 ? 1 : 0);
    file.add(time, frames.make(segment, {}));
    time += kMillisecond;
  }

 private:
  Host client_;
  Host server_;
  std::uint16_t port_;
  std::uint16_t client_port_;
  std::array<std::uint32_t, 2> sent_{1000, 9000};
};

// What happens alongside the attack.
class Beside {
 public:
  explicit Beside(CaptureFile& file) : file_(file) {}

  void moment(unsigned number, std::int64_t time) {
    const Host more = number;
    if (number == 0) lasting_.open(time, frames_, file_);
    lasting_.say(Speaks::ica, time, frames_, file_);
    whole(host(10, 20, 7, 10) + more, kStore, 443, Speaks::tls, time);
    whole(host(10, 20, 7, 10) + more, kDesktop, 1494, Speaks::ica, time);
    whole(host(10, 20, 7, 50) + more, kController, 3389, Speaks::opaque, time);
    Connection(host(10, 20, 7, 60) + more, kController, 5985).send(0, kSyn, {}, time, frames_, file_);
    whole(host(10, 20, 7, 70) + more, kDesktop, 8888, Speaks::ica, time);
    whole(host(203, 0, 113, 90) + more, kController, 443, Speaks::opaque, time);
    datagrams(host(10, 20, 7, 80) + more, kOtherController, 4444, time);
    if (number + 1 == kMoments) lasting_.close(time, frames_, file_);
  }

 private:
  void whole(Host client, Host server, std::uint16_t port, Speaks what, std::int64_t& time) {
    Connection connection(client, server, port);
    connection.open(time, frames_, file_);
    connection.say(what, time, frames_, file_);
    connection.close(time, frames_, file_);
  }
  void datagrams(Host client, Host server, std::uint16_t port, std::int64_t& time) {
    const Bytes payload = noise(40, port);
    for (const bool back : {false, true}) {
      Segment datagram;
      datagram.udp = true;
      datagram.from = back ? server : client;
      datagram.to = back ? client : server;
      datagram.from_port = back ? port : 50'000;
      datagram.to_port = back ? 50'000 : port;
      datagram.payload = payload;
      file_.add(time, frames_.make(datagram, {}));
      time += kMillisecond;
    }
  }

  CaptureFile& file_;
  FrameMaker frames_;
  Connection lasting_{host(10, 20, 7, 20), kDesktop, 1494};
};

// An attack of `steps` steps, with the background alongside. `step(number, time)` is one of them.
template <typename Step>
void attack(std::uint64_t steps, std::int64_t pause, std::uint32_t hour, CaptureFile& file, Step step) {
  constexpr std::int64_t kHour = 3600 * kSecond;
  const std::int64_t begin = kBegin + hour * kHour;
  Beside beside(file);
  beside.moment(0, begin);
  std::int64_t time = begin + kCalm;
  for (std::uint64_t number = 0; number < steps; ++number, time += pause) {
    step(number, time);
    if (number == steps / 2) {
      time += kSecond;
      beside.moment(1, time);
      time += kSecond;
    }
  }
  beside.moment(2, time + kCalm);
}

Segment lone_syn(Host from, Host to, std::uint16_t from_port, std::uint16_t to_port, std::uint32_t sequence) {
  Segment syn;
  syn.from = from;
  syn.to = to;
  syn.from_port = from_port;
  syn.to_port = to_port;
  syn.flags = kSyn;
  syn.sequence = sequence;
  return syn;
}

Segment answer(const Segment& syn, std::uint8_t flags) {
  Segment back = lone_syn(syn.to, syn.from, syn.to_port, syn.from_port, 0);
  back.flags = flags;
  back.acknowledgement = syn.sequence + 1;
  return back;
}

}  // namespace

void make_scan(const Scan& scan, CaptureFile& file) {
  constexpr std::int64_t kPause = 40'000;
  FrameMaker frames;
  const auto step = [&](std::uint64_t number, std::int64_t time) {
    const Host to = kFirstScanned + static_cast<Host>(number % scan.hosts);
    const auto port = static_cast<std::uint16_t>(1 + number / scan.hosts);
    const Segment syn = lone_syn(kScanner, to, 40'000, port, static_cast<std::uint32_t>(number));
    file.add(time, frames.make(syn, {}));
    if (to == kOpen && port == kOpenPort) {
      file.add(time + 10'000, frames.make(answer(syn, kSyn | kAck), {}));
      Segment end = syn;
      end.flags = kReset;
      end.sequence += 1;
      file.add(time + 20'000, frames.make(end, {}));
    } else if (to % 5 == 0) {
      file.add(time + 10'000, frames.make(answer(syn, kReset | kAck), {}));
    }
  };
  attack(std::uint64_t{scan.hosts} * scan.ports, kPause, scan.hour, file, step);
}

void make_flood(const Flood& flood, CaptureFile& file) {
  constexpr std::int64_t kPause = 100'000;
  constexpr std::uint32_t kStride = 0x9e3779b1;  // odd, so that each address comes once
  FrameMaker frames;
  const auto step = [&](std::uint64_t number, std::int64_t time) {
    const auto at = static_cast<std::uint32_t>(number);
    const Host from = kFloodFrom + (at * kStride) % kFloodSpace;
    const auto from_port = static_cast<std::uint16_t>(1024 + at % 60'000);
    file.add(time, frames.make(lone_syn(from, kStore, from_port, 443, at), {}));
  };
  attack(flood.addresses, kPause, flood.hour, file, step);
}

}  // namespace portproof::bench
