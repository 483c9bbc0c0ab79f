#include "capture/source/internal/pcapng_names.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>

#include "capture/source/internal/pcapng_fault.hpp"
#include "tests/capture/source/read_source.hpp"
#include "tests/support/pcapng_writer.hpp"

using namespace portproof;
using namespace portproof::test;
using namespace std::string_view_literals;

namespace {

const Bytes kV4{10, 0, 0, 1};
const Bytes kV6{0xfd, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 9};

}  // namespace

TEST_CASE("pcapng carries names") {
  for (const bool big_endian : {false, true}) {
    PcapngWriter capture({.big_endian = big_endian});
    Bytes records = capture.name_record(1, kV4, "ddc1.example\0ddc1\0"sv);
    append(records, capture.name_record(3, {1, 2, 3, 4, 5, 6}, "a MAC address\0"sv));
    append(records, capture.name_record(2, kV6, "vda\0"sv));
    capture.add_names(records);
    capture.add_names(capture.name_record(1, kV4, "without its end"));
    const ReadSource read = read_source(capture.bytes());
    CHECK(read.outcome == ReadOutcome::end);
    const std::vector<NameRecord> expected{{*parse_ip_address("10.0.0.1"), "ddc1.example"},
                                           {*parse_ip_address("10.0.0.1"), "ddc1"},
                                           {*parse_ip_address("fd00::9"), "vda"},
                                           {*parse_ip_address("10.0.0.1"), "without its end"}};
    CHECK(read.facts.names == expected);
    CHECK(read.facts.names_omitted == 0);
  }
}

TEST_CASE("a hostile name is kept byte for byte") {
  PcapngWriter capture;
  capture.add_names(capture.name_record(1, kV4, "\x1b[2J\xff\n=1+1\0"sv));
  CHECK(read_source(capture.bytes()).facts.names.at(0).name == "\x1b[2J\xff\n=1+1");
}

TEST_CASE("names that are empty, too long or too many") {
  PcapngWriter capture;
  capture.add_names(capture.name_record(1, kV4, "\0\0\0"sv));
  capture.add_names(capture.name_record(1, kV4, {}));
  capture.add_names(capture.name_record(1, kV4, std::string(255, 'a')));
  capture.add_names(capture.name_record(1, kV4, std::string(256, 'a')));
  ReadSource read = read_source(capture.bytes());
  CHECK(read.facts.names.size() == 1);
  CHECK(read.facts.names_omitted == 1);

  std::string names;
  for (int index = 0; index < 30'000; ++index) names += std::string("x") + '\0';
  for (int block = 0; block < 3; ++block) capture.add_names(capture.name_record(1, kV4, names));
  read = read_source(capture.bytes());
  CHECK(read.facts.names.size() == kMostNameRecords);
  CHECK(read.facts.names_omitted == 1 + 90'001 - kMostNameRecords);
}

TEST_CASE("a block of names too large to hold is skipped, and counted") {
  PcapngWriter capture;
  capture.add_block(4, Bytes(kLargestPcapngBlock));
  capture.add_names(capture.name_record(1, kV4, "one"));
  const ReadSource read = read_source(capture.bytes());
  CHECK(read.outcome == ReadOutcome::end);
  CHECK(read.facts.names.size() == 1);
  CHECK(read.facts.names_omitted == 1);
}

TEST_CASE("malformed records end their list and do no harm") {
  PcapngWriter capture;
  capture.add_interface();
  Bytes records = capture.name_record(1, kV4, "one");
  append(records, capture.u16(1));
  append(records, capture.u16(400));
  append(records, kV4);
  capture.add_block(4, records);
  capture.add_block(4, {});
  capture.add_block(4, capture.name_record(1, {10, 0}, {}));
  capture.add_block(4, capture.name_record(2, kV4, "too short"));
  capture.add_enhanced(0, 1, {1});
  const ReadSource read = read_source(capture.bytes());
  CHECK(read.outcome == ReadOutcome::end);
  CHECK(read.frames.size() == 1);
  CHECK(read.facts.names.size() == 1);
}
