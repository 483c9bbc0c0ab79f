#include "app/command/input_reader.hpp"

#include <doctest/doctest.h>

#include "tests/capture/source/compress.hpp"
#include "tests/support/packet_builder.hpp"
#include "tests/support/pcap_writer.hpp"
#include "tests/support/temporary_folder.hpp"

using namespace portproof;
using namespace portproof::test;

namespace {

Bytes capture() {
  PcapWriter writer;
  writer.add(Eth().ipv4("10.0.0.1", "10.0.0.2").udp(5000, 53).payload("question"));
  return writer.bytes();
}

Bytes cut_capture() {
  Bytes bytes = capture();
  bytes.resize(bytes.size() - 3);
  return bytes;
}

const Bytes kReadme{'r', 'e', 'a', 'd', ' ', 'm', 'e', '.', '\n'};

struct Reading {
  [[nodiscard]] InputEvidence of(const std::string& path) {
    return InputReader(options, progress, stop).read(path);
  }
  ReadingOptions options;
  Progress progress{0, 1};
  Stop stop;
};

}  // namespace

TEST_CASE("input reader: a capture, with its size and hash") {
  const TemporaryFolder folder;
  const std::string path = folder.save("a.pcap", capture());
  const InputEvidence read = Reading{}.of(path);
  CHECK(read.used);
  CHECK_FALSE(read.fault);
  REQUIRE(read.evidence.inputs.size() == 1);
  const Input& input = read.evidence.inputs[0];
  CHECK(input.path == path);
  CHECK(input.accounting.frames == 1);
  CHECK(input.bytes == capture().size());
  CHECK(input.sha256.size() == 64);
  CHECK(input.error.empty());
}

TEST_CASE("input reader: hashes only where it is asked to, or where an archive must be known again") {
  const TemporaryFolder folder;
  const std::string single = folder.save("a.pcap", capture());
  const std::string archive =
      folder.save("b.zip", packed_with(ArchiveFormat::zip, {{"b.cap", capture()}, {"c.cap", capture()}}));
  Reading reading;
  reading.options.hash = false;
  CHECK(reading.of(single).evidence.inputs[0].sha256.empty());
  CHECK(reading.of(archive).evidence.inputs[0].sha256.empty());
  reading.options.hash_archives = true;
  CHECK(reading.of(single).evidence.inputs[0].sha256.empty());
  const InputEvidence read = reading.of(archive);
  REQUIRE(read.evidence.inputs.size() == 2);
  CHECK(read.evidence.inputs[0].sha256.size() == 64);
  CHECK(read.evidence.inputs[0].sha256 == read.evidence.inputs[1].sha256);
}

TEST_CASE("input reader: what cannot be read is listed with its error, and is a gap") {
  const TemporaryFolder folder;
  const InputEvidence missing = Reading{}.of(folder.file("none.pcap"));
  CHECK_FALSE(missing.used);
  REQUIRE(missing.fault);
  CHECK(missing.fault->kind == ErrorKind::input_missing);
  REQUIRE(missing.evidence.inputs.size() == 1);
  CHECK(missing.evidence.inputs[0].error == missing.fault->what);
  CHECK(missing.evidence.inputs[0].gaps.cut_short == 1);

  const InputEvidence cut = Reading{}.of(folder.save("cut.pcap", cut_capture()));
  CHECK(cut.used);
  CHECK(cut.fault);
  REQUIRE(cut.evidence.inputs.size() == 1);
  CHECK_FALSE(cut.evidence.inputs[0].error.empty());
  CHECK(cut.evidence.inputs[0].gaps.cut_short == 1);
}

TEST_CASE("input reader: all captures of an archive, past one that is damaged") {
  const TemporaryFolder folder;
  const InputEvidence read = Reading{}.of(folder.save(
      "all.zip",
      packed_with(
          ArchiveFormat::zip,
          {{"a.cap", capture()}, {"cut.cap", cut_capture()}, {"README", kReadme}, {"z.cap", capture()}})));
  CHECK(read.used);
  CHECK(read.fault);
  CHECK_FALSE(read.holds_no_capture);
  CHECK(read.evidence.inputs.size() == 3);
  REQUIRE(read.skipped.size() == 1);
  CHECK(read.skipped[0] == folder.file("all.zip!README"));
}

TEST_CASE("input reader: an archive of other files holds no capture; many are named by the first") {
  const TemporaryFolder folder;
  std::vector<PackedFile> files;
  for (int number = 10; number < 40; ++number) files.push_back({std::to_string(number), kReadme});
  const InputEvidence read = Reading{}.of(folder.save("x.zip", packed_with(ArchiveFormat::zip, files)));
  CHECK(read.holds_no_capture);
  CHECK_FALSE(read.used);
  REQUIRE(read.fault);
  CHECK(read.fault->what == "is an archive that holds no capture");
  REQUIRE(read.evidence.inputs.size() == 1);
  CHECK(read.evidence.inputs[0].sha256.empty());
  REQUIRE(read.skipped.size() == 21);
  CHECK(read.skipped[19] == folder.file("x.zip!29"));
  CHECK(read.skipped[20] == folder.file("x.zip!30 (and 9 members more)"));
  CHECK(read.skipped_more == 9);
}
