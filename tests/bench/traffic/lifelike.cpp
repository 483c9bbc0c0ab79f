#include <cmath>
#include <queue>
#include <string>
#include <vector>

#include "tests/bench/traffic/draw.hpp"
#include "tests/bench/traffic/payload.hpp"
#include "tests/bench/traffic/traffic.hpp"

namespace portproof::bench {
namespace {

constexpr std::int64_t kDay = 24 * 3600 * kSecond;
constexpr std::size_t kClients = 5000;
constexpr std::size_t kServices = 400;
constexpr Host kFirstClient = 0x00020000;
constexpr Host kFirstServer = 0x00010100;
constexpr Host kResolver = 0x00010001;
constexpr std::uint16_t kDns = 53;

struct Service {
  Host host;
  std::uint16_t port;
  Speaks speaks;
  std::string name;
};

std::vector<Service> make_services() {
  struct Kind {
    std::uint16_t port;
    Speaks speaks;
  };
  constexpr std::array kKinds{
      Kind{443, Speaks::tls},    Kind{80, Speaks::http},     Kind{1494, Speaks::ica},
      Kind{2598, Speaks::cgp},   Kind{443, Speaks::tls},     Kind{389, Speaks::opaque},
      Kind{445, Speaks::opaque}, Kind{1433, Speaks::opaque}, Kind{8443, Speaks::tls}};
  std::vector<Service> services;
  for (std::size_t number = 0; number < kServices; ++number) {
    const Kind& kind = kKinds[number % kKinds.size()];
    services.push_back({kFirstServer + static_cast<Host>(number / 2), kind.port, kind.speaks,
                        "srv" + std::to_string(number) + ".example.net"});
  }
  return services;
}

// One connection, from its first packet to its last.
struct Connection {
  Host client{0};
  std::uint16_t port{0};
  std::uint32_t service{0};
  Wrapping wrapping;
  std::array<std::uint32_t, 2> sent{};  // next sequence number of client and server
  std::uint32_t step{0};
  std::uint32_t data{0};  // segments of data after the hellos
  double pause{0};        // mean between them, in nanoseconds
};

struct Event {
  std::int64_t time;
  std::uint32_t connection;
  friend bool operator>(const Event& left, const Event& right) {
    return left.time != right.time ? left.time > right.time : left.connection > right.connection;
  }
};

class Day {
 public:
  Day(std::uint32_t connections, std::uint64_t seed, CaptureFile& file)
      : file_(file), draw_(seed), connections_(connections), noise_(noise(1500, seed)) {}

  void make() {
    const double between = static_cast<double>(kDay) / static_cast<double>(connections_.size());
    std::int64_t time = kBegin;
    for (std::uint32_t number = 0; number < connections_.size(); ++number) {
      begin(connections_[number], number);
      time += draw_.pause(between);
      events_.push({time, number});
    }
    // Whatever is still active at the end of the day is cut off there.
    while (!events_.empty() && events_.top().time < kBegin + kDay) {
      const Event event = events_.top();
      events_.pop();
      const std::int64_t pause = go_on(connections_[event.connection], event.time);
      if (pause > 0) events_.push({event.time + pause, event.connection});
    }
  }

 private:
  void begin(Connection& connection, std::uint32_t number) {
    connection.client = kFirstClient + static_cast<Host>(clients_(draw_));
    connection.service = static_cast<std::uint32_t>(popularity_(draw_));
    connection.port = static_cast<std::uint16_t>(49'152 + number % 16'384);
    connection.wrapping.ipv6 = draw_.chance(5);
    connection.wrapping.vlan = draw_.chance(10);
    connection.wrapping.erspan = draw_.chance(5);
    // Few connections have most of the data, and most have little: Pareto, truncated.
    const double tail = std::pow(1.0 - draw_.share(), -1.0 / 1.1);
    connection.data = static_cast<std::uint32_t>(std::min(4.0 * tail, 3000.0));
    connection.pause = static_cast<double>(kSecond) * std::pow(10.0, -3.0 + 4.0 * draw_.share());
  }

  // The connection's next packets at `time`; returns the time until the next ones, 0 if it is over.
  std::int64_t go_on(Connection& connection, std::int64_t time) {
    constexpr double kRoundTrip = 2'000'000;
    const Service& service = services_[connection.service];
    const std::uint32_t step = connection.step++;
    const std::uint32_t hellos = 3;
    if (step == 0) {
      if (draw_.chance(45)) ask_for(service, connection, time);
      send(connection, 0, kSyn, {}, time + 100'000);
      return 200'000 + draw_.pause(kRoundTrip);
    }
    if (step == 1) {
      send(connection, 1, kSyn | kAck, {}, time);
      return 1 + draw_.pause(kRoundTrip);
    }
    if (step == 2) {
      send(connection, 0, kAck, {}, time);
      send(connection, 0, kAck | kPush, client_hello(service.speaks, service.name), time + 1000);
      return 2000 + draw_.pause(kRoundTrip);
    }
    if (step == 3) {
      send(connection, 1, kAck | kPush, server_hello(service.speaks), time);
      return 1 + draw_.pause(connection.pause);
    }
    if (step <= hellos + connection.data) {
      send_data(connection, time);
      return 1 + draw_.pause(connection.pause);
    }
    send(connection, 0, kFin | kAck, {}, time);
    send(connection, 1, kFin | kAck, {}, time + 1000);
    send(connection, 0, kAck, {}, time + 2000);
    return 0;
  }

  void send_data(Connection& connection, std::int64_t time) {
    const std::size_t side = draw_.chance(70) ? 1 : 0;
    if (draw_.chance(25)) {
      send(connection, side, kAck, {}, time);
      return;
    }
    const std::size_t size = draw_.chance(30) ? 1380 : 20 + draw_.below(300);
    send(connection, side, kAck | kPush, {noise_.data(), size}, time);
  }

  void send(Connection& connection, std::size_t side, std::uint8_t flags,
            std::span<const std::uint8_t> payload, std::int64_t time) {
    const Service& service = services_[connection.service];
    Segment segment;
    segment.from = side == 0 ? connection.client : service.host;
    segment.to = side == 0 ? service.host : connection.client;
    segment.from_port = side == 0 ? connection.port : service.port;
    segment.to_port = side == 0 ? service.port : connection.port;
    segment.flags = flags;
    segment.sequence = connection.sent[side];
    segment.acknowledgement = (flags & kAck) != 0 ? connection.sent[1 - side] : 0;
    segment.payload = payload;
    connection.sent[side] += static_cast<std::uint32_t>(payload.size());
    if ((flags & (kSyn | kFin)) != 0) ++connection.sent[side];
    file_.add(time, frames_.make(segment, connection.wrapping));
  }

  void ask_for(const Service& service, const Connection& connection, std::int64_t time) {
    const auto id = static_cast<std::uint16_t>(draw_.next());
    const auto port = static_cast<std::uint16_t>(49'152 + draw_.below(16'384));
    const Bytes query = dns_query(service.name, id);
    const Bytes answer = dns_answer(service.name, id, service.host);
    Segment segment;
    segment.udp = true;
    segment.from = connection.client;
    segment.to = kResolver;
    segment.from_port = port;
    segment.to_port = kDns;
    segment.payload = query;
    file_.add(time, frames_.make(segment, {}));
    std::swap(segment.from, segment.to);
    std::swap(segment.from_port, segment.to_port);
    segment.payload = answer;
    file_.add(time + 50'000, frames_.make(segment, {}));
  }

  CaptureFile& file_;
  Draw draw_;
  Zipf clients_{kClients};
  Zipf popularity_{kServices};
  std::vector<Service> services_{make_services()};
  std::vector<Connection> connections_;
  std::priority_queue<Event, std::vector<Event>, std::greater<>> events_;
  Bytes noise_;
  FrameMaker frames_;
};

}  // namespace

void make_lifelike(std::uint32_t connections, std::uint64_t seed, CaptureFile& file) {
  Day(connections, seed, file).make();
}

}  // namespace portproof::bench
