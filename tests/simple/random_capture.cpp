#include "tests/simple/random_capture.hpp"

#include <array>
#include <random>
#include <string>
#include <utility>

#include "capture/decode/packet.hpp"
#include "tests/support/packet_builder.hpp"

namespace portproof::test {
namespace {

constexpr std::array<std::string_view, 9> kSays{
    "",
    "x",
    "SSH-2.0-OpenSSH_9.2\r\n",
    "GET / HTTP/1.1\r\nHost: a.example\r\n\r\n",
    "GET /Citrix/Store/ HTTP/1.1\r\nHost: store.example\r\nCookie: a",
    "=b\r\nUser-Agent: c\r\n\r\n",
    "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
    "\x7f\x7fICA\x00",
    "0123456789012345678901234567890123456789"};

// Of TFTP.
constexpr std::string_view kReadRequest{"\0\1boot\0octet\0", 13};

// A question for the address of a.example, and its answer.
constexpr std::string_view kDnsQuestion{
    "\x12\x34\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00\x01"
    "a\x07"
    "example\x00\x00\x01\x00\x01",
    27};
constexpr std::string_view kDnsAnswer{
    "\x12\x34\x81\x80\x00\x01\x00\x01\x00\x00\x00\x00\x01"
    "a\x07"
    "example\x00\x00\x01\x00\x01\xc0\x0c\x00\x01\x00\x01\x00\x00\x00\x3c\x00\x04\x0a\x00\x00\x02",
    43};

struct Connection {
  std::array<unsigned, 2> host{};
  std::array<std::uint16_t, 2> port{};
  std::array<std::uint32_t, 2> next{};  // sequence numbers
  std::array<std::uint32_t, 2> seen{};  // of the other side, as far as acknowledged
  bool v6{false};
  unsigned wrapped{0};
  unsigned step{0};
};

class Maker {
 public:
  explicit Maker(const RandomTraffic& traffic) : traffic_(traffic), random_(traffic.seed) {}

  std::vector<CapturedFrame> make() {
    connections_.resize(traffic_.connections);
    for (Connection& connection : connections_) begin(connection);
    while (frames_.size() < traffic_.frames) {
      pause();
      const unsigned what = below(100);
      if (what < 70) {
        go_on(connections_[below(connections_.size())]);
      } else if (what < 84) {
        datagram();
      } else if (what < 90) {
        echo();
      } else if (what < 94) {
        refusal();
      } else if (what < 98) {
        fragments();
      } else {
        emit(Eth().arp("10.0.0.1", "10.0.0.2"));
      }
    }
    disorder();
    return std::move(frames_);
  }

 private:
  unsigned below(std::size_t limit) { return static_cast<unsigned>(random_() % limit); }
  bool chance(unsigned percent) { return below(100) < percent; }
  std::string address(unsigned host, bool v6) {
    return (v6 ? "fd20::" : "10.0.0.") + std::to_string(1 + host);
  }
  std::uint16_t service() {
    constexpr std::array<std::uint16_t, 5> kServices{80, 443, 1494, 2598, 5985};
    return kServices[below(kServices.size())];
  }

  // Mostly short; sometimes as long as a timeout, a little longer, or far too long.
  void pause() {
    constexpr std::array<std::int64_t, 9> kSeconds{10, 11, 33, 60, 61, 180, 181, 3600, 3601};
    if (below(400) == 0) {
      time_ = time_ + seconds(kSeconds[below(kSeconds.size())]);
    } else if (below(2000) == 0) {
      time_ = time_ + seconds(20'000);
    } else {
      time_ = time_ + Duration{static_cast<std::int64_t>(below(40'000'000))};
    }
  }

  // A sequence number. They are close together, or too far apart to be of one stream: holes of megabytes are
  // settled early, and whatever fills them later is not recognised (capture/flow/internal/stream_gaps.hpp).
  std::uint32_t somewhere() {
    constexpr std::uint32_t kApart = 0x55555556;
    return 0xffff8000 + kApart * below(3) + below(60'000);
  }

  void begin(Connection& connection) {
    // The ports of an earlier one may come back.
    if (connection.step == 0 || chance(50)) {
      connection.host = {below(traffic_.hosts), below(traffic_.hosts)};
      connection.port = {static_cast<std::uint16_t>(40'000 + below(4)), service()};
      connection.v6 = chance(20);
      connection.wrapped = below(12);
    }
    connection.next = {somewhere(), somewhere()};
    connection.seen = {0, 0};
    connection.step = chance(15) ? 3 : 0;  // picked up mid-stream
    if (connection.step == 3) connection.seen = {connection.next[1], connection.next[0]};
  }

  PacketBuilder layers(const Connection& connection, std::size_t side) {
    PacketBuilder frame = Eth();
    if (connection.wrapped == 0) frame.vlan(10);
    if (connection.wrapped == 1) frame.vlan(20).vlan(30);
    const std::string from = address(connection.host[side], connection.v6);
    const std::string to = address(connection.host[1 - side], connection.v6);
    if (connection.wrapped == 2) {
      frame.ipv4("10.9.0.1", "10.9.0.2").protocol(47).raw({0, 0, 0x65, 0x58}).eth();  // GRE with Ethernet
    } else if (connection.wrapped == 3) {
      frame.ipv4("10.9.0.1", "10.9.0.2").udp(50'000, 4789).raw({8, 0, 0, 0, 0, 0, 7, 0}).eth();  // VXLAN 7
    }
    if (connection.v6) return frame.ipv6(from, to);
    return frame.ipv4(from, to);
  }

  void segment(Connection& connection, std::size_t side, int flags, std::uint32_t sequence,
               std::string_view payload) {
    PacketBuilder frame = layers(connection, side);
    frame.tcp(connection.port[side], connection.port[1 - side], flags).seq(sequence);
    if ((flags & kTcpAck) != 0) frame.ack(connection.seen[side]);
    emit(frame.payload(payload));
  }

  void go_on(Connection& connection) {
    if (traffic_.wild && chance(10)) {
      segment(connection, below(2), static_cast<int>(below(64)), somewhere(), kSays[below(kSays.size())]);
      return;
    }
    if (connection.step < 3) {
      open(connection);
      return;
    }
    const std::size_t side = below(2);
    const unsigned what = below(100);
    if (what < 60) {
      say(connection, side);
    } else if (what < 70) {
      segment(connection, side, kTcpAck, connection.next[side], "");
    } else if (what < 78) {
      segment(connection, side, kTcpAck, connection.next[side] - below(60), kSays[below(kSays.size())]);
    } else if (what < 82) {
      segment(connection, 0, kTcpSyn, somewhere(), "");  // a new one, or forged
      if (chance(50)) begin_over(connection);
    } else if (what < 92) {
      segment(connection, side, kTcpFin | kTcpAck, connection.next[side], "");
      ++connection.next[side];
      if (chance(60)) finish(connection, 1 - side);
    } else if (what < 96) {
      segment(connection, side, chance(50) ? kTcpRst : kTcpRst | kTcpAck, connection.next[side], "");
      if (chance(80)) begin(connection);
    } else {
      begin(connection);
    }
  }

  // The same ports again, with other sequence numbers.
  void begin_over(Connection& connection) {
    const auto ports = connection.port;
    const auto hosts = connection.host;
    const bool v6 = connection.v6;
    begin(connection);
    connection.port = ports;
    connection.host = hosts;
    connection.v6 = v6;
    connection.step = 0;
    connection.seen = {0, 0};
  }

  void finish(Connection& connection, std::size_t side) {
    connection.seen[side] = connection.next[1 - side];
    segment(connection, side, kTcpFin | kTcpAck, connection.next[side], "");
    ++connection.next[side];
    connection.seen[1 - side] = connection.next[side];
    if (!chance(20)) segment(connection, 1 - side, kTcpAck, connection.next[1 - side], "");
    begin(connection);
  }

  // SYN, SYN-ACK, ACK, some of them repeated, refused or lost.
  void open(Connection& connection) {
    const std::size_t side = connection.step == 1 ? 1 : 0;
    const int flags = connection.step == 0 ? kTcpSyn : connection.step == 1 ? kTcpSyn | kTcpAck : kTcpAck;
    if (connection.step == 1 && chance(10)) {
      connection.seen[1] = connection.next[0];
      segment(connection, 1, kTcpRst | kTcpAck, 0, "");
      begin(connection);
      return;
    }
    if (connection.step > 0) connection.seen[side] = connection.next[1 - side];
    if (!chance(8)) segment(connection, side, flags, connection.next[side], "");
    if (chance(8)) return;  // and again
    if (connection.step < 2) ++connection.next[side];
    ++connection.step;
  }

  void say(Connection& connection, std::size_t side) {
    const std::string_view payload = kSays[below(kSays.size())];
    if (chance(80)) connection.seen[side] = connection.next[1 - side];
    if (!chance(6)) segment(connection, side, kTcpAck | kTcpPsh, connection.next[side], payload);
    connection.next[side] += static_cast<std::uint32_t>(payload.size());
  }

  PacketBuilder ip(unsigned from, unsigned to, bool v6) {
    PacketBuilder frame = Eth();
    return v6 ? frame.ipv6(address(from, true), address(to, true))
              : frame.ipv4(address(from, false), address(to, false));
  }

  void datagram() {
    const unsigned from = below(traffic_.hosts);
    const unsigned to = below(traffic_.hosts);
    const bool v6 = chance(20);
    const auto port = static_cast<std::uint16_t>(40'000 + below(4));
    const unsigned what = below(10);
    if (what < 3) {
      emit(ip(from, to, v6).udp(port, 53).payload(kDnsQuestion));
      if (chance(70)) emit(ip(to, from, v6).udp(53, port).payload(kDnsAnswer));
    } else if (what < 5) {
      // Asked at one port, and answered from another one, which may be asked then.
      const bool tftp = chance(50);
      emit(ip(from, to, v6).udp(port, tftp ? 69 : 161).payload(chance(80) ? kReadRequest : "?"));
      if (chance(30)) time_ = time_ + seconds(below(12));
      const auto elsewhere = static_cast<std::uint16_t>(50'000 + below(2));
      emit(ip(to, from, v6).udp(elsewhere, port).payload("!"));
      if (chance(60)) emit(ip(from, to, v6).udp(port, elsewhere).payload("?"));
      if (chance(30)) emit(ip(to, from, v6).udp(elsewhere, port).payload("!"));
    } else if (what < 6) {
      emit(Eth().broadcast().ipv4(address(from, false), "255.255.255.255").udp(port, 67).payload("?"));
    } else if (what < 7) {
      emit(ip(from, to, v6).sctp(port, 5000).payload("x"));
    } else if (what < 8) {
      emit(ip(from, to, false).protocol(below(2) == 0 ? 2 : 103).payload("??"));
    } else {
      emit(ip(from, to, v6).udp(port, service()).payload(kSays[below(kSays.size())]));
    }
  }

  void echo() {
    const unsigned from = below(traffic_.hosts);
    const unsigned to = below(traffic_.hosts);
    const bool v6 = chance(20);
    emit(ip(from, to, v6).echo_request(1, static_cast<std::uint16_t>(below(3))));
    if (chance(60)) emit(ip(to, from, v6).echo_reply(1, static_cast<std::uint16_t>(below(3))));
  }

  // A host reports that a packet of some connection was not delivered.
  void refusal() {
    const Connection& about = connections_[below(connections_.size())];
    if (about.v6) return;
    const std::size_t side = below(2);
    const std::string from = address(about.host[side], false);
    const std::string to = address(about.host[1 - side], false);
    const Bytes quoted = Ip().ipv4(from, to).tcp(about.port[side], about.port[1 - side], kTcpSyn);
    emit(Eth()
             .ipv4(chance(50) ? to : std::string{"10.0.0.200"}, from)
             .unreachable(static_cast<std::uint8_t>(below(5)), quoted));
  }

  void fragments() {
    const unsigned from = below(traffic_.hosts);
    const unsigned to = below(traffic_.hosts);
    const auto port = static_cast<std::uint16_t>(40'000 + below(4));
    const auto id = static_cast<std::uint32_t>(1 + below(50));
    if (chance(85)) {
      PacketBuilder first = ip(from, to, false).fragment(0, true, id);
      if (chance(50)) {
        emit(first.udp(port, 5000).payload(kSays.back()));
      } else {
        emit(first.tcp(port, service(), kTcpAck).payload(kSays.back()));
      }
    }
    if (chance(20)) time_ = time_ + seconds(25 + below(10));
    for (unsigned count = below(3); count > 0; --count) {
      emit(ip(from, to, false).fragment(48 * count, count > 1, id).protocol(17).payload("more"));
    }
  }

  void emit(const Bytes& bytes) {
    CapturedFrame frame;
    frame.bytes = bytes;
    frame.time = time_;
    if (chance(2) && bytes.size() > 30) {
      frame.wire_length = static_cast<std::uint32_t>(bytes.size());
      frame.bytes.resize(14 + below(bytes.size() - 14));
    }
    frames_.push_back(frame);
    if (!chance(4)) return;
    frame.time = time_ + milliseconds(below(14));
    frames_.push_back(std::move(frame));
  }

  // Frames that come slightly late, and times that are wrong.
  void disorder() {
    for (std::size_t at = 1; at < frames_.size(); ++at) {
      if (chance(6)) std::swap(frames_[at - 1].bytes, frames_[at].bytes), swap_lengths(at);
      if (below(700) == 0) frames_[at].time = frames_[at].time + seconds(9'000);
      if (below(700) == 0) frames_[at].time = kStart + seconds(below(100));
    }
  }
  void swap_lengths(std::size_t at) { std::swap(frames_[at - 1].wire_length, frames_[at].wire_length); }

  const RandomTraffic& traffic_;
  std::mt19937 random_;
  std::vector<Connection> connections_;
  std::vector<CapturedFrame> frames_;
  Timestamp time_{kStart};
};

}  // namespace

std::vector<CapturedFrame> random_capture(const RandomTraffic& traffic) {
  return Maker(traffic).make();
}

}  // namespace portproof::test
