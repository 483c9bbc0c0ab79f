#include "capture/decode/internal/ip.hpp"

#include <algorithm>

#include "capture/decode/internal/ip_tunnel.hpp"
#include "capture/decode/internal/transport.hpp"

namespace portproof {
namespace {

// IPv6 extension headers, by their protocol numbers
// (https://www.iana.org/assignments/ipv6-parameters, "Extension Header Types").
constexpr std::uint8_t kHopByHop = 0;
constexpr std::uint8_t kRouting = 43;
constexpr std::uint8_t kFragment = 44;
constexpr std::uint8_t kAuthentication = kProtocolAh;  // RFC 4302; over IPv4 as well
constexpr std::uint8_t kNoNextHeader = 59;
constexpr std::uint8_t kDestinationOptions = 60;
constexpr std::uint8_t kMobility = 135;
constexpr std::uint8_t kHostIdentity = 139;
constexpr std::uint8_t kShim6 = 140;

constexpr std::uint16_t kIpv4MoreFlag = 0x2000;
constexpr std::uint16_t kIpv4OffsetMask = 0x1fff;
constexpr std::uint16_t kIpv6OffsetMask = 0xfff8;

// The part of an IP packet after the headers parsed so far.
struct Upper {
  ByteCursor at;          // as captured, without the frame's padding
  std::uint32_t wire{0};  // as it was on the wire
  std::uint8_t protocol{0};

  // Skips a header of `count` bytes. Requires `at.has(count)`.
  void skip(std::uint32_t count) {
    at.skip(count);
    wire -= count;
  }
};

bool is_extension(std::uint8_t protocol) {
  switch (protocol) {
    case kHopByHop:
    case kRouting:
    case kFragment:
    case kAuthentication:
    case kDestinationOptions:
    case kMobility:
    case kHostIdentity:
    case kShim6:
      return true;
    default:
      return false;
  }
}

// Others may follow these, but mostly they are sent for their own sake, with nothing after them.
bool speaks_for_itself(std::uint8_t protocol) {
  return protocol == kMobility || protocol == kHostIdentity || protocol == kShim6;
}

enum class Step : std::uint8_t { next, last, later_fragment, not_there, malformed };

// Keeps the fields that all fragments share; if fragments are nested, of the outermost, which is the one that
// was split.
void note_fragment(Packet& packet, bool later, std::uint8_t protocol, std::uint32_t identification) {
  if (packet.fragment.part != Fragment::Part::none) return;
  packet.fragment = {later ? Fragment::Part::later : Fragment::Part::first, packet.source, packet.destination,
                     protocol, identification};
}

// The IPv6 fragment header at the cursor (RFC 8200, 4.5). One that holds a whole packet does not make a
// fragment.
void note_fragment_v6(const Upper& upper, Packet& packet) {
  constexpr std::size_t kFragmentHeader = 8;
  if (!upper.at.has(kFragmentHeader)) return;
  const std::uint8_t* const header = upper.at.position();
  const std::uint16_t offset_and_more = load_be16(header + 2);
  constexpr std::uint16_t kMore = 1;
  if ((offset_and_more & (kIpv6OffsetMask | kMore)) == 0) return;
  note_fragment(packet, (offset_and_more & kIpv6OffsetMask) != 0, header[0], load_be32(header + 4));
}

// Skips one extension header.
Step skip_extension(Upper& upper) {
  if (upper.wire < 8) return Step::malformed;
  if (!upper.at.has(8)) return Step::not_there;
  const std::uint8_t* const header = upper.at.position();
  const std::uint32_t units = header[1];
  std::uint32_t length = (units + 1) * 8;
  if (upper.protocol == kFragment) length = 8;
  if (upper.protocol == kAuthentication) length = (units + 2) * 4;
  if (length > upper.wire) return Step::malformed;
  if (upper.protocol == kFragment && (load_be16(header + 2) & kIpv6OffsetMask) != 0) {
    return Step::later_fragment;
  }
  if (header[0] == kNoNextHeader && speaks_for_itself(upper.protocol)) return Step::last;
  if (!upper.at.has(length)) return Step::not_there;
  upper.protocol = header[0];
  upper.skip(length);
  return Step::next;
}

Decoded decode_upper(Upper& upper, Layers& layers) {
  layers.packet.protocol = upper.protocol;
  if (is_ip_tunnel(upper.protocol) && layers.may_peel()) [[unlikely]] {
    return decode_ip_tunnel(upper.at, upper.wire, layers);
  }
  return decode_transport(upper.at, upper.wire, layers);
}

Decoded decode_upper_v6(Upper& upper, Layers& layers) {
  bool authenticated = false;
  for (int headers = 0; is_extension(upper.protocol); ++headers) {
    layers.packet.protocol = upper.protocol;
    if (headers == kMaxExtensionHeaders) return addressed(rejected(RejectReason::extension_chain));
    if (upper.protocol == kFragment) note_fragment_v6(upper, layers.packet);
    switch (skip_extension(upper)) {
      case Step::next:
        if (layers.packet.protocol == kAuthentication && !authenticated) {
          authenticated = true;
          layers.note_carrier(kAuthentication);
        }
        break;
      case Step::last:
        return decode_upper(upper, layers);
      case Step::later_fragment:
        layers.packet.protocol = *upper.at.position();
        return addressed(no_flow(NoFlowReason::later_fragment));
      case Step::not_there:
        return addressed(header_missing(layers));
      case Step::malformed:
        return addressed(rejected(RejectReason::extension_chain));
    }
  }
  return decode_upper(upper, layers);
}

Decoded decode_ipv4(ByteCursor& at, Layers& layers) {
  if (!at.has(kIpv4Header)) return header_missing(layers);
  const std::uint8_t* const header = at.position();
  const std::uint32_t header_length = (header[0] & 0x0fU) * 4U;
  std::uint32_t total_length = load_be16(header + 2);
  // Written by network cards that segment: the capture has the super-frame before it is split.
  if (total_length == 0) total_length = std::max(layers.wire_after(header), header_length);
  if (header_length < kIpv4Header || total_length < header_length) {
    return rejected(RejectReason::bad_ip_header);
  }
  layers.note_claim(header, total_length);
  layers.ip_header = header;
  layers.packet.source.assign_v4(header + 12);
  layers.packet.destination.assign_v4(header + 16);
  layers.packet.protocol = header[9];
  layers.packet.ip_identification = load_be16(header + 4);
  layers.time_to_live = header[8];
  const std::uint16_t flags_and_offset = load_be16(header + 6);
  if ((flags_and_offset & (kIpv4MoreFlag | kIpv4OffsetMask)) != 0) {
    const bool later = (flags_and_offset & kIpv4OffsetMask) != 0;
    note_fragment(layers.packet, later, header[9], layers.packet.ip_identification);
    if (later) return addressed(no_flow(NoFlowReason::later_fragment));
  }

  Upper upper{.at = at.window(total_length), .wire = total_length, .protocol = header[9]};
  if (!upper.at.has(header_length)) {
    // The options are cut: only a protocol with ports needs what comes after them.
    upper.at.skip(upper.at.remaining());
    upper.wire -= header_length;
    return decode_upper(upper, layers);
  }
  upper.skip(header_length);
  if (upper.protocol == kAuthentication) [[unlikely]] {
    const Step step = skip_extension(upper);
    if (step == Step::not_there) return addressed(header_missing(layers));
    if (step == Step::malformed) return addressed(rejected(RejectReason::bad_ip_header));
    layers.note_carrier(kAuthentication);
  }
  return decode_upper(upper, layers);
}

Decoded decode_ipv6(ByteCursor& at, Layers& layers) {
  if (!at.has(kIpv6Header)) return header_missing(layers);
  const std::uint8_t* const header = at.position();
  layers.ip_header = header;
  layers.packet.ip_identification = 0;
  layers.time_to_live = header[7];
  layers.packet.source.assign_v6(header + 8);
  layers.packet.destination.assign_v6(header + 24);
  at.skip(kIpv6Header);
  // Zero means a jumbogram (RFC 2675) or a super-frame before segmentation: use the rest of the frame.
  std::uint32_t payload_length = load_be16(header + 4);
  if (payload_length == 0) payload_length = layers.wire_after(at.position());
  layers.note_claim(at.position(), payload_length);
  Upper upper{.at = at.window(payload_length), .wire = payload_length, .protocol = header[6]};
  return decode_upper_v6(upper, layers);
}

void quote_ports(const Upper& upper, QuotedPacket& quoted) {
  quoted.protocol = upper.protocol;
  if (is_icmp(upper.protocol) && upper.at.has(1)) {
    quoted.icmp = icmp_class_of(upper.protocol, *upper.at.position());
  }
  if (!has_ports(upper.protocol) || !upper.at.has(kPorts)) return;
  quoted.source_port = load_be16(upper.at.position());
  quoted.destination_port = load_be16(upper.at.position() + 2);
}

QuotedPacket parse_quoted_v4(ByteCursor at) {
  QuotedPacket quoted;
  const std::uint8_t* const header = at.position();
  const std::uint32_t header_length = (header[0] & 0x0fU) * 4U;
  if (header_length < kIpv4Header) return quoted;
  quoted.present = true;
  quoted.source = IpAddress::v4(header + 12);
  quoted.destination = IpAddress::v4(header + 16);
  quoted.protocol = header[9];
  if ((load_be16(header + 6) & kIpv4OffsetMask) != 0) return quoted;
  // The quote ends long before the length in its header, so that length is of no use here.
  Upper upper{.at = at, .wire = 0xffff, .protocol = header[9]};
  if (!at.has(header_length)) return quoted;
  upper.skip(header_length);
  if (upper.protocol == kAuthentication && skip_extension(upper) != Step::next) return quoted;
  quote_ports(upper, quoted);
  return quoted;
}

QuotedPacket parse_quoted_v6(ByteCursor at) {
  QuotedPacket quoted;
  if (!at.has(kIpv6Header)) return quoted;
  const std::uint8_t* const header = at.position();
  quoted.present = true;
  quoted.source = IpAddress::v6(header + 8);
  quoted.destination = IpAddress::v6(header + 24);
  at.skip(kIpv6Header);
  Upper upper{.at = at, .wire = 0xffff, .protocol = header[6]};
  for (int headers = 0; headers < kMaxExtensionHeaders && is_extension(upper.protocol); ++headers) {
    if (skip_extension(upper) != Step::next) break;
  }
  quote_ports(upper, quoted);
  return quoted;
}

}  // namespace

Decoded decode_ip(ByteCursor& at, Layers& layers) {
  if (!at.has(1)) return header_missing(layers);
  switch (*at.position() >> 4U) {
    case 4:
      return decode_ipv4(at, layers);
    case 6:
      return decode_ipv6(at, layers);
    default:
      return rejected(RejectReason::bad_ip_version);
  }
}

Decoded decode_ipv4_payload(std::uint8_t protocol, ByteCursor& at, Layers& layers) {
  Upper upper{.at = at, .wire = layers.wire_after(at.position()), .protocol = protocol};
  return decode_upper(upper, layers);
}

Decoded decode_ipv6_payload(std::uint8_t next_header, ByteCursor& at, Layers& layers) {
  Upper upper{.at = at, .wire = layers.wire_after(at.position()), .protocol = next_header};
  return decode_upper_v6(upper, layers);
}

QuotedPacket parse_quoted(ByteCursor at) {
  if (!at.has(kIpv4Header)) return {};
  switch (*at.position() >> 4U) {
    case 4:
      return parse_quoted_v4(at);
    case 6:
      return parse_quoted_v6(at);
    default:
      return {};
  }
}

}  // namespace portproof
