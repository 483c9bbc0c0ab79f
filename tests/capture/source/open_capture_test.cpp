#include "capture/source/open_capture.hpp"

#include <doctest/doctest.h>

#include <string_view>
#include <vector>

#include "tests/capture/source/scratch_file.hpp"
#include "tests/capture/source/slow_bytes.hpp"
#include "tests/support/packet_builder.hpp"
#include "tests/support/pcap_writer.hpp"

using namespace portproof;
using namespace portproof::test;
using namespace std::string_view_literals;

namespace {

std::string refusal(std::string_view content) {
  const Bytes bytes(content.begin(), content.end());
  const auto source = open_capture(bytes_in_memory(bytes), "x");
  REQUIRE_FALSE(source);
  CHECK(source.error().kind == ErrorKind::bad_data);
  return message(source.error());
}

}  // namespace

TEST_CASE("a capture is recognised by its content, not by its name") {
  PcapWriter capture;
  capture.add(Eth().ipv4("10.0.0.1", "10.0.0.2").udp(5000, 53));
  const ScratchFile file(capture.bytes());
  const auto source = open_capture(file.path());
  REQUIRE(source);
  CHECK((*source)->facts().format == "pcap");
  CHECK((*source)->facts().path == file.path());
  CHECK((*source)->facts().link_types == std::vector<LinkType>{kLinkEthernet});
}

TEST_CASE("a capture may arrive one byte at a time") {
  PcapWriter capture;
  capture.add(Eth().ipv4("10.0.0.1", "10.0.0.2").udp(5000, 53));
  const auto source = open_capture(std::make_unique<SlowBytes>(capture.bytes(), 1), "-");
  REQUIRE(source);
  FrameBatch batch;
  CHECK((*source)->next(batch) == ReadOutcome::frames);
  CHECK(batch.size == 1);
  CHECK((*source)->next(batch) == ReadOutcome::end);
}

TEST_CASE("a file that is not a capture is reported in one line") {
  struct Row {
    std::string_view content;
    const char* refusal;
  };
  const std::vector<Row> rows{
      {"", "x: is empty; a capture has at least a file header"},
      {"frame,time\n1,2\n", "x: is a text file, not a capture"},
      {"a", "x: is a text file, not a capture"},
      {"\x0a\x0d\x0d\x0a\x1c\0\0\0"sv,
       "x: is cut within the pcapng section header: 8 of 28 bytes are present"},
      {"\x34\xcd\xb2\xa1\x02\0\x04\0"sv, "x: is cut within the pcap file header: 8 of 24 bytes are present"},
      {"snoop\0\0\0\0\0\0\2"sv, "x: is a snoop capture, which cannot be read yet; convert it to pcap first"},
      {"\x1f\x8b\x08"sv,
       "x: the gzip stream ends early, after 3 bytes: it was cut, or is still being written; "
       "everything before that was read, except at most a few hundred bytes right before the cut"},
      {"BZh91AY"sv, "x: is compressed with bzip2, which cannot be read here; decompress it first"},
      {"PK\3\4\x14"sv, "x: is a ZIP archive, which cannot be read here; unpack it first"},
      {"Rar!\x1a\7\1"sv, "x: is a RAR archive, which cannot be read here; unpack it first"},
      {"\4\1\x28\0NetScaler V20 Performance Data\0"sv,
       "x: is not a capture in a known format; it begins with 04 01 28 00 4e 65 74 53"},
      {"\x7f"
       "ELF\2\1\1\0\0"sv,
       "x: is not a capture in a known format; it begins with 7f 45 4c 46 02 01 01 00"},
      {"\xd4\xc3\xb2"sv, "x: is not a capture in a known format; it begins with d4 c3 b2"},
      {"\xd4\xc3\xb2\xa1\x02\0\x04\0"sv, "x: is cut within the pcap file header: 8 of 24 bytes are present"},
      {"\xd4\xc3\xb2\xa1\x03\0\x07\0\0\0\0\0\0\0\0\0\0\0\4\0\1\0\0\0"sv,
       "x: is pcap version 3.7; only version 2 can be read"},
  };
  for (const Row& row : rows) CHECK(refusal(row.content) == row.refusal);
}

TEST_CASE("an input that cannot be read at all keeps its error") {
  const Error fault{ErrorKind::io, "reading failed: Input/output error", "x"};
  for (const std::size_t size : {0U, 10U}) {
    const Bytes magic{0xd4, 0xc3, 0xb2, 0xa1, 2, 0, 4, 0, 0, 0};
    const auto source =
        open_capture(std::make_unique<SlowBytes>(std::span(magic).first(size), 100, &fault), "x");
    REQUIRE_FALSE(source);
    CHECK(source.error() == fault);
  }
  const auto missing = open_capture("/nonexistent.pcap");
  REQUIRE_FALSE(missing);
  CHECK(missing.error().kind == ErrorKind::input_missing);
}
