// What the decoder reports about a frame, as one line of text, so that a test is a table of description,
// frame and expected line.
//
//   "tcp 10.0.0.1:50000 > 10.0.0.2:80 flags 18 seq 7 ack 9, payload 5"
//   "icmp 10.0.0.2 > 10.0.0.1 error, payload 31, quotes udp 10.0.0.1:5000 > 10.0.0.2:53"
//   "no flow: arp"
//   "rejected: cut-headers"
//
// Whatever carried the packet follows it, outermost first: ", in gre:7, in mpls:16". A payload that was
// captured in part reads "payload 3 of 5". What the frame held and nobody could read comes last:
// ", unread: unknown-ethertype 8200".
#pragma once

#include <string>
#include <vector>

#include "capture/decode/decode.hpp"
#include "tests/support/captured_frame.hpp"
#include "tests/support/packet_builder.hpp"

namespace portproof::test {

std::string summary(const Decoded& decoded, const Packet& packet);

// Decodes the frame both ways (decode, decode_by_layers), and reports any difference, which there must never
// be.
std::string summary(const CapturedFrame& frame, const DecodeOptions& options = kDefaultDecode);
std::string summary(const Bytes& bytes, LinkType link_type = kLinkEthernet);

// As if a snap length had cut the frame.
std::string summary_snapped(const Bytes& bytes, std::size_t captured, LinkType link_type = kLinkEthernet);

struct Row {
  const char* sentence;
  Bytes frame;
  const char* expected;
};
void check(const std::vector<Row>& rows, LinkType link_type = kLinkEthernet);

}  // namespace portproof::test
