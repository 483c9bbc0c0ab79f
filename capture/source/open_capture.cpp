#include "capture/source/open_capture.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "capture/source/compressed.hpp"
#include "capture/source/nstrace_reader.hpp"
#include "capture/source/pcap_reader.hpp"
#include "capture/source/pcapng_reader.hpp"

namespace portproof {
namespace {

using namespace std::string_view_literals;

// Bytes of an input that are examined to recognise its format.
constexpr std::size_t kFirstBytes = 64;

// The readable formats. To add one, add a row here and a PacketSource beside the others.
struct Format {
  bool (*recognises)(std::span<const std::uint8_t> first_bytes);
  Expected<std::unique_ptr<PacketSource>> (*open)(ByteWindow window, std::string path);
};
constexpr std::array kFormats{
    Format{&PcapReader::recognises, &PcapReader::open},
    Format{&NstraceReader::recognises, &NstraceReader::open},
    Format{&PcapngReader::recognises, &PcapngReader::open},
};

// Files that are, or may hold, captures and are not read. Messages say what they are.
struct Stranger {
  std::string_view signature;
  std::string_view what;
  std::string_view remedy;
};
constexpr std::string_view kConvert = "which cannot be read yet; convert it to pcap first";
// Readable compressions get here only if they are inside another compression.
constexpr std::string_view kDecompress = "which cannot be read here; decompress it first";
constexpr std::string_view kUnpack = "which cannot be read here; unpack it first";
constexpr std::array kStrangers{
    Stranger{"snoop\0\0\0"sv, "a snoop capture", kConvert},
    Stranger{"GMBU"sv, "a Network Monitor capture", kConvert},
    Stranger{"RTSS"sv, "a Network Monitor capture", kConvert},
    Stranger{"\x7fver"sv, "an OmniPeek capture", kConvert},
    Stranger{"TRSNIFF data"sv, "a Sniffer capture", kConvert},
    Stranger{"XCP\0"sv, "a Sniffer capture", kConvert},
    Stranger{"ObserverPktBuffer"sv, "an Observer capture", kConvert},
    Stranger{"\x05VNF"sv, "a Visual Networks capture", kConvert},
    Stranger{"TR\0d\0"sv, "a nettl capture", kConvert},
    Stranger{"iptrace "sv, "an iptrace capture", kConvert},
    Stranger{"btsnoop\0"sv, "a btsnoop capture", kConvert},
    Stranger{"\x1f\x8b"sv, "compressed with gzip", kDecompress},
    Stranger{"\x28\xb5\x2f\xfd"sv, "compressed with zstd", kDecompress},
    Stranger{"\xfd"
             "7zXZ\0"sv,
             "compressed with xz", kDecompress},
    Stranger{"BZh"sv, "compressed with bzip2", kDecompress},
    Stranger{"\x04\x22\x4d\x18"sv, "compressed with lz4", kDecompress},
    Stranger{"\x1f\x9d"sv, "compressed with compress", kDecompress},
    Stranger{"7z\xbc\xaf\x27\x1c"sv, "a 7z archive", kUnpack},
    Stranger{"Rar!\x1a\x07"sv, "a RAR archive", kUnpack},
    Stranger{"PK\x03\x04"sv, "a ZIP archive", kUnpack},
};

bool starts_with(std::span<const std::uint8_t> bytes, std::string_view signature) {
  return bytes.size() >= signature.size() &&
         std::equal(signature.begin(), signature.end(), bytes.begin(), [](char expected, std::uint8_t byte) {
           return static_cast<std::uint8_t>(expected) == byte;
         });
}

bool is_text(std::span<const std::uint8_t> bytes) {
  return std::all_of(bytes.begin(), bytes.end(), [](std::uint8_t byte) {
    return (byte >= 0x20 && byte < 0x7f) || byte == '\n' || byte == '\r' || byte == '\t';
  });
}

std::string describe(std::span<const std::uint8_t> first_bytes) {
  if (first_bytes.empty()) return "is empty; a capture has at least a file header";
  for (const Stranger& stranger : kStrangers) {
    if (starts_with(first_bytes, stranger.signature)) {
      return fmt::format("is {}, {}", stranger.what, stranger.remedy);
    }
  }
  if (is_text(first_bytes)) return "is a text file, not a capture";
  return fmt::format("is not a capture in a known format; it begins with {:02x}",
                     fmt::join(first_bytes.first(std::min<std::size_t>(first_bytes.size(), 8)), " "));
}

}  // namespace

Expected<std::unique_ptr<PacketSource>> open_capture(const std::string& path) {
  auto bytes = open_bytes(path);
  if (!bytes) return tl::unexpected<Error>(std::move(bytes.error()));
  return open_capture(std::move(*bytes), path);
}

Expected<std::unique_ptr<PacketSource>> open_capture(std::unique_ptr<ByteSource> bytes,
                                                     const std::string& path) {
  auto content = uncompressed(std::move(bytes), path);
  if (!content) return tl::unexpected<Error>(std::move(content.error()));
  return open_plain_capture(std::move(*content), path);
}

bool is_refused_format(std::span<const std::uint8_t> first_bytes) {
  return !is_text(first_bytes) &&
         std::any_of(kStrangers.begin(), kStrangers.end(), [first_bytes](const Stranger& stranger) {
           return starts_with(first_bytes, stranger.signature);
         });
}

bool is_capture(std::span<const std::uint8_t> first_bytes) {
  return std::any_of(kFormats.begin(), kFormats.end(),
                     [first_bytes](const Format& format) { return format.recognises(first_bytes); });
}

Expected<std::unique_ptr<PacketSource>> open_plain_capture(std::unique_ptr<ByteSource> bytes,
                                                           const std::string& path) {
  ByteWindow window(std::move(bytes));
  // A stream may be shorter than that and still be a capture: 24 bytes are enough for an empty one. Waiting
  // for more is worthwhile only if the first few bytes match no format.
  constexpr std::size_t kMagic = 4;
  for (const std::size_t enough : {kMagic, kFirstBytes}) {
    window.ensure(enough);
    if (window.error() != nullptr) return tl::unexpected<Error>(*window.error());
    for (const Format& format : kFormats) {
      if (format.recognises(window.visible())) return format.open(std::move(window), path);
    }
  }
  const std::span<const std::uint8_t> visible = window.visible();
  return fail(ErrorKind::bad_data, describe(visible.first(std::min(visible.size(), kFirstBytes))), path);
}

}  // namespace portproof
