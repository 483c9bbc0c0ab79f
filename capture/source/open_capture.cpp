#include "capture/source/open_capture.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "capture/source/pcap_reader.hpp"

namespace portproof {
namespace {

using namespace std::string_view_literals;

// How much of an input is looked at to tell its format.
constexpr std::size_t kFirstBytes = 64;

// The formats that can be read: a further one is a line here and a PacketSource beside the others.
struct Format {
  bool (*recognises)(std::span<const std::uint8_t> first_bytes);
  Expected<std::unique_ptr<PacketSource>> (*open)(ByteWindow window, std::string path);
};
constexpr std::array kFormats{
    Format{&PcapReader::recognises, &PcapReader::open},
};

// What people hand over instead, so that the message can say what it is.
struct Stranger {
  std::string_view signature;
  std::string_view what;
  std::string_view remedy;
};
constexpr std::string_view kConvert = "which cannot be read yet; convert it to pcap first";
constexpr std::string_view kUncompress = "which cannot be read yet; uncompress it first";
constexpr std::array kStrangers{
    Stranger{"\x0a\x0d\x0d\x0a"sv, "a pcapng capture", kConvert},
    Stranger{"\xa1\xb2\xcd\x34"sv, "a capture in the modified pcap format", kConvert},
    Stranger{"\x34\xcd\xb2\xa1"sv, "a capture in the modified pcap format", kConvert},
    Stranger{"snoop\0\0\0"sv, "a snoop capture", kConvert},
    Stranger{"GMBU"sv, "a Network Monitor capture", kConvert},
    Stranger{"RTSS"sv, "a Network Monitor capture", kConvert},
    Stranger{"\x1f\x8b"sv, "compressed with gzip", kUncompress},
    Stranger{"\x28\xb5\x2f\xfd"sv, "compressed with zstd", kUncompress},
    Stranger{"\xfd"
             "7zXZ\0"sv,
             "compressed with xz", kUncompress},
    Stranger{"BZh"sv, "compressed with bzip2", kUncompress},
    Stranger{"\x04\x22\x4d\x18"sv, "compressed with lz4", kUncompress},
    Stranger{"PK\x03\x04"sv, "a ZIP archive", "not a capture; unpack it first"},
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
  // NetScaler traces have their signature some bytes into the first page, not at its beginning.
  constexpr std::string_view kNetScaler = "NetScaler";
  if (std::search(first_bytes.begin(), first_bytes.end(), kNetScaler.begin(), kNetScaler.end()) !=
      first_bytes.end()) {
    return fmt::format("is a NetScaler trace, {}", kConvert);
  }
  if (is_text(first_bytes)) return "is a text file, not a capture";
  return fmt::format("is not a capture of a known format; it begins with {:02x}",
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
  ByteWindow window(std::move(bytes));
  // A stream may hold less than that, and still be a capture: 24 bytes are enough for an empty one. Only
  // where no format is recognised by its first few bytes is it worth waiting for more.
  constexpr std::size_t kMagic = 4;
  window.ensure(kMagic);
  if (window.error() != nullptr) return tl::unexpected<Error>(*window.error());
  for (const Format& format : kFormats) {
    if (format.recognises(window.visible())) return format.open(std::move(window), path);
  }
  window.ensure(kFirstBytes);
  const std::span<const std::uint8_t> visible = window.visible();
  return fail(ErrorKind::bad_data, describe(visible.first(std::min(visible.size(), kFirstBytes))), path);
}

}  // namespace portproof
