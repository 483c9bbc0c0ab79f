// Writes NetScaler trace files (nstrace) of versions 1.0, 2.0, 3.0 and 3.5, in memory or to a file, in every
// packet layout that the reader knows.
//
//   NstraceWriter trace(NstraceVersion::v3_5);
//   trace.absolute_time(kStart);
//   trace.add(Eth().ipv4("10.0.0.1", "10.0.0.2").udp(5000, 53).payload("?"), kStart);
//   trace.save("x.cap");
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "capture/source/nstrace_record.hpp"
#include "tests/support/bytes.hpp"
#include "tests/support/captured_frame.hpp"

namespace portproof::test {

// What lies between the header of a version 3.5 record and its frame: a kind and a body.
struct NstracePiece {
  std::uint8_t kind{0};
  Bytes body{};
};
inline constexpr std::uint8_t kPieceEthernet = 0x01;
inline constexpr std::uint8_t kPieceHttp = 0x02;
inline constexpr std::uint8_t kPieceTcpDebug = 0x80;
inline constexpr std::uint8_t kPieceInfo = 0x83;
inline constexpr std::uint8_t kPieceCluster = 0x85;
inline constexpr std::uint8_t kPieceSsl = 0x87;

struct NstracePacketOptions {
  NstraceStage stage{NstraceStage::received};
  int layout{0};          // 20 to 26 in version 2.0; 0: the version's newest
  std::uint32_t snap{0};  // bytes kept of the frame; 0: all. The appliance's default is 164
  std::uint16_t vlan{0};
  std::uint16_t core{0};
  std::uint16_t node{0};
  std::string source_name{};  // ID of a virtual machine; layouts 25, 26 and 30
  std::string destination_name{};
  std::uint8_t application{0};  // 3.5: the part of the appliance that traced it
  std::vector<NstracePiece> pieces{};
  std::uint8_t last_piece{kPieceEthernet};
};

// A packet record as written.
struct NstraceWritten {
  std::size_t offset{0};
  std::size_t header{0};  // bytes before the frame
  NstraceStage stage{NstraceStage::received};
  CapturedFrame frame{};  // as a reader should report it
};

class NstraceWriter {
 public:
  // Starts with the signature record.
  explicit NstraceWriter(NstraceVersion version);

  // Up to layout 22, times are relative to this; the fraction of a second is dropped.
  void absolute_time(Timestamp time);
  void relative_time(std::uint16_t milliseconds);

  void add(const CapturedFrame& frame, const NstracePacketOptions& options = {});
  void add(const Bytes& bytes, Timestamp time, const NstracePacketOptions& options = {});

  // A record whose type is not a packet, with a body of `size` bytes.
  void other(std::uint8_t type, std::size_t size);
  // Zeros up to a multiple of `unit` bytes: the rest of a page is unused.
  void pad_to(std::size_t unit);
  // Raw bytes, for whatever a test wants to be wrong.
  void raw(const Bytes& bytes);

  [[nodiscard]] const Bytes& bytes() const { return bytes_; }
  [[nodiscard]] const std::vector<NstraceWritten>& packets() const { return packets_; }
  // Would a file cut here end between two records, or in unused space?
  [[nodiscard]] bool may_end_at(std::size_t size) const;
  [[nodiscard]] std::size_t page() const;
  [[nodiscard]] bool save(const std::string& path) const;

 private:
  Bytes head(std::size_t type, std::size_t body, bool three_bytes) const;
  void write(const Bytes& record, std::size_t unbroken);
  Bytes packet_header(const NstracePacketOptions& options, const CapturedFrame& frame, std::size_t kept);
  [[nodiscard]] std::uint32_t since_last(Timestamp time);

  NstraceVersion version_;
  Bytes bytes_;
  std::vector<NstraceWritten> packets_;
  std::vector<std::size_t> edges_;
  std::int64_t base_{0};     // of relative times, in seconds
  std::int64_t moved_{0};    // milliseconds of relative times that do not yet make a whole second
  std::int64_t elapsed_{0};  // nanoseconds, as given by packets
};

}  // namespace portproof::test
