// Writes classic pcap, in memory or to a file, in every variant of the format: both byte orders, micro- and
// nanoseconds, any snap length and link type.
//
//   PcapWriter capture({.nanoseconds = true});
//   capture.add(Eth().ipv4("10.0.0.1", "10.0.0.2").udp(5000, 53).payload("?"), kStart);
//   capture.save("x.pcap");
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "tests/support/captured_frame.hpp"

namespace portproof::test {

struct PcapOptions {
  bool big_endian{false};
  bool nanoseconds{false};
  std::uint32_t snap_length{262'144};    // written to the header; frames are truncated to it
  std::uint32_t network{kLinkEthernet};  // the whole 32-bit field: link type, with flags above it
};

class PcapWriter {
 public:
  explicit PcapWriter(PcapOptions options = {});

  void add(const CapturedFrame& frame);
  void add(const std::vector<std::uint8_t>& bytes, Timestamp time = kStart);

  // A record with whatever header a test wants.
  void add_record(std::uint32_t seconds, std::uint32_t fraction, std::uint32_t captured, std::uint32_t wire,
                  const std::vector<std::uint8_t>& bytes);

  [[nodiscard]] const std::vector<std::uint8_t>& bytes() const { return bytes_; }
  // Where each record begins, and where the last one ends: cutting the file at one of these truncates
  // nothing.
  [[nodiscard]] const std::vector<std::size_t>& record_edges() const { return edges_; }
  // True if everything was written.
  [[nodiscard]] bool save(const std::string& path) const;

 private:
  void put16(std::uint16_t value);
  void put32(std::uint32_t value);

  PcapOptions options_;
  std::vector<std::uint8_t> bytes_;
  std::vector<std::size_t> edges_;
};

}  // namespace portproof::test
