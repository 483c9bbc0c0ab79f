#include "tests/capture/decode/summary.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

namespace portproof::test {
namespace {

std::string protocol_name(std::uint8_t protocol) {
  switch (protocol) {
    case kProtocolTcp:
      return "tcp";
    case kProtocolUdp:
      return "udp";
    case kProtocolSctp:
      return "sctp";
    case kProtocolIcmp:
      return "icmp";
    case kProtocolIcmpV6:
      return "icmpv6";
    default:
      return std::to_string(protocol);
  }
}

std::string endpoint(const IpAddress& address, std::uint16_t port) {
  if (port == 0) return to_string(address);
  return address.family == IpFamily::v4 ? fmt::format("{}:{}", to_string(address), port)
                                        : fmt::format("[{}]:{}", to_string(address), port);
}

std::string icmp_name(IcmpClass value) {
  switch (value) {
    case IcmpClass::none:
      return "";
    case IcmpClass::echo_request:
      return " echo-request";
    case IcmpClass::echo_reply:
      return " echo-reply";
    case IcmpClass::error:
      return " error";
    case IcmpClass::other:
      return " other";
  }
  return "?";
}

// Of a rejected frame, the reason says it.
std::string unread_words(const Decoded& decoded) {
  if (!decoded.unread) return "";
  const UnreadRow& row = row_of(decoded.unread.kind);
  if (decoded.kind == Decoded::Kind::rejected &&
      row.name == kRejectReasonNames[static_cast<std::size_t>(decoded.reject)])
    return "";
  std::string text = fmt::format(", unread: {}", row.name);
  if (row.number.empty()) return text;
  return text + (row.hexadecimal ? fmt::format(" {:04x}", decoded.unread.number)
                                 : fmt::format(" {}", decoded.unread.number));
}

}  // namespace

std::string summary(const Decoded& decoded, const Packet& packet) {
  if (decoded.kind == Decoded::Kind::rejected) {
    return fmt::format("rejected: {}{}", kRejectReasonNames[static_cast<std::size_t>(decoded.reject)],
                       unread_words(decoded));
  }
  if (decoded.kind == Decoded::Kind::no_flow) {
    return fmt::format("no flow: {}{}", kNoFlowReasonNames[static_cast<std::size_t>(decoded.no_flow)],
                       unread_words(decoded));
  }
  std::string text =
      fmt::format("{} {} > {}{}", protocol_name(packet.protocol), endpoint(packet.source, packet.source_port),
                  endpoint(packet.destination, packet.destination_port), icmp_name(packet.icmp));
  if (packet.tcp_flags != 0 || packet.tcp_sequence != 0 || packet.tcp_acknowledgement != 0) {
    text += fmt::format(" flags {:02x} seq {} ack {}", packet.tcp_flags, packet.tcp_sequence,
                        packet.tcp_acknowledgement);
  }
  if (packet.payload.size() != packet.payload_length) {
    text += fmt::format(", payload {} of {}", packet.payload.size(), packet.payload_length);
  } else if (packet.payload_length > 0) {
    text += fmt::format(", payload {}", packet.payload_length);
  }
  if (packet.transport_cut) text += ", transport cut";
  if (packet.broadcast_frame) text += ", broadcast";
  for (const TunnelLayer& layer : packet.tunnels) text += ", in " + to_string(layer);
  if (packet.vlans != 0) text += fmt::format(", vlans {}/{}", packet.vlans >> 12U, packet.vlans & 0xfffU);
  if (packet.quoted.present) {
    const QuotedPacket& quoted = packet.quoted;
    text += fmt::format(", quotes {} {} > {}", protocol_name(quoted.protocol),
                        endpoint(quoted.source, quoted.source_port),
                        endpoint(quoted.destination, quoted.destination_port));
  }
  return text + unread_words(decoded);
}

std::string summary(const CapturedFrame& frame, const DecodeOptions& options) {
  // Traces of an earlier frame must not show.
  Packet packet;
  packet.source_port = 1;
  packet.tcp_flags = 0xff;
  packet.tcp_sequence = 1;
  packet.icmp = IcmpClass::error;
  packet.transport_cut = true;
  packet.broadcast_frame = true;
  packet.payload_length = 99;
  packet.quoted.present = true;
  packet.vlans = 99;
  packet.ip_identification = 99;
  packet.fragment.part = Fragment::Part::later;
  packet.decrypted = true;
  packet.tunnels.push({});
  Packet by_layers = packet;
  const FrameView view = frame.view(7);
  std::string text = summary(decode(view, packet, options), packet);
  const std::string other = summary(decode_by_layers(view, by_layers, options), by_layers);
  const bool same_facts = packet.ip_identification == by_layers.ip_identification &&
                          packet.fragment.part == by_layers.fragment.part && !packet.decrypted &&
                          !by_layers.decrypted;
  if (text != other || !same_facts || packet.payload.data() != by_layers.payload.data())
    text += " BUT BY LAYERS " + other;
  if (packet.frame_number != 7 || packet.time != frame.time || packet.wire_length != frame.length_on_wire()) {
    text += " WITHOUT THE FRAME'S FACTS";
  }
  return text;
}

std::string summary(const Bytes& bytes, LinkType link_type) {
  CapturedFrame frame;
  frame.bytes = bytes;
  frame.link_type = link_type;
  return summary(frame);
}

std::string summary_snapped(const Bytes& bytes, std::size_t captured, LinkType link_type) {
  CapturedFrame frame;
  frame.bytes = {bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(captured)};
  frame.bytes.shrink_to_fit();  // so that a sanitizer catches a read beyond the end
  frame.wire_length = static_cast<std::uint32_t>(bytes.size());
  frame.link_type = link_type;
  return summary(frame);
}

void check(const std::vector<Row>& rows, LinkType link_type) {
  for (const Row& row : rows) {
    CAPTURE(std::string(row.sentence));
    CHECK(summary(row.frame, link_type) == std::string(row.expected));
  }
}

}  // namespace portproof::test
