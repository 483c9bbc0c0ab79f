// What a conversation runs on, as rules, inventories and reports name it: an IP protocol, except that echoes
// of ICMP are apart from its other messages.
#pragma once

#include <array>
#include <bitset>
#include <charconv>
#include <cstdint>
#include <optional>
#include <string_view>

#include "capture/base/ip_protocol.hpp"

namespace portproof {

// The value is the IP protocol number; each of the 256 is a transport, with an enumerator or without. `icmp`
// stands for the echoes of ICMP and ICMPv6, `icmp_other` for their other messages.
enum class Transport : std::uint16_t {
  icmp = kProtocolIcmp,
  tcp = kProtocolTcp,
  udp = kProtocolUdp,
  dccp = kProtocolDccp,
  gre = kProtocolGre,
  esp = kProtocolEsp,
  ah = kProtocolAh,
  sctp = kProtocolSctp,
  udp_lite = kProtocolUdpLite,
  icmp_other = 256,
};

inline constexpr std::size_t kTransportCount = 257;

using TransportSet = std::bitset<kTransportCount>;

// The transport of an IP protocol; of ICMP, the echoes.
constexpr Transport transport_of(std::uint8_t protocol) {
  return protocol == kProtocolIcmpV6 ? Transport::icmp : static_cast<Transport>(protocol);
}

// Does the transport have ports? The service port of a conversation on any other is 0.
constexpr bool has_ports(Transport transport) {
  return transport != Transport::icmp_other && has_ports(static_cast<std::uint8_t>(transport));
}

// Does any of them have ports?
inline bool has_any_ports(const TransportSet& transports) {
  for (std::size_t value = 0; value < kTransportCount; ++value) {
    if (transports.test(value) && has_ports(static_cast<Transport>(value))) return true;
  }
  return false;
}

// The first without ports, if any.
inline std::optional<Transport> first_without_ports(const TransportSet& transports) {
  for (std::size_t value = 0; value < kTransportCount; ++value) {
    const auto transport = static_cast<Transport>(value);
    if (transports.test(value) && !has_ports(transport)) return transport;
  }
  return std::nullopt;
}

// Do requests show which end began? Protocols without ports, apart from echoes, have no client and no server.
constexpr bool has_direction(Transport transport) {
  return transport == Transport::icmp || has_ports(transport);
}

// Is it one of the transports that product documentation uses: TCP, UDP, SCTP and ICMP echo?
constexpr bool is_common(Transport transport) {
  return transport == Transport::tcp || transport == Transport::udp || transport == Transport::sctp ||
         transport == Transport::icmp;
}

// Transports that have a name of their own; every other one is "ip-" and its protocol number.
struct NamedTransport {
  std::uint16_t value;
  std::string_view name;
};
inline constexpr std::array<NamedTransport, 16> kNamedTransports{{{kProtocolIcmp, "icmp"},
                                                                  {kProtocolIgmp, "igmp"},
                                                                  {kProtocolTcp, "tcp"},
                                                                  {kProtocolUdp, "udp"},
                                                                  {kProtocolDccp, "dccp"},
                                                                  {kProtocolGre, "gre"},
                                                                  {kProtocolEsp, "esp"},
                                                                  {kProtocolAh, "ah"},
                                                                  {kProtocolEigrp, "eigrp"},
                                                                  {kProtocolOspf, "ospf"},
                                                                  {kProtocolEtherIp, "etherip"},
                                                                  {kProtocolPim, "pim"},
                                                                  {kProtocolVrrp, "vrrp"},
                                                                  {kProtocolSctp, "sctp"},
                                                                  {kProtocolUdpLite, "udp-lite"},
                                                                  {256, "icmp-other"}}};

inline constexpr std::array<std::string_view, kNamedTransports.size()> kTransportWords = [] {
  std::array<std::string_view, kNamedTransports.size()> words;
  for (std::size_t index = 0; index < words.size(); ++index) words[index] = kNamedTransports[index].name;
  return words;
}();

// "ip-0" to "ip-255", in one text.
struct TransportNumbers {
  static constexpr std::size_t kLongest = 6;
  std::array<char, 256 * kLongest> text{};
  std::array<std::uint8_t, 256> sizes{};

  constexpr TransportNumbers() {
    for (std::size_t number = 0; number < sizes.size(); ++number) {
      char* const begin = text.data() + number * kLongest;
      char* end = begin;
      for (const char letter : {'i', 'p', '-'}) *end++ = letter;
      for (std::size_t unit = number < 10 ? 1 : (number < 100 ? 10 : 100); unit > 0; unit /= 10) {
        *end++ = static_cast<char>('0' + number / unit % 10);
      }
      sizes[number] = static_cast<std::uint8_t>(end - begin);
    }
  }
  [[nodiscard]] constexpr std::string_view of(std::size_t number) const {
    return {text.data() + number * kLongest, sizes[number]};
  }
};
inline constexpr TransportNumbers kTransportNumbers;

// "tcp", "icmp-other", "ip-253". Valid for as long as the program runs.
constexpr std::string_view name(Transport transport) {
  const auto value = static_cast<std::uint16_t>(transport);
  for (const NamedTransport& named : kNamedTransports) {
    if (named.value == value) return named.name;
  }
  return kTransportNumbers.of(value);
}

// Reads what `name` writes, and "ip-" with the number of a protocol that has a name of its own. Not "ip-1" or
// "ip-58": of ICMP, echoes and other messages are two transports.
constexpr std::optional<Transport> parse_transport(std::string_view text) {
  for (const NamedTransport& named : kNamedTransports) {
    if (named.name == text) return static_cast<Transport>(named.value);
  }
  for (std::uint16_t number = 0; number < 256; ++number) {
    if (kTransportNumbers.of(number) != text) continue;
    if (number == kProtocolIcmp || number == kProtocolIcmpV6) return std::nullopt;
    return static_cast<Transport>(number);
  }
  return std::nullopt;
}

// For messages about a word that is none.
inline constexpr std::string_view kTransportsToWrite =
    "tcp, udp, sctp, icmp (echo), icmp-other, the name of another IP protocol such as esp or gre, or its "
    "number such as ip-253";

}  // namespace portproof
