#include "capture/live/ring_blocks.hpp"

#include <linux/if_packet.h>
#include <pcap/pcap.h>
#include <sys/socket.h>

#include <cstring>
#include <optional>

namespace portproof {
namespace {

constexpr std::uint32_t kTag = 4;  // libpcap puts a tag back by moving the addresses before it

constexpr std::uint32_t aligned(std::uint32_t size) {
  return (size + TPACKET_ALIGNMENT - 1) / TPACKET_ALIGNMENT * TPACKET_ALIGNMENT;
}

// As tpacket_rcv in the kernel's net/packet/af_packet.c works it out.
std::uint32_t distance_of(std::uint32_t reserve) {
  constexpr std::uint32_t kEthernet = 14;
  constexpr std::uint32_t kLeastHeader = 16;
  constexpr std::uint32_t kHeader = aligned(sizeof(tpacket3_hdr)) + 20;  // and a sockaddr_ll
  return aligned(kHeader + kLeastHeader) + reserve - kEthernet;
}

// The kernel's header, if it stands so far before the frame.
std::optional<tpacket3_hdr> header_of(const pcap_pkthdr& frame, const std::uint8_t* at,
                                      std::uint32_t distance, std::int64_t unit) {
  tpacket3_hdr header{};
  std::memcpy(&header, at, sizeof header);
  const bool matches = header.tp_mac == distance && header.tp_sec == frame.ts.tv_sec &&
                       header.tp_nsec / unit == frame.ts.tv_usec && frame.caplen <= header.tp_snaplen + kTag;
  return matches ? std::optional{header} : std::nullopt;
}

}  // namespace

RingBlocks::RingBlocks(int socket, LinkType type) {
  int version = 0;
  unsigned reserve = 0;
  socklen_t size = sizeof version;
  socklen_t reserve_size = sizeof reserve;
  const bool known = ::getsockopt(socket, SOL_PACKET, PACKET_VERSION, &version, &size) == 0 &&
                     ::getsockopt(socket, SOL_PACKET, PACKET_RESERVE, &reserve, &reserve_size) == 0;
  if (known && version == TPACKET_V3 && type == kLinkEthernet) distance_ = distance_of(reserve);
}

RingBlocks::Place RingBlocks::place_of(const pcap_pkthdr& frame, const std::uint8_t* data,
                                       std::int64_t unit) {
  if (distance_ == 0) return {};
  const std::uint8_t* at = data - distance_;
  auto header = header_of(frame, at, distance_, unit);
  if (!header) header = header_of(frame, at += kTag, distance_, unit);
  if (!header || (expected_ != nullptr && at != expected_)) [[unlikely]] {
    distance_ = 0;
    return {};
  }
  const bool is_last = header->tp_next_offset == 0;
  expected_ = is_last ? nullptr : at + header->tp_next_offset;
  return {true, is_last};
}

}  // namespace portproof
