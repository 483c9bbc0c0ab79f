// How one classic pcap file is laid out. Some twenty years of patches made the format a family. Most of its
// members have their own magic number; two can only be distinguished from the standard by their records.
//
//   member                          magic      file header  record header
//   standard, microseconds          a1b2c3d4   24           16
//   standard, nanoseconds           a1b23c4d   24           16
//   Kuznetzov's patches (1999)      a1b2cd34   24           24; 28 in the version that SuSE 6.3 shipped
//   the first of these, Red Hat 6.1 a1b2c3d4   24           24
//   Nokia IPSO                      a1b2c3d4   24           20
//   AIX, version 2.2                a1b2c3d4   24           16, nanoseconds, and link types of its own
//   IXIA lcap, hardware, software   1c0001ac, 1c0001ab  28  16, nano- and microseconds
//
// Each comes in both byte orders.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "capture/base/error.hpp"
#include "capture/base/frame.hpp"
#include "capture/source/byte_source.hpp"

namespace portproof {

struct PcapLayout {
  std::string_view format{"pcap"};  // static text
  bool big_endian{false};           // the file's byte order
  bool nanoseconds{false};          // fractions are nanoseconds, not microseconds
  // Versions before 2.3 put the length on the wire first; 2.3 has the lengths in either order.
  bool either_length_first{false};
  // The magic number does not determine how long the record headers are: use `settle_record_header`.
  bool record_header_open{false};
  LinkType link_type{kLinkEthernet};
  std::uint32_t snap_length{0};  // many writers get it wrong, so only guesses rely on it
  std::uint32_t record_header{16};
  // Bytes between a record header and its frame that both lengths include (AIX puts three before FDDI).
  std::uint32_t padding{0};
};

// Longest record accepted in any member. Offloaded super-frames and loopback captures reach 256 KiB; a longer
// record is a sign of damage.
inline constexpr std::uint32_t kLongestPcapRecord = 1U << 20U;

// Do the first four bytes identify a member of the family?
bool is_pcap(std::span<const std::uint8_t> first_bytes);

// Reads the file header, which `window` is at. Error: bad_data if it is cut or its version unknown.
Expected<PcapLayout> read_pcap_header(ByteWindow& window, const std::string& path);

// If the magic number does not determine the length of the record headers, finds it from the first records: a
// length other than the usual one must make sense of several records, and the usual one must not. Looks one
// record further than a reader would, so a pipe yields its first frame only when there is a second one, or at
// its end. Consumes nothing.
void settle_record_header(ByteWindow& window, PcapLayout& layout);

}  // namespace portproof
