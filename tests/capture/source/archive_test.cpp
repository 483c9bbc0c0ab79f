#include "capture/source/archive.hpp"

#include <algorithm>

#include "capture/source/captures.hpp"
#include "tests/capture/source/compress.hpp"
#include "tests/capture/source/slow_bytes.hpp"
#include "tests/support/packet_builder.hpp"
#include "tests/support/pcap_writer.hpp"

using namespace portproof;
using namespace portproof::test;

namespace {

Bytes capture_of(int frames) {
  PcapWriter capture;
  for (int count = 0; count < frames; ++count) {
    capture.add(Eth()
                    .ipv4("10.0.0.1", "10.0.0.2")
                    .udp(static_cast<std::uint16_t>(5000 + count), 53)
                    .payload("question"));
  }
  return capture.bytes();
}

Bytes text(std::string_view content) {
  return {content.begin(), content.end()};
}

std::vector<PackedFile> usual() {
  return {{"README", text("What is in here.\n")},
          {"a/first.cap", capture_of(3)},
          {"a/empty.cap", {}},
          {"second.cap", capture_of(500)},
          {"third.cap.gz", compressed_with(Compression::gzip, capture_of(7))},
          {"more.zip", packed_with(ArchiveFormat::zip, {{"x.cap", capture_of(1)}})}};
}

struct Read {
  std::vector<std::string> captures;  // "PATH FRAMES" or "PATH FRAMES: ERROR"
  std::vector<std::string> skipped;
  std::string error;  // of the archive
  std::size_t frames{0};
};

std::string read_one(Captures::Capture& capture, std::size_t& frames) {
  if (!capture.source) return capture.path + ": " + capture.source.error().what;
  FrameBatch batch;
  std::size_t count = 0;
  ReadOutcome outcome = ReadOutcome::frames;
  while (outcome == ReadOutcome::frames) {
    outcome = (*capture.source)->next(batch);
    count += batch.size;
  }
  frames += count;
  const auto& error = (*capture.source)->error();
  return capture.path + " " + std::to_string(count) + (error ? ": " + error->what : "");
}

Read read_archive(const Bytes& bytes, std::size_t piece = 1U << 20U, const ExpansionLimits& limits = {}) {
  Read read;
  auto captures = Captures::open(std::make_unique<SlowBytes>(bytes, piece), "x", limits);
  if (!captures) {
    read.error = captures.error().what;
    return read;
  }
  for (;;) {
    auto capture = (*captures)->next();
    if (!capture) read.error = capture.error().what;
    if (!capture || !*capture) break;
    read.captures.push_back(read_one(**capture, read.frames));
  }
  read.skipped = (*captures)->skipped();
  return read;
}

Bytes cut(const Bytes& bytes, std::size_t size) {
  return {bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(size)};
}

// Writes a tar header for an empty file over and over.
class EndlessTar final : public ByteSource {
 public:
  explicit EndlessTar(Bytes header) : header_(std::move(header)) {}

  Expected<std::size_t> read(std::span<std::uint8_t> into) override {
    const std::size_t count = std::min(into.size(), header_.size() - at_);
    std::copy_n(header_.begin() + static_cast<std::ptrdiff_t>(at_), count, into.begin());
    at_ = (at_ + count) % header_.size();
    return count;
  }

 private:
  Bytes header_;
  std::size_t at_{0};
};

}  // namespace

TEST_CASE("each capture in an archive is an input, and other members are listed") {
  const std::vector<std::string> captures{
      "x!a/first.cap 3", "x!second.cap 500", "x!third.cap.gz 7",
      "x!more.zip: is a ZIP archive within an archive, which is not opened; unpack the outer one first"};
  const std::vector<std::string> skipped{"x!README", "x!a/empty.cap"};
  const Bytes tar = packed_with(ArchiveFormat::tar, usual());
  const Bytes zip = packed_with(ArchiveFormat::zip, usual());
  std::vector<Bytes> archives{tar, zip};
  for (const Compression compression :
       {Compression::gzip, Compression::zstd, Compression::xz, Compression::bzip2, Compression::lz4}) {
    archives.push_back(compressed_with(compression, tar));
  }
  for (std::size_t index = 0; index < archives.size(); ++index) {
    CAPTURE(index);
    for (const std::size_t piece : {1U << 20U, 7U}) {
      const Read read = read_archive(archives[index], piece);
      CHECK(read.captures == captures);
      CHECK(read.skipped == skipped);
      CHECK(read.error.empty());
    }
  }
}

TEST_CASE("members that may hold captures and are not read are inputs with an error") {
  const auto begins = [](std::string_view first) {
    Bytes bytes = text(first);
    bytes.resize(600, 0x91);
    return bytes;
  };
  const std::vector<PackedFile> files{{"a.snoop", begins({"snoop\0\0\0", 8})},
                                      {"b.cap", begins("GMBU")},
                                      {"c.7z", begins("7z\xbc\xaf\x27\x1c")},
                                      {"d.rar", begins("Rar!\x1a\x07")},
                                      {"e.tar", packed_with(ArchiveFormat::tar, {{"x.cap", capture_of(1)}})},
                                      {"f.pkt", begins("\x7fver")},
                                      {"zeros", Bytes(2048)},
                                      {"text", text("GMBU is how a capture of Network Monitor begins.\n")}};
  for (const ArchiveFormat format : {ArchiveFormat::tar, ArchiveFormat::zip}) {
    const Read read = read_archive(packed_with(format, files));
    REQUIRE(read.captures.size() == 6);
    CHECK(read.captures[0] ==
          "x!a.snoop: is a snoop capture, which cannot be read yet; convert it to pcap first");
    CHECK(read.captures[2] == "x!c.7z: is a 7z archive, which cannot be read here; unpack it first");
    CHECK(read.captures[4].find("x!e.tar: is a tar archive within an archive") == 0);
    CHECK(read.skipped == std::vector<std::string>{"x!zeros", "x!text"});
    CHECK(read.error.empty());
  }
}

TEST_CASE("a ZIP archive with anything besides its members and its directory is an error") {
  const Bytes first = packed_with(ArchiveFormat::zip, {{"first.cap", capture_of(3)}});
  const Bytes second = packed_with(ArchiveFormat::zip, {{"second.cap", capture_of(5)}});
  const auto end_of_members = [](const Bytes& zip) {
    const std::string_view directory = "PK\x01\x02";
    return static_cast<std::size_t>(std::search(zip.begin(), zip.end(), directory.begin(), directory.end()) -
                                    zip.begin());
  };
  const auto joined = [](Bytes bytes, const Bytes& more) {
    append(bytes, more);
    return bytes;
  };
  const Bytes members = cut(first, end_of_members(first));
  const std::vector<std::pair<std::string, Bytes>> rows{
      {"another archive", joined(first, second)},
      {"a capture at the end", joined(first, capture_of(5))},
      {"one byte at the end", joined(first, {7})},
      {"a directory between members", joined(cut(first, first.size() - 22), second)},
      {"a capture before the next archive", joined(joined(members, capture_of(5)), first)},
      {"a capture before the directory alone",
       joined(joined(members, capture_of(5)),
              {first.begin() + static_cast<std::ptrdiff_t>(members.size()), first.end()})},
      {"a capture between members", joined(joined(members, capture_of(5)), second)},
      {"a capture far behind", joined(joined(first, Bytes(2U << 20U)), capture_of(5))},
  };
  for (const auto& [sentence, bytes] : rows) {
    CAPTURE(sentence);
    for (const std::size_t piece : {1U << 20U, 7U}) {
      const Read read = read_archive(bytes, piece);
      CHECK(read.error.find("belong neither to a member nor to the directory") != std::string::npos);
      CHECK_FALSE(read.captures.empty());
      CHECK(read.captures[0] == "x!first.cap 3");
    }
  }
  // The end of a directory may have a comment, and zeros may follow it.
  Bytes commented = first;
  commented[commented.size() - 2] = 4;
  append(commented, {'n', 'o', 't', 'e'});
  for (const Bytes& whole : {joined(first, Bytes(100)), commented, joined(members, second)}) {
    CHECK(read_archive(whole).error.empty());
  }
}

TEST_CASE("an archive may be empty") {
  CHECK(read_archive(packed_with(ArchiveFormat::tar, {})).error.empty());
  CHECK(read_archive(packed_with(ArchiveFormat::zip, {})).error.empty());
  const Bytes empty = packed_with(ArchiveFormat::zip, {});
  const auto captures = Captures::open(bytes_in_memory(empty), "x");
  REQUIRE(captures);
  CHECK((*captures)->is_archive());
}

TEST_CASE("an archive cut anywhere yields what came before the cut, and an error") {
  for (const ArchiveFormat format : {ArchiveFormat::tar, ArchiveFormat::zip}) {
    CAPTURE(name(format));
    const Bytes whole = packed_with(format, usual());
    const std::size_t all_frames = read_archive(whole).frames;
    std::size_t before = 0;
    for (std::size_t size = 512; size < whole.size(); size += 509) {
      CAPTURE(size);
      const Read read = read_archive(cut(whole, size));
      CHECK(read.frames >= before);
      before = read.frames;
      // A cut in a ZIP archive's directory, which is not read, loses nothing.
      const bool announced = !read.error.empty();
      CHECK((announced || read.frames == all_frames));
    }
  }
}

TEST_CASE("a tar archive cut between two members, or after the last, is not whole") {
  const Bytes tar = packed_with(ArchiveFormat::tar, {{"a.cap", capture_of(3)}, {"b.cap", capture_of(4)}});
  for (std::size_t size = 512; size < tar.size() - 1024; size += 512) {
    CAPTURE(size);
    CHECK_FALSE(read_archive(cut(tar, size)).error.empty());
  }
}

TEST_CASE("concatenated tar archives are one archive") {
  Bytes both = packed_with(ArchiveFormat::tar, {{"a.cap", capture_of(3)}});
  append(both, packed_with(ArchiveFormat::tar, {{"b.cap", capture_of(4)}}));
  const Read read = read_archive(both);
  CHECK(read.captures == std::vector<std::string>{"x!a.cap 3", "x!b.cap 4"});
  CHECK(read.error.empty());
}

TEST_CASE("a compressed archive that is cut is read up to the cut") {
  const Bytes whole = compressed_with(Compression::gzip, packed_with(ArchiveFormat::tar, usual()));
  const Read read = read_archive(cut(whole, whole.size() / 2));
  REQUIRE(read.captures.size() >= 2);
  CHECK(read.captures[0] == "x!a/first.cap 3");
  CHECK(read.captures[1].find("the gzip stream ends early") != std::string::npos);
  CHECK(read.error.find("the gzip stream ends early") != std::string::npos);
}

TEST_CASE("a member that is cut loses nothing before the cut") {
  const Bytes capture = capture_of(4000);
  const Bytes tar = packed_with(ArchiveFormat::tar, {{"a.cap", capture}});
  const std::size_t header = tar.size() - capture.size() > 2048 ? 1536 : 512;  // with or without a pax header
  const Read read = read_archive(cut(tar, header + capture.size() / 2));
  CHECK(read.frames >= 4000 / 2 - 20);
  CHECK(read_archive(compressed_with(Compression::gzip, cut(tar, header + capture.size() / 2))).frames ==
        read.frames);
}

TEST_CASE("a damaged member does not affect the others") {
  Bytes zip = packed_with(ArchiveFormat::zip, {{"a.cap", capture_of(3000)}, {"b.cap", capture_of(4)}});
  zip[3000] ^= 0x55U;
  const Read read = read_archive(zip);
  CHECK(read.captures.size() + (read.error.empty() ? 0U : 1U) >= 2);
  CHECK((!read.error.empty() || read.captures[0].find("damaged") != std::string::npos));

  Bytes tar = packed_with(ArchiveFormat::tar, {{"a.cap", capture_of(30)}, {"b.cap", capture_of(4)}});
  const Bytes magic = cut(capture_of(1), 4);
  const auto first = std::search(tar.begin(), tar.end(), magic.begin(), magic.end());
  std::fill(first + 24, first + 40, std::uint8_t{0xff});
  const Read damaged = read_archive(tar);
  REQUIRE(damaged.captures.size() == 2);
  CHECK(damaged.captures[0].find("x!a.cap 0: damaged") == 0);
  CHECK(damaged.captures[1] == "x!b.cap 4");
}

TEST_CASE("an archive with any byte changed does no harm, and loses no frame silently") {
  const std::vector<PackedFile> files{{"a.cap", capture_of(3)}, {"b.cap", capture_of(4)}};
  const Bytes zip = packed_with(ArchiveFormat::zip, files);
  const Bytes tar = packed_with(ArchiveFormat::tar, files);
  for (const Bytes& whole : {zip, tar, compressed_with(Compression::gzip, tar)}) {
    for (std::size_t at = 0; at < whole.size(); ++at) {
      Bytes flipped = whole;
      flipped[at] ^= 0x41U;
      CAPTURE(at);
      CHECK(read_archive(flipped).frames <= 7);
    }
  }
}

TEST_CASE("what an archive expands to is bounded, even in members that are not read") {
  ExpansionLimits limits;
  limits.free = std::size_t{1} << 20U;
  Bytes bomb = capture_of(1);
  bomb.resize(std::size_t{24} << 20U);
  const std::vector<PackedFile> bombs{{"bomb.cap", bomb}};
  const std::vector<PackedFile> others{{"zeros", Bytes(bomb.size())}, {"a.cap", capture_of(1)}};
  const std::vector<PackedFile> inner{{"bomb.cap.gz", compressed_with(Compression::gzip, bomb)}};
  for (const auto* files : {&bombs, &others}) {
    const Read packed = read_archive(
        compressed_with(Compression::gzip, packed_with(ArchiveFormat::tar, *files)), 4096, limits);
    CHECK(packed.error.find("times its size") != std::string::npos);
  }
  const Read zipped = read_archive(packed_with(ArchiveFormat::zip, bombs), 4096, limits);
  CHECK(zipped.captures.front().find("times its size") != std::string::npos);
  const Read twice = read_archive(packed_with(ArchiveFormat::tar, inner), 4096, limits);
  CHECK(twice.captures.front().find("times its size") != std::string::npos);
}

TEST_CASE("the number of members is bounded") {
  const Bytes header = cut(packed_with(ArchiveFormat::tar, {{"a", {}}}), 512);
  auto captures = Captures::open(std::make_unique<EndlessTar>(header), "x");
  REQUIRE(captures);
  const auto capture = (*captures)->next();
  REQUIRE_FALSE(capture);
  CHECK(capture.error().what.find("more than 100000 members") != std::string::npos);
}

TEST_CASE("text that begins like an archive is not mistaken for one") {
  CHECK_FALSE(archive_format_of({}));
  CHECK_FALSE(archive_format_of(text("PK is how Phil Katz signed")));
  Bytes noise(512, 'x');
  CHECK_FALSE(archive_format_of(noise));
  CHECK(archive_format_of(Bytes(512)) == ArchiveFormat::tar);
}
