#include "capture/source/compressed.hpp"

#include <algorithm>
#include <random>

#include "capture/source/open_capture.hpp"
#include "tests/capture/source/compress.hpp"
#include "tests/capture/source/slow_bytes.hpp"
#include "tests/support/packet_builder.hpp"
#include "tests/support/pcap_writer.hpp"

using namespace portproof;
using namespace portproof::test;

namespace {

constexpr Compression kAll[]{Compression::gzip, Compression::zstd, Compression::xz, Compression::bzip2,
                             Compression::lz4};

// Half noise, half repetition, like a capture.
Bytes sample(std::size_t size) {
  std::mt19937 random(7);
  Bytes bytes(size);
  for (std::size_t at = 0; at < size; ++at) {
    bytes[at] = static_cast<std::uint8_t>(at % 64 < 32 ? at % 32 : random());
  }
  return bytes;
}

ReadAll decode(Compression compression, const Bytes& compressed, std::size_t piece = 1U << 20U) {
  return read_all(*decoder_of(compression, std::make_unique<SlowBytes>(compressed, piece), "x"));
}

bool is_prefix(const Bytes& part, const Bytes& whole) {
  return part.size() <= whole.size() && std::equal(part.begin(), part.end(), whole.begin());
}

}  // namespace

TEST_CASE("every compression gives back what went in") {
  for (const Compression compression : kAll) {
    CAPTURE(name(compression));
    for (const std::size_t size : {0U, 1U, 100U, 300'000U}) {
      CAPTURE(size);
      // libarchive 3.6 can read an empty lz4 stream, but crashes when asked to write one.
      if (size == 0 && compression == Compression::lz4) continue;
      const Bytes content = sample(size);
      const Bytes compressed = compressed_with(compression, content);
      if (size > 0) CHECK(compression_of(compressed) == compression);
      const ReadAll whole = decode(compression, compressed);
      CHECK(whole.content == content);
      CHECK_FALSE(whole.error);
      CHECK(decode(compression, compressed, 1).content == content);
    }
  }
}

TEST_CASE("consecutive streams are one content, and zero bytes after them are padding") {
  const Bytes first = sample(70'000);
  const Bytes second = sample(1'000);
  Bytes both = first;
  append(both, second);
  for (const Compression compression : kAll) {
    CAPTURE(name(compression));
    Bytes compressed = compressed_with(compression, first);
    append(compressed, compressed_with(compression, second));
    CHECK(decode(compression, compressed).content == both);
    append(compressed, Bytes(1024));
    const ReadAll padded = decode(compression, compressed);
    CHECK(padded.content == both);
    CHECK_FALSE(padded.error);
  }
}

TEST_CASE("anything else after a stream is an error, once all of the content is out") {
  const Bytes content = sample(70'000);
  for (const Compression compression : kAll) {
    CAPTURE(name(compression));
    Bytes compressed = compressed_with(compression, content);
    append(compressed, Bytes{'n', 'o', 't', 'e', 's', '.', '.', '.', '.', '.', '.', '.', '.'});
    const ReadAll read = decode(compression, compressed);
    CHECK(is_prefix(read.content, content));
    CHECK(read.error);
  }
}

TEST_CASE("a stream cut anywhere yields what came before the cut, and says that it ends early") {
  const Bytes content = sample(400'000);
  for (const Compression compression : kAll) {
    CAPTURE(name(compression));
    const Bytes compressed = compressed_with(compression, content);
    for (std::size_t cut = 16; cut < compressed.size(); cut += 1 + cut / 23) {
      CAPTURE(cut);
      const ReadAll read = decode(
          compression, Bytes(compressed.begin(), compressed.begin() + static_cast<std::ptrdiff_t>(cut)));
      CHECK(is_prefix(read.content, content));
      REQUIRE(read.error);
      CHECK(read.error->kind == ErrorKind::bad_data);
      CHECK(read.error->what.find("ends early") != std::string::npos);
    }
  }
}

TEST_CASE("for gzip, xz and zstd a cut loses no more than documented") {
  struct Row {
    Compression compression;
    double lost;  // of 400,000 bytes, on top of the missing share of the stream
  };
  const Bytes content = sample(400'000);
  for (const Row& row :
       {Row{Compression::gzip, 600}, Row{Compression::xz, 4096}, Row{Compression::zstd, 131'072}}) {
    CAPTURE(name(row.compression));
    const Bytes compressed = compressed_with(row.compression, content);
    for (const double share : {0.25, 0.5, 0.75}) {
      const auto cut = static_cast<std::ptrdiff_t>(static_cast<double>(compressed.size()) * share);
      const ReadAll read = decode(row.compression, Bytes(compressed.begin(), compressed.begin() + cut));
      // The sample compresses evenly, so half of the stream is half of the content, give or take the slack.
      constexpr double kSlack = 8'000;
      CHECK(static_cast<double>(read.content.size()) >= 400'000 * share - row.lost - kSlack);
    }
  }
}

TEST_CASE("a changed byte is detected or changes nothing") {
  const Bytes content = sample(3'000);
  for (const Compression compression :
       {Compression::gzip, Compression::xz, Compression::bzip2, Compression::lz4}) {
    CAPTURE(name(compression));
    const Bytes compressed = compressed_with(compression, content);
    for (std::size_t at = 0; at < compressed.size(); at += at < 64 ? 1 : 13) {
      Bytes flipped = compressed;
      flipped[at] ^= 0x11U;
      CAPTURE(at);
      const ReadAll read = decode(compression, flipped);
      CHECK((read.error || read.content == content));
    }
  }
  // Made without a checksum, so all that can be checked is that it does no harm.
  const Bytes compressed = compressed_with(Compression::zstd, content);
  for (std::size_t at = 0; at < compressed.size(); ++at) {
    Bytes flipped = compressed;
    flipped[at] ^= 0x11U;
    CHECK(decode(Compression::zstd, flipped).content.size() < 1'000'000);
  }
}

TEST_CASE("noise after a signature ends in an error") {
  std::mt19937 random(11);
  for (const Compression compression : kAll) {
    const Bytes real = compressed_with(compression, sample(2'000));
    for (int round = 0; round < 200; ++round) {
      Bytes noise(real.begin(), real.begin() + 12);
      while (noise.size() < 600) noise.push_back(static_cast<std::uint8_t>(random()));
      CHECK(decode(compression, noise).error);
    }
  }
}

TEST_CASE("an error of the underlying bytes is passed on") {
  const Error fault{ErrorKind::io, "reading failed: Input/output error", "x"};
  for (const Compression compression : kAll) {
    CAPTURE(name(compression));
    const Bytes compressed = compressed_with(compression, sample(100'000));
    const std::span part(compressed.data(), compressed.size() / 2);
    const ReadAll read =
        read_all(*decoder_of(compression, std::make_unique<SlowBytes>(part, 1000, &fault), "x"));
    CHECK(read.error == fault);
  }
}

TEST_CASE("a decompression bomb is stopped early, by its ratio of output to input") {
  const Bytes zeros(std::size_t{32} << 20U);
  ExpansionLimits limits;
  limits.free = std::size_t{1} << 20U;
  for (const Compression compression : kAll) {
    CAPTURE(name(compression));
    Bytes compressed = compressed_with(compression, zeros);
    if (compression == Compression::lz4) limits.ratio = 100;  // it never compresses more than 255 times
    const auto source = uncompressed(bytes_in_memory(compressed), "x", limits);
    REQUIRE(source);
    const ReadAll read = read_all(**source);
    REQUIRE(read.error);
    CHECK(read.error->what.find("times its size") != std::string::npos);
    CHECK(read.content.size() <= std::size_t{16} << 20U);
  }
  limits = {};
  limits.in_all = std::size_t{3} << 20U;
  const Bytes compressed = compressed_with(Compression::gzip, zeros);
  const auto source = uncompressed(bytes_in_memory(compressed), "x", limits);
  CHECK(read_all(**source).content.size() <= limits.in_all);
}

TEST_CASE("a zstd stream with a huge window is refused before any memory is allocated for it") {
  // Magic number, not a single segment, window descriptor 2^31, then a raw block of three bytes.
  const Bytes frame{0x28, 0xb5, 0x2f, 0xfd, 0x00, 21U << 3U, 0x19, 0, 0, 'a', 'b', 'c'};
  const ReadAll read = decode(Compression::zstd, frame);
  REQUIRE(read.error);
  CHECK(
      read.error->what ==
      "the zstd stream needs a larger window, but at most 128 MiB of memory is allowed; decompress it first");
}

TEST_CASE("skippable zstd frames may come first") {
  Bytes stream{0x50, 0x2a, 0x4d, 0x18, 4, 0, 0, 0, 1, 2, 3, 4};
  append(stream, compressed_with(Compression::zstd, sample(100)));
  CHECK(compression_of(stream) == Compression::zstd);
  CHECK(decode(Compression::zstd, stream).content == sample(100));
}

TEST_CASE("text that begins like a compressed stream is not one") {
  const std::string_view text = "BZhere is the list of captures";
  CHECK_FALSE(compression_of(Bytes(text.begin(), text.end())));
  CHECK_FALSE(compression_of({}));
  CHECK_FALSE(compression_of(Bytes{0x1f, 0x8b}));
}

TEST_CASE("a capture is read through every compression, up to where it is cut") {
  constexpr std::size_t kFrames = 15'000;
  const Bytes noise = sample(kFrames * 60);
  PcapWriter capture;
  for (std::size_t count = 0; count < kFrames; ++count) {
    const auto at = noise.begin() + static_cast<std::ptrdiff_t>(count * 60);
    capture.add(Eth().ipv4("10.0.0.1", "10.0.0.2").udp(5000, 53).payload(Bytes(at, at + 60)));
  }
  for (const Compression compression : kAll) {
    CAPTURE(name(compression));
    const Bytes compressed = compressed_with(compression, capture.bytes());
    FrameBatch batch;
    std::size_t frames = 0;
    auto source = open_capture(std::make_unique<SlowBytes>(compressed, 777), "x");
    REQUIRE(source);
    while ((*source)->next(batch) == ReadOutcome::frames) frames += batch.size;
    CHECK(frames == kFrames);
    CHECK_FALSE((*source)->error());

    const std::span part(compressed.data(), compressed.size() - compressed.size() / 8);
    source = open_capture(bytes_in_memory(part), "x");
    // It is one lz4 block, which is decompressed entirely or not at all.
    CHECK(source.has_value() == (compression != Compression::lz4));
    if (!source) continue;
    frames = 0;
    ReadOutcome outcome = ReadOutcome::frames;
    while (outcome == ReadOutcome::frames) {
      outcome = (*source)->next(batch);
      frames += batch.size;
    }
    CHECK(outcome == ReadOutcome::failed);
    REQUIRE((*source)->error());
    CHECK((*source)->error()->what.find("ends early") != std::string::npos);
    if (compression == Compression::gzip || compression == Compression::xz) CHECK(frames > kFrames * 3 / 4);
  }
}
