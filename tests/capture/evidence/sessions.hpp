// A small busy estate: frames of well-behaved sessions, interleaved in time order. A well-behaved session
// opens before it sends data, ends within seconds once it begins to close, and reuses its ports only after a
// reset. Its sequence numbers are right; now and then a segment with data is sent again, and silence is
// bridged by keep-alives. Some datagrams come in fragments. Frames may be lost at random, but for the RST and
// the SYN between two connections on the same ports.
#pragma once

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "capture/evidence/evidence.hpp"
#include "capture/observe/observe.hpp"
#include "tests/support/memory_source.hpp"
#include "tests/support/packet_builder.hpp"

namespace portproof::test {

class Sessions {
 public:
  explicit Sessions(std::uint32_t seed) : random_(seed), losses_(seed) {}

  // The capture loses each frame with this chance, in percent. The sessions are the same as without.
  void lose(unsigned percent) { lost_percent_ = percent; }

  // Each frame is captured again within 10 ms with this chance, in percent.
  void copy(unsigned percent) { copied_percent_ = percent; }

  // About `count` sessions over `span`, and a beat every few seconds, because a span port is never silent.
  std::vector<CapturedFrame> make(int count, Duration span) {
    for (int session = 0; session < count; ++session) {
      now_ = kStart +
             Duration{static_cast<std::int64_t>(random_() % static_cast<std::uint64_t>(span.nanoseconds))};
      add_session();
    }
    Timestamp end = kStart;
    for (const CapturedFrame& frame : frames_) end = std::max(end, frame.time);
    for (Timestamp beat = kStart; beat < end; beat = beat + seconds(20)) {
      frames_.push_back({.bytes = Eth().arp("10.0.0.1", "10.0.0.2"), .time = beat});
    }
    std::stable_sort(
        frames_.begin(), frames_.end(),
        [](const CapturedFrame& left, const CapturedFrame& right) { return left.time < right.time; });
    return frames_;
  }

 private:
  unsigned below(unsigned limit) { return static_cast<unsigned>(random_() % limit); }
  void wait(unsigned most_milliseconds) { now_ = now_ + milliseconds(1 + below(most_milliseconds)); }

  void add(const PacketBuilder& frame) {
    if (lost_percent_ > 0 && losses_() % 100 < lost_percent_ && !is_spared_) return;
    frames_.push_back({.bytes = frame.bytes(), .time = now_});
    if (copied_percent_ == 0 || losses_() % 100 >= copied_percent_) return;
    frames_.push_back({.bytes = frame.bytes(), .time = now_ + milliseconds(losses_() % 10)});
  }

  PacketBuilder there() { return Eth().ipv4(client_, server_); }
  PacketBuilder back() { return Eth().ipv4(server_, client_); }

  void add_session() {
    client_ = "10.0.1." + std::to_string(1 + below(3));
    server_ = "10.0.2." + std::to_string(1 + below(2));
    client_port_ = static_cast<std::uint16_t>(40'000 + next_port_++);
    server_port_ = below(2) == 0 ? 1494 : 443;
    begin_numbers();
    switch (below(8)) {
      case 0:
        return unanswered();
      case 1:
        return refused();
      case 2:
        return under_way();
      case 3:
        return datagrams();
      case 4:
        return echoes();
      default:
        return connection();
    }
  }

  PacketBuilder segment_there(int flags, std::uint32_t sequence) {
    PacketBuilder segment = there().tcp(client_port_, server_port_, flags).seq(sequence);
    return (flags & kTcpAck) != 0 ? segment.ack(server_next_) : segment;
  }
  PacketBuilder segment_back(int flags, std::uint32_t sequence) {
    PacketBuilder segment = back().tcp(server_port_, client_port_, flags).seq(sequence);
    return (flags & kTcpAck) != 0 ? segment.ack(client_next_) : segment;
  }
  // SYN and FIN take a number like a byte.
  static std::uint32_t numbers_of(int flags, std::string_view payload) {
    const int control = (flags & kTcpSyn) / kTcpSyn + (flags & kTcpFin) / kTcpFin;
    return static_cast<std::uint32_t>(control) + static_cast<std::uint32_t>(payload.size());
  }
  // Data are sent again now and then.
  void capture(const PacketBuilder& segment, std::string_view payload) {
    add(segment);
    if (payload.empty() || below(8) != 0) return;
    wait(50);
    add(segment);
  }

  void tcp_there(int flags, std::string_view payload = {}) {
    capture(segment_there(flags, client_next_).payload(payload), payload);
    client_next_ += numbers_of(flags, payload);
  }
  void tcp_back(int flags, std::string_view payload = {}) {
    capture(segment_back(flags, server_next_).payload(payload), payload);
    server_next_ += numbers_of(flags, payload);
  }
  void keep_alive() {
    wait(1000);
    add(segment_there(kTcpAck, client_next_ - 1));
    wait(5);
    add(segment_back(kTcpAck, server_next_));
  }
  void begin_numbers() {
    client_next_ = static_cast<std::uint32_t>(random_());
    server_next_ = static_cast<std::uint32_t>(random_());
  }

  void unanswered() {
    const std::uint32_t first = client_next_;
    for (const unsigned pause : {1000U, 2000U, 4000U}) {
      client_next_ = first;
      tcp_there(kTcpSyn);
      now_ = now_ + milliseconds(pause);
    }
  }

  void refused() {
    for (int attempt = 0; attempt < 2; ++attempt) {
      begin_numbers();
      tcp_there(kTcpSyn);
      wait(5);
      tcp_back(kTcpRst | kTcpAck);
      wait(500);
    }
  }

  void talk() {
    constexpr std::string_view kRequests[] = {"GET / HTTP/1.1\r\nHost: a.example\r\n\r\n",
                                              "GET / HTTP/1.1\r\nHost: b.example\r\n\r\n", "SSH-2.0-x\r\n",
                                              "...."};
    tcp_there(kTcpAck | kTcpPsh, kRequests[below(4)]);
    // Now and then for longer than any timeout except TCP's.
    const unsigned rounds = below(6);
    for (unsigned round = 0; round < rounds; ++round) {
      wait(below(10) == 0 ? 200'000 : 3000);
      tcp_back(kTcpAck, "....");
      wait(100);
      tcp_there(kTcpAck);
      if (below(4) == 0) keep_alive();
    }
  }

  void hang_up() {
    tcp_there(kTcpFin | kTcpAck);
    wait(100);
    tcp_back(kTcpFin | kTcpAck);
    wait(100);
    tcp_there(kTcpAck);
    wait(100);
  }

  void connection() {
    const unsigned times = 1 + below(2);  // perhaps once more from the same port
    for (unsigned time = 0; time < times; ++time) {
      begin_numbers();
      is_spared_ = time > 0;
      tcp_there(kTcpSyn);
      is_spared_ = false;
      if (below(4) == 0) {
        now_ = now_ + seconds(1);
        --client_next_;
        tcp_there(kTcpSyn);
      }
      wait(5);
      tcp_back(kTcpSyn | kTcpAck);
      wait(5);
      tcp_there(kTcpAck);
      talk();
      wait(2000);
      if (time + 1 == times) return hang_up();
      tcp_back(kTcpAck);
      wait(100);
      is_spared_ = true;
      tcp_there(kTcpRst | kTcpAck);
      is_spared_ = false;
      wait(100);
    }
  }

  void under_way() {
    if (below(3) == 0) keep_alive();
    if (below(2) == 0) tcp_back(kTcpAck, "....");
    talk();
    if (below(2) == 0) return hang_up();
    wait(100);
    tcp_back(kTcpAck);
  }

  // A datagram in three fragments, of which only the first has ports.
  void in_fragments() {
    ++fragmented_;
    constexpr std::uint8_t kUdp = 17;
    add(there().fragment(0, true, fragmented_).udp(client_port_, 53).payload("12345678"));
    wait(3);
    add(there().protocol(kUdp).fragment(16, true, fragmented_).payload("12345678"));
    wait(3);
    add(there().protocol(kUdp).fragment(24, false, fragmented_).payload("1234"));
  }

  void datagrams() {
    const unsigned rounds = 1 + below(4);
    for (unsigned round = 0; round < rounds; ++round) {
      if (below(3) == 0) {
        in_fragments();
      } else {
        add(there().udp(client_port_, 53).payload("?"));
      }
      wait(50);
      if (below(4) > 0) add(back().udp(53, client_port_).payload("!"));
      wait(below(3) == 0 ? 250'000 : 1000);
    }
  }

  void echoes() {
    const unsigned rounds = 1 + below(3);
    for (unsigned round = 0; round < rounds; ++round) {
      add(there().echo_request());
      wait(50);
      add(back().echo_reply());
      wait(below(3) == 0 ? 90'000 : 1000);
    }
  }

  std::mt19937 random_;
  std::mt19937 losses_;  // and copies, of their own, so that sessions are the same with and without
  unsigned lost_percent_{0};
  unsigned copied_percent_{0};
  bool is_spared_{false};
  Timestamp now_{kStart};
  std::string client_;
  std::string server_;
  std::uint16_t client_port_{0};
  std::uint16_t server_port_{0};
  std::uint16_t next_port_{0};
  std::uint32_t fragmented_{0};
  std::uint32_t client_next_{0};  // sequence numbers
  std::uint32_t server_next_{0};
  std::vector<CapturedFrame> frames_;
};

inline Evidence observe_frames(std::vector<CapturedFrame> frames, const std::string& path = "whole") {
  MemorySource source(std::move(frames));
  source.set_path(path);
  return observe(source, {});
}

// Frames [from, to) as an input of their own.
inline Evidence observe_part(const std::vector<CapturedFrame>& frames, std::size_t from, std::size_t to) {
  const auto begin = frames.begin();
  return observe_frames({begin + static_cast<std::ptrdiff_t>(from), begin + static_cast<std::ptrdiff_t>(to)},
                        "part");
}

}  // namespace portproof::test
