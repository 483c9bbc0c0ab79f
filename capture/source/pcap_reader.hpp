// Classic pcap files (https://www.ietf.org/archive/id/draft-ietf-opsawg-pcap-04.html): both byte orders,
// micro- and nanoseconds, and the variants that pcap_layout.hpp lists. Frames are views into the read window;
// nothing is copied per frame.
//
// An impossible record header (captured length above the limit) ends reading with `failed`: there is no way
// to find the next record. All frames before it have been delivered.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "capture/source/byte_source.hpp"
#include "capture/source/internal/pcap_layout.hpp"
#include "capture/source/packet_source.hpp"

namespace portproof {

class PcapReader final : public PacketSource {
 public:
  static constexpr std::uint32_t kLongestRecord = kLongestPcapRecord;

  // Do the first four bytes identify classic pcap or one of its variants?
  static bool recognises(std::span<const std::uint8_t> first_bytes);

  // `window` is at the file header. Error: bad_data if the header is cut or its version unknown.
  static Expected<std::unique_ptr<PacketSource>> open(ByteWindow window, std::string path);

  ReadOutcome next(FrameBatch& batch) override;
  [[nodiscard]] const SourceFacts& facts() const override { return facts_; }
  [[nodiscard]] const std::optional<Error>& error() const override { return error_; }

 private:
  PcapReader(ByteWindow window, SourceFacts facts, PcapLayout layout);
  template <bool kBigEndian>
  void take_visible(FrameBatch& batch);
  std::optional<ReadOutcome> look_further();
  ReadOutcome fail_with(std::string what, bool cut_short);

  ByteWindow window_;
  SourceFacts facts_;
  PcapLayout layout_;
  std::optional<Error> error_;
  std::uint64_t frames_{0};
};

}  // namespace portproof
