#include "capture/source/internal/pcap_layout.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "tests/capture/source/read_source.hpp"
#include "tests/support/bytes.hpp"

using namespace portproof;
using namespace portproof::test;

namespace {

// A capture of three packets as one member of the pcap family lays it out.
struct Member {
  const char* what;
  std::uint32_t magic;
  std::uint16_t major{2};
  std::uint16_t minor{4};
  std::uint32_t network{1};
  std::size_t more_file_header{0};
  std::size_t more_record_header{0};
  std::size_t padding{0};
  bool wire_length_first{false};
  // The expected contents.
  const char* format{"pcap"};
  LinkType link_type{1};
  std::int64_t nanoseconds{123'456'000};
};

class Writer {
 public:
  explicit Writer(bool big_endian) : big_endian_(big_endian) {}

  void number(std::uint32_t value, std::size_t size = 4) {
    for (std::size_t index = 0; index < size; ++index) {
      const std::size_t shift = 8 * (big_endian_ ? size - 1 - index : index);
      bytes.push_back(static_cast<std::uint8_t>(value >> shift));
    }
  }

  void file_header(const Member& member) {
    number(member.magic);
    number(member.major, 2);
    number(member.minor, 2);
    for (const std::uint32_t value : {0U, 0U, 65'535U, member.network}) number(value);
    bytes.resize(bytes.size() + member.more_file_header, 0x11);
  }

  void record(const Member& member, std::uint32_t second, const Bytes& packet, std::uint32_t wire) {
    const auto captured = static_cast<std::uint32_t>(packet.size() + member.padding);
    wire += static_cast<std::uint32_t>(member.padding);
    number(second);
    number(123'456);
    number(member.wire_length_first ? wire : captured);
    number(member.wire_length_first ? captured : wire);
    const Bytes more{1, 0, 0, 0, 8, 0, 4, 0, 0, 0, 0, 0};
    bytes.insert(bytes.end(), more.begin(),
                 more.begin() + static_cast<std::ptrdiff_t>(member.more_record_header));
    bytes.resize(bytes.size() + member.padding);
    append(bytes, packet);
  }

  Bytes bytes;

 private:
  bool big_endian_;
};

const Bytes kPacket = [] {
  Bytes packet(60, 0xa5);
  for (std::size_t index = 0; index < 6; ++index) packet[index] = 0xff;
  return packet;
}();

const std::vector<Member> kMembers{
    {.what = "standard", .magic = 0xa1b2c3d4},
    {.what = "nanoseconds", .magic = 0xa1b23c4d, .nanoseconds = 123'456},
    {.what = "Kuznetzov",
     .magic = 0xa1b2cd34,
     .more_record_header = 8,
     .format = "pcap (Kuznetzov's patches)"},
    {.what = "SuSE 6.3",
     .magic = 0xa1b2cd34,
     .more_record_header = 12,
     .format = "pcap (Kuznetzov's patches)"},
    {.what = "Red Hat 6.1",
     .magic = 0xa1b2c3d4,
     .more_record_header = 8,
     .format = "pcap (Kuznetzov's patches)"},
    {.what = "Nokia", .magic = 0xa1b2c3d4, .more_record_header = 4, .format = "pcap (Nokia)"},
    {.what = "IXIA hardware",
     .magic = 0x1c0001ac,
     .more_file_header = 4,
     .format = "pcap (IXIA lcap)",
     .nanoseconds = 123'456},
    {.what = "IXIA software", .magic = 0x1c0001ab, .more_file_header = 4, .format = "pcap (IXIA lcap)"},
    {.what = "AIX, Ethernet",
     .magic = 0xa1b2c3d4,
     .minor = 2,
     .network = 6,
     .wire_length_first = true,
     .format = "pcap (AIX)",
     .link_type = 1,
     .nanoseconds = 123'456},
    {.what = "AIX, FDDI",
     .magic = 0xa1b2c3d4,
     .minor = 2,
     .network = 15,
     .padding = 3,
     .wire_length_first = true,
     .format = "pcap (AIX)",
     .link_type = 10,
     .nanoseconds = 123'456},
    {.what = "AIX, loopback",
     .magic = 0xa1b2c3d4,
     .minor = 2,
     .network = 24,
     .format = "pcap (AIX)",
     .link_type = 0,
     .nanoseconds = 123'456},
    {.what = "version 2.2 of the standard", .magic = 0xa1b2c3d4, .minor = 2, .wire_length_first = true},
    {.what = "version 2.3", .magic = 0xa1b2c3d4, .minor = 3},
    {.what = "DG/UX", .magic = 0xa1b2c3d4, .major = 543, .minor = 0, .wire_length_first = true},
};

}  // namespace

TEST_CASE("every member of the pcap family is read, in both byte orders") {
  for (const Member& member : kMembers) {
    for (const bool big_endian : {false, true}) {
      CAPTURE(member.what);
      CAPTURE(big_endian);
      Writer writer(big_endian);
      writer.file_header(member);
      for (std::uint32_t second = 0; second < 3; ++second) {
        writer.record(member, 1'700'000'000 + second, kPacket, 1'514);
      }
      CHECK(is_pcap(writer.bytes));
      const ReadSource read = read_source(writer.bytes);
      CHECK(read.outcome == ReadOutcome::end);
      CHECK(read.facts.format == member.format);
      CHECK(read.facts.lengths_corrected == 0);
      REQUIRE(read.frames.size() == 3);
      for (std::size_t index = 0; index < 3; ++index) {
        const CapturedFrame& frame = read.frames[index];
        CHECK(frame.bytes == kPacket);
        CHECK(frame.wire_length == 1'514);
        CHECK(frame.link_type == member.link_type);
        CHECK(frame.time ==
              Timestamp::from_parts(1'700'000'000 + static_cast<std::int64_t>(index), member.nanoseconds));
      }
    }
  }
}

TEST_CASE("every member of the pcap family, cut at any byte, yields its whole records") {
  for (const Member& member : kMembers) {
    CAPTURE(member.what);
    Writer writer(false);
    writer.file_header(member);
    std::vector<std::size_t> edges{writer.bytes.size()};
    for (std::uint32_t second = 0; second < 6; ++second) {
      writer.record(member, 1'700'000'000 + second, kPacket, 1'514);
      edges.push_back(writer.bytes.size());
    }
    // Until the second record's header is there, two layouts cannot be distinguished.
    for (std::size_t size = edges[1] + 28; size <= writer.bytes.size(); ++size) {
      CAPTURE(size);
      const ReadSource read =
          read_source({writer.bytes.begin(), writer.bytes.begin() + static_cast<std::ptrdiff_t>(size)});
      const auto past = std::upper_bound(edges.begin(), edges.end(), size);
      CHECK(read.frames.size() == static_cast<std::size_t>(past - edges.begin()) - 1);
      CHECK(read.facts.cut_short == (*(past - 1) != size));
      CHECK(read.frames.at(0).bytes == kPacket);
    }
  }
}

TEST_CASE("a damaged standard capture is still read as standard") {
  const Member standard = kMembers.front();
  Writer writer(false);
  writer.file_header(standard);
  writer.record(standard, 1'700'000'000, kPacket, 60);
  const std::size_t edge = writer.bytes.size();
  // Disks leave zeroes behind, and a header of zeroes is plausible anywhere.
  for (const int filling : {0x00, 0xff, 0x20}) {
    CAPTURE(filling);
    writer.bytes.resize(edge);
    writer.number(1'700'000'000);
    writer.number(5'000'000);  // no microseconds
    writer.number(60);
    writer.number(60);
    writer.bytes.resize(edge + 1'000, static_cast<std::uint8_t>(filling));
    const ReadSource read = read_source(writer.bytes);
    CHECK(read.facts.format == "pcap");
    REQUIRE(read.frames.size() >= 2);
    CHECK(read.frames[0].bytes == kPacket);
    CHECK(read.frames[1].time == Timestamp::from_parts(1'700'000'005, 0));
  }
}

TEST_CASE("records beyond the snap length or out of time order are no reason to doubt the standard layout") {
  const Member standard = kMembers.front();
  Writer writer(false);
  writer.file_header(standard);
  writer.record(standard, 1'700'000'000, kPacket, 20);
  writer.record(standard, 5, Bytes(70'000), 70'000);
  writer.record(standard, 1'700'000'000, {}, 0);
  const ReadSource read = read_source(writer.bytes);
  CHECK(read.outcome == ReadOutcome::end);
  CHECK(read.facts.format == "pcap");
  CHECK(read.frames.size() == 3);
}
