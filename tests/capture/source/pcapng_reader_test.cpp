#include "capture/source/pcapng_reader.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <vector>

#include "tests/capture/source/read_source.hpp"
#include "tests/capture/source/slow_bytes.hpp"
#include "tests/support/packet_builder.hpp"
#include "tests/support/pcap_writer.hpp"
#include "tests/support/pcapng_writer.hpp"

using namespace portproof;
using namespace portproof::test;

namespace {

constexpr std::uint64_t kStartUnits = 1'795'161'600'000'000'000;

CapturedFrame frame_of(std::size_t payload, Timestamp time = kStart, std::uint32_t interface = 0) {
  CapturedFrame frame;
  frame.bytes = Eth().ipv4("10.0.0.1", "10.0.0.2").udp(5000, 53).payload(Bytes(payload));
  frame.time = time;
  frame.interface_index = interface;
  return frame;
}

std::vector<CapturedFrame> frames_of(std::size_t count) {
  std::vector<CapturedFrame> frames;
  for (std::size_t index = 0; index < count; ++index) {
    frames.push_back(frame_of(index % 50, kStart + Duration{static_cast<std::int64_t>(index) * 1'000'009}));
    frames.back().wire_length = frames.back().length_on_wire() + static_cast<std::uint32_t>(index % 3);
  }
  return frames;
}

bool same(const CapturedFrame& left, const CapturedFrame& right) {
  return left.bytes == right.bytes && left.time == right.time &&
         left.length_on_wire() == right.length_on_wire() && left.link_type == right.link_type &&
         left.interface_index == right.interface_index;
}

bool same(const std::vector<CapturedFrame>& left, const std::vector<CapturedFrame>& right) {
  return std::equal(left.begin(), left.end(), right.begin(), right.end(),
                    [](const CapturedFrame& one, const CapturedFrame& other) { return same(one, other); });
}

// Bytes with a long run of zeroes inserted, which are never held in memory.
class Padded final : public ByteSource {
 public:
  Padded(Bytes bytes, std::size_t offset, std::size_t zeroes)
      : bytes_(std::move(bytes)), offset_(offset), zeroes_(zeroes) {}

  Expected<std::size_t> read(std::span<std::uint8_t> into) override {
    largest_read_ = std::max(largest_read_, into.size());
    if (position_ == offset_ && zeroes_ > 0) {
      const std::size_t count = std::min(into.size(), zeroes_);
      std::fill_n(into.begin(), count, std::uint8_t{0});
      zeroes_ -= count;
      return count;
    }
    const std::size_t end = position_ < offset_ ? offset_ : bytes_.size();
    const std::size_t count = std::min(into.size(), end - position_);
    std::copy_n(bytes_.begin() + static_cast<std::ptrdiff_t>(position_), count, into.begin());
    position_ += count;
    return count;
  }
  [[nodiscard]] std::size_t largest_read() const { return largest_read_; }

 private:
  Bytes bytes_;
  std::size_t offset_;
  std::size_t zeroes_;
  std::size_t position_{0};
  std::size_t largest_read_{0};
};

}  // namespace

TEST_CASE("pcapng in either byte order") {
  for (const bool big_endian : {false, true}) {
    CAPTURE(big_endian);
    const std::vector<CapturedFrame> frames = frames_of(3);
    PcapngWriter capture({.big_endian = big_endian});
    capture.add_interface({.name = "eth0"});
    for (const CapturedFrame& frame : frames) capture.add(frame);
    CHECK(PcapngReader::recognises(capture.bytes()));
    const ReadSource read = read_source(capture.bytes());
    CHECK(read.outcome == ReadOutcome::end);
    CHECK(same(read.frames, frames));
    CHECK(read.numbers == std::vector<std::uint64_t>{1, 2, 3});
    CHECK(read.facts.format == "pcapng");
    CHECK(read.facts.bytes == capture.bytes().size());
    CHECK(read.facts.link_types == std::vector<LinkType>{kLinkEthernet});
    CHECK(read.facts.lengths_corrected == 0);
  }
}

TEST_CASE("sections of different byte order may follow each other, and interfaces are numbered across them") {
  PcapngWriter capture;
  capture.add_interface();
  capture.add_interface({.link_type = 101});
  capture.add(frame_of(1, kStart, 1));
  capture.begin_section({.big_endian = true, .minor = 2});
  capture.add_interface({.link_type = 113});
  capture.add(frame_of(2, kStart + milliseconds(1)));
  capture.begin_section();
  capture.add_interface({.link_type = 101});
  capture.add(frame_of(3, kStart + milliseconds(2)));
  const ReadSource read = read_source(capture.bytes());
  CHECK(read.outcome == ReadOutcome::end);
  REQUIRE(read.frames.size() == 3);
  CHECK(read.numbers == std::vector<std::uint64_t>{1, 2, 3});
  const std::vector<std::pair<std::uint32_t, LinkType>> expected{{1, 101}, {2, 113}, {3, 101}};
  for (std::size_t index = 0; index < expected.size(); ++index) {
    CAPTURE(index);
    CHECK(read.frames[index].interface_index == expected[index].first);
    CHECK(read.frames[index].link_type == expected[index].second);
    CHECK(read.frames[index].bytes == frame_of(index + 1).bytes);
    CHECK(read.frames[index].time == kStart + milliseconds(static_cast<std::int64_t>(index)));
  }
  CHECK(read.facts.link_types == std::vector<LinkType>{1, 101, 113});
}

TEST_CASE("each interface has its own clock and link type, wherever it is described") {
  PcapngWriter capture;
  capture.add_interface({.link_type = 1, .snap_length = 96, .time_unit = 6});
  capture.add_interface({.link_type = 113, .snap_length = 0, .time_unit = 0, .time_offset = 7});
  const Bytes packet{1, 2, 3, 4, 5};
  capture.add_enhanced(0, 1'700'000'000'000'001, packet);
  capture.add_enhanced(1, 1'700'000'000, packet);
  capture.add_interface({.link_type = 12, .time_unit = 0x80 | 20});
  capture.add_enhanced(2, (std::uint64_t{1'700'000'000} << 20U) + (1U << 19U), packet);
  capture.add_enhanced(0, 1'700'000'000'000'002, packet, 5'000);
  const ReadSource read = read_source(capture.bytes());
  REQUIRE(read.frames.size() == 4);
  CHECK(read.frames[0].time == Timestamp::from_parts(1'700'000'000, 1'000));
  CHECK(read.frames[1].time == Timestamp::from_parts(1'700'000'007, 0));
  CHECK(read.frames[2].time == Timestamp::from_parts(1'700'000'000, 500'000'000));
  CHECK(read.frames[3].time == Timestamp::from_parts(1'700'000'000, 2'000));
  CHECK(read.frames[2].link_type == 12);
  CHECK(read.frames[3].wire_length == 5'000);
  CHECK(read.frames[3].bytes == packet);
  CHECK(read.facts.link_types == std::vector<LinkType>{1, 113, 12});
}

TEST_CASE(
    "simple packets are cut to the first interface's snap length, and carry the time of the packet before") {
  PcapngWriter capture;
  capture.add_interface({.link_type = 101, .snap_length = 5});
  capture.add_interface({.link_type = 1});
  capture.add_simple({1, 2, 3});
  capture.add_enhanced(1, kStartUnits, {9});
  capture.add_simple({1, 2, 3, 4, 5}, 60);
  const ReadSource read = read_source(capture.bytes());
  CHECK(read.outcome == ReadOutcome::end);
  REQUIRE(read.frames.size() == 3);
  CHECK(read.frames[0].bytes == Bytes{1, 2, 3});
  CHECK(read.frames[0].time == Timestamp{});
  CHECK(read.frames[2].bytes == Bytes{1, 2, 3, 4, 5});
  CHECK(read.frames[2].wire_length == 60);
  CHECK(read.frames[2].time == kStart);
  CHECK(read.facts.untimed == 1);  // the first has no time to share
  CHECK(read.frames[2].link_type == 101);
}

TEST_CASE("a snap length of zero means no limit") {
  PcapngWriter capture;
  capture.add_interface();
  capture.add_simple(Bytes(1'000, 7));
  CHECK(read_source(capture.bytes()).frames.at(0).bytes == Bytes(1'000, 7));
}

TEST_CASE("the obsolete packet block is read as well") {
  for (const bool big_endian : {false, true}) {
    PcapngWriter capture({.big_endian = big_endian});
    capture.add_interface({.link_type = 1});
    capture.add_interface({.link_type = 101});
    capture.add_obsolete(1, 0xffff, kStartUnits + 5, {1, 2, 3});
    const ReadSource read = read_source(capture.bytes());
    REQUIRE(read.frames.size() == 1);
    CHECK(read.frames[0].bytes == Bytes{1, 2, 3});
    CHECK(read.frames[0].time == kStart + Duration{5});
    CHECK(read.frames[0].interface_index == 1);
    CHECK(read.frames[0].link_type == 101);
    CHECK(read.facts.kernel_dropped == 0);  // ffff: not counted
  }
}

TEST_CASE("a packet shorter on the wire than captured is corrected, and counted") {
  PcapngWriter capture;
  capture.add_interface();
  capture.add_enhanced(0, kStartUnits, Bytes(60), 42);
  const ReadSource read = read_source(capture.bytes());
  CHECK(read.frames.at(0).wire_length == 60);
  CHECK(read.facts.lengths_corrected == 1);
}

TEST_CASE("other blocks of any size are skipped, and count no frame unless Wireshark counts one") {
  PcapngWriter capture;
  capture.add_interface();
  capture.add(frame_of(1));
  capture.add_block(10, Bytes(300, 1));                              // secrets
  capture.add_block(0x80000001, Bytes(40, 2));                       // for local use
  capture.add_block(4711, Bytes(3 * ByteWindow::kBlock + 5, 0x0a));  // unknown
  capture.add(frame_of(2));
  capture.add_block(0x0bad, Bytes(8, 3));  // custom
  capture.add_block(0x40000bad, Bytes(2 * ByteWindow::kBlock, 3));
  capture.add_block(9, Bytes(8, 3));  // journal
  capture.add(frame_of(3));
  const ReadSource read = read_source(capture.bytes());
  CHECK(read.outcome == ReadOutcome::end);
  CHECK(read.frames.size() == 3);
  CHECK(read.numbers == std::vector<std::uint64_t>{1, 2, 6});
  CHECK(read.facts.bytes == capture.bytes().size());
  // Those that may hold packets are unread.
  CHECK(read.facts.unread.lines() == std::vector<UnreadCount>{{UnreadKind::unknown_block, 0x0bad, 1, 3},
                                                              {UnreadKind::unknown_block, 4711, 1, 2},
                                                              {UnreadKind::unknown_block, 0x40000bad, 1, 4},
                                                              {UnreadKind::unknown_block, 0x80000001, 1, 2}});
}

TEST_CASE("the filters that interfaces were captured with are facts") {
  PcapngWriter capture;
  capture.add_interface({.filter = "tcp port 1494"});
  capture.add_interface();
  capture.add_interface({.filter = "tcp port 1494"});
  capture.add_interface({.filter = "udp"});
  Bytes compiled = capture.u16(1);
  append(compiled, capture.u16(0));
  append(compiled, capture.u32(0));
  append(compiled, capture.option(11, {1, 0, 0, 0}));
  capture.add_block(1, compiled);
  CHECK(read_source(capture.bytes()).facts.kernel_filter == "tcp port 1494; udp; a compiled filter");

  PcapngWriter without;
  without.add_interface();
  CHECK(read_source(without.bytes()).facts.kernel_filter.empty());

  PcapngWriter many;
  for (int number = 0; number < 100; ++number) {
    many.add_interface({.filter = std::string(3000, 'x') + std::to_string(number)});
    many.add_interface({.filter = std::to_string(number) + std::string(3000, 'x')});
  }
  CHECK(read_source(many.bytes()).facts.kernel_filter.size() < 20'000);
}

TEST_CASE("a large unknown block is not held in memory") {
  // Zeroes between two ends, generated on demand.
  constexpr std::uint32_t kLength = 256U << 20U;
  PcapngWriter capture;
  capture.add_interface();
  capture.add_block(4711, {}, kLength);
  capture.add_enhanced(0, 1, {1, 2, 3, 4});
  const std::size_t behind_head = capture.block_edges().at(2) + 8;
  auto bytes = std::make_unique<Padded>(capture.bytes(), behind_head, kLength - 12);
  const Padded& kept = *bytes;
  auto source = open_capture(std::move(bytes), "x");
  REQUIRE(source);
  const ReadSource read = read_source(**source);
  CHECK(read.outcome == ReadOutcome::end);
  REQUIRE(read.frames.size() == 1);
  CHECK(read.frames[0].bytes == Bytes{1, 2, 3, 4});
  CHECK(kept.largest_read() <= ByteWindow::kBlock);
}

TEST_CASE("malformed options end their list and do no harm") {
  PcapngWriter capture;
  Bytes interface = capture.u16(1);
  append(interface, capture.u16(0));
  append(interface, capture.u32(0));
  append(interface, capture.u16(9));    // if_tsresol
  append(interface, capture.u16(400));  // of 400 bytes
  append(interface, capture.u32(9));
  capture.add_block(1, interface);
  capture.add_enhanced(0, 1'000'000, {1}, 1, Bytes{4, 0, 8, 0});
  const ReadSource read = read_source(capture.bytes());
  CHECK(read.outcome == ReadOutcome::end);
  CHECK(read.frames.at(0).time == Timestamp::from_parts(1, 0));
}

TEST_CASE("a section without packets or interfaces is still a capture") {
  const ReadSource read = read_source(PcapngWriter().bytes());
  CHECK(read.outcome == ReadOutcome::end);
  CHECK(read.frames.empty());
  CHECK(read.facts.link_types.empty());
}

TEST_CASE("pcap and pcapng of the same frames give the same frames") {
  for (const bool big_endian : {false, true}) {
    for (const std::size_t count : {0U, 1U, 255U, 256U, 257U, 3'000U}) {
      const std::vector<CapturedFrame> frames = frames_of(count);
      PcapWriter pcap({.big_endian = big_endian, .nanoseconds = true});
      PcapngWriter pcapng({.big_endian = big_endian});
      pcapng.add_interface();
      for (const CapturedFrame& frame : frames) {
        pcap.add(frame);
        pcapng.add(frame);
      }
      const ReadSource from_pcap = read_source(pcap.bytes());
      const ReadSource from_pcapng = read_source(pcapng.bytes());
      CHECK(same(from_pcap.frames, from_pcapng.frames));
      CHECK(same(from_pcapng.frames, frames));
      CHECK(from_pcap.numbers == from_pcapng.numbers);
    }
  }
}

TEST_CASE("pcapng loses nothing at the window's edges, however the bytes arrive") {
  PcapngWriter capture;
  capture.add_interface();
  const std::size_t count = 3 * ByteWindow::kBlock / 1'000;
  for (std::size_t index = 0; index < count; ++index) {
    capture.add_enhanced(0, index, Bytes(960 + index % 13, static_cast<std::uint8_t>(index)));
  }
  for (const std::size_t piece : {1'000U, 65'536U, 1U << 24U}) {
    CAPTURE(piece);
    const ReadSource read = read_source(std::make_unique<SlowBytes>(capture.bytes(), piece));
    CHECK(read.outcome == ReadOutcome::end);
    REQUIRE(read.frames.size() == count);
    for (std::size_t index = 0; index < count; ++index) {
      const Bytes expected(960 + index % 13, static_cast<std::uint8_t>(index));
      if (read.frames[index].bytes != expected) FAIL_CHECK("frame " << index + 1 << " differs");
    }
  }
}

TEST_CASE("a million interfaces are read in bounded time and memory, more are refused") {
  PcapngWriter capture;
  const std::size_t header = capture.bytes().size();
  capture.add_interface({.link_type = 1, .time_unit = {}});
  Bytes bytes = capture.bytes();
  const Bytes description(bytes.begin() + static_cast<std::ptrdiff_t>(header), bytes.end());
  bytes.reserve(bytes.size() + kMostPcapngInterfaces * description.size() + 1'000);
  for (std::size_t index = 1; index < kMostPcapngInterfaces; ++index) {
    append(bytes, description);
    // Every link type that exists, so that telling new ones from known ones must be quick too.
    bytes[bytes.size() - 12] = static_cast<std::uint8_t>(index);
    bytes[bytes.size() - 11] = static_cast<std::uint8_t>(index >> 8U);
  }
  PcapngWriter packet;
  packet.add_enhanced(kMostPcapngInterfaces - 1, 5, {1, 2});
  bytes.insert(bytes.end(), packet.bytes().begin() + static_cast<std::ptrdiff_t>(header),
               packet.bytes().end());
  const ReadSource read = read_source(bytes);
  CHECK(read.outcome == ReadOutcome::end);
  CHECK(read.frames.at(0).interface_index == kMostPcapngInterfaces - 1);
  CHECK(read.frames.at(0).link_type == 0xffff);
  CHECK(read.facts.link_types.size() == 65'536);

  append(bytes, description);
  const ReadSource refused = read_source(bytes);
  CHECK(refused.outcome == ReadOutcome::failed);
  CHECK(refused.frames.size() == 1);
  CHECK(refused.error.find("more interfaces than the limit of 1048576") != std::string::npos);
}
