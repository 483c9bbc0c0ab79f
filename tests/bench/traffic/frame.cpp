#include "tests/bench/traffic/frame.hpp"

#include <algorithm>

namespace portproof::bench {
namespace {

constexpr std::size_t kEthernet = 14;
constexpr std::size_t kTag = 4;
constexpr std::size_t kIpv4 = 20;
constexpr std::size_t kIpv6 = 40;
constexpr std::size_t kTcp = 20;
constexpr std::size_t kUdp = 8;
constexpr std::size_t kTcpChecksumAt = 16;
constexpr std::size_t kUdpChecksumAt = 6;
constexpr std::size_t kGre = 8;     // with a sequence number
constexpr std::size_t kErspan = 8;  // type II
constexpr std::size_t kSmallestFrame = 60;
constexpr std::uint8_t kProtocolTcp = 6;
constexpr std::uint8_t kProtocolUdp = 17;
constexpr std::uint8_t kProtocolGre = 47;
// The two ends of the mirror's tunnel.
constexpr Host kMirror = 0x00fffe01;
constexpr Host kProbe = 0x00fffe02;

}  // namespace

std::size_t header_size(const Wrapping& wrapping, bool udp) {
  return (wrapping.erspan ? kEthernet + kIpv4 + kGre + kErspan : 0) + kEthernet + (wrapping.vlan ? kTag : 0) +
         (wrapping.ipv6 ? kIpv6 : kIpv4) + (udp ? kUdp : kTcp);
}

std::span<const std::uint8_t> FrameMaker::make(const Segment& segment, const Wrapping& wrapping) {
  size_ = 0;
  const std::size_t carried = (segment.udp ? kUdp : kTcp) + segment.payload.size();
  const std::size_t packet = (wrapping.ipv6 ? kIpv6 : kIpv4) + carried;
  if (wrapping.erspan) {
    put_erspan(std::max(kEthernet + (wrapping.vlan ? kTag : 0) + packet, kSmallestFrame));
  }
  put_ethernet(wrapping.ipv6 ? 0x86dd : 0x0800, wrapping.vlan);
  const std::uint8_t protocol = segment.udp ? kProtocolUdp : kProtocolTcp;
  put_ip(carried, protocol, segment.from, segment.to, wrapping.ipv6);
  const std::size_t transport = size_;
  put_transport(segment);
  const std::size_t checksum_at = transport + (segment.udp ? kUdpChecksumAt : kTcpChecksumAt);
  set_checksum(checksum_at, transport - (wrapping.ipv6 ? 32 : 8), protocol + carried);
  const std::size_t outer = wrapping.erspan ? kEthernet + kIpv4 + kGre + kErspan : 0;
  for (; size_ < outer + kSmallestFrame; ++size_) bytes_[size_] = 0;
  return {bytes_.data(), size_};
}

void FrameMaker::put16(unsigned value) {
  bytes_[size_++] = static_cast<std::uint8_t>(value >> 8U);
  bytes_[size_++] = static_cast<std::uint8_t>(value);
}

void FrameMaker::put32(std::uint32_t value) {
  put16(value >> 16U);
  put16(value & 0xffffU);
}

void FrameMaker::put_host(Host host, bool ipv6) {
  if (ipv6) {
    put32(0xfd100000);
    put32(0);
    put32(0);
  }
  put32(0x0a000000U + host);
}

void FrameMaker::put_ethernet(unsigned type, bool vlan) {
  for (const unsigned word : {0x0200U, 0x0000U, 0x0001U, 0x0200U, 0x0000U, 0x0002U}) put16(word);
  if (vlan) {
    put16(0x8100);
    put16(100);
  }
  put16(type);
}

void FrameMaker::put_ip(std::size_t carried, std::uint8_t protocol, Host from, Host to, bool ipv6) {
  const auto length = static_cast<unsigned>(carried);
  if (ipv6) {
    put32(0x60000000);
    put16(length);
    put16((unsigned{protocol} << 8U) | 64U);
  } else {
    put16(0x4500);
    put16(length + kIpv4);
    put16(++identification_);
    put16(0x4000);  // do not fragment
    put16((64U << 8U) | protocol);
    put16(0);
  }
  put_host(from, ipv6);
  put_host(to, ipv6);
}

void FrameMaker::put_erspan(std::size_t mirrored) {
  put_ethernet(0x0800, false);
  put_ip(kGre + kErspan + mirrored, kProtocolGre, kMirror, kProbe, false);
  put16(0x1000);  // a sequence number is present
  put16(0x88be);
  put32(identification_);
  put32(0x10640001);  // version 1, VLAN 100, session 1
  put32(1);           // port index
}

void FrameMaker::put_transport(const Segment& segment) {
  put16(segment.from_port);
  put16(segment.to_port);
  if (segment.udp) {
    put16(static_cast<unsigned>(kUdp + segment.payload.size()));
    put16(0);
  } else {
    put32(segment.sequence);
    put32(segment.acknowledgement);
    put16(0x5000U | segment.flags);
    put16(0xffff);
    put32(0);
  }
  std::copy(segment.payload.begin(), segment.payload.end(),
            bytes_.begin() + static_cast<std::ptrdiff_t>(size_));
  size_ += segment.payload.size();
}

// Of everything from `from` on, and of what else a pseudo-header holds (RFC 9293, 3.1): addresses precede the
// transport, `rest` is the sum of its protocol and its length.
void FrameMaker::set_checksum(std::size_t checksum_at, std::size_t from, std::size_t rest) {
  bytes_[size_] = 0;  // an odd last byte counts as if a zero followed
  std::size_t sum = rest;
  for (std::size_t at = from; at < size_; at += 2) sum += std::size_t{bytes_[at]} << 8U | bytes_[at + 1];
  while (sum > 0xffff) sum = (sum & 0xffffU) + (sum >> 16U);
  const std::size_t checksum = sum == 0xffff ? sum : ~sum;
  bytes_[checksum_at] = static_cast<std::uint8_t>(checksum >> 8U);
  bytes_[checksum_at + 1] = static_cast<std::uint8_t>(checksum);
}

}  // namespace portproof::bench
