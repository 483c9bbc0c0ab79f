#include "tests/support/pcap_writer.hpp"

#include <algorithm>
#include <fstream>

namespace portproof::test {
namespace {

constexpr std::uint32_t kMagicMicroseconds = 0xa1b2c3d4;
constexpr std::uint32_t kMagicNanoseconds = 0xa1b23c4d;
constexpr std::int64_t kSecond = 1'000'000'000;

}  // namespace

PcapWriter::PcapWriter(PcapOptions options) : options_(options) {
  put32(options_.nanoseconds ? kMagicNanoseconds : kMagicMicroseconds);
  put16(2);
  put16(4);
  put32(0);
  put32(0);
  put32(options_.snap_length);
  put32(options_.network);
  edges_.push_back(bytes_.size());
}

void PcapWriter::add(const CapturedFrame& frame) {
  const auto captured = std::min(static_cast<std::uint32_t>(frame.bytes.size()), options_.snap_length);
  const std::int64_t fraction = frame.time.nanoseconds % kSecond;
  add_record(static_cast<std::uint32_t>(frame.time.nanoseconds / kSecond),
             static_cast<std::uint32_t>(options_.nanoseconds ? fraction : fraction / 1000), captured,
             frame.length_on_wire(), {frame.bytes.begin(), frame.bytes.begin() + captured});
}

void PcapWriter::add(const std::vector<std::uint8_t>& bytes, Timestamp time) {
  CapturedFrame frame;
  frame.bytes = bytes;
  frame.time = time;
  add(frame);
}

void PcapWriter::add_record(std::uint32_t seconds, std::uint32_t fraction, std::uint32_t captured,
                            std::uint32_t wire, const std::vector<std::uint8_t>& bytes) {
  put32(seconds);
  put32(fraction);
  put32(captured);
  put32(wire);
  bytes_.insert(bytes_.end(), bytes.begin(), bytes.end());
  edges_.push_back(bytes_.size());
}

bool PcapWriter::save(const std::string& path) const {
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  for (const std::uint8_t byte : bytes_) file.put(static_cast<char>(byte));
  file.close();
  return file.good();
}

void PcapWriter::put16(std::uint16_t value) {
  for (unsigned index = 0; index < 2; ++index) {
    const unsigned shift = 8 * (options_.big_endian ? 1 - index : index);
    bytes_.push_back(static_cast<std::uint8_t>(value >> shift));
  }
}

void PcapWriter::put32(std::uint32_t value) {
  for (unsigned index = 0; index < 4; ++index) {
    const unsigned shift = 8 * (options_.big_endian ? 3 - index : index);
    bytes_.push_back(static_cast<std::uint8_t>(value >> shift));
  }
}

}  // namespace portproof::test
