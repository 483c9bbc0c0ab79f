// Frames that hold something and cannot be read: one of each kind that a pcapng file can show, except for the
// unknown block, which is no frame.
#include <utility>

#include "capture/decode/packet.hpp"
#include "samples/estate.hpp"

namespace portproof::samples {
namespace {

using test::CapturedFrame;
using test::Eth;

constexpr LinkType kWireless = 105;
constexpr LinkType kUserDefined = 147;

// From a desktop to the outside, if it could be read.
PacketBuilder outward(PacketBuilder below) {
  return below.ipv4("10.20.4.11", "198.51.100.66");
}

CapturedFrame snapped(Bytes bytes, std::size_t captured) {
  CapturedFrame frame;
  frame.wire_length = static_cast<std::uint32_t>(bytes.size());
  bytes.resize(captured);
  frame.bytes = std::move(bytes);
  return frame;
}

CapturedFrame on_link(LinkType type, Bytes bytes) {
  CapturedFrame frame;
  frame.link_type = type;
  frame.bytes = std::move(bytes);
  return frame;
}

// Below IP: types and protocols that nobody here knows, and a frame that is encrypted.
void unknown_layers(Scenario& play) {
  play.raw(Eth().vlan(40).ethertype(0x88b5).payload(Bytes(46)));
  play.raw(outward(Eth().ethertype(0x8200).raw({0, 10, 8, 0})).udp(50'000, 4444).payload(Bytes(40)));
  play.raw(Eth().llc(0x22, 0x22, 3).payload(Bytes(43)));
  play.raw(Eth().snap(0x12'3456).ethertype(1).payload(Bytes(40)));
  play.raw(Eth().ethertype(0x8864).raw({0x11, 0, 0, 7, 0, 8, 0, 0xfd}).payload(Bytes(38)));
  play.raw(Eth().ethertype(0x8847).raw({0, 1, 1, 64}).payload(Bytes(42, 0x77)));
  play.raw(Eth().ethertype(0x88e5).raw({0x0c, 0, 0, 0, 0, 1}).payload(Bytes(60, 0xa5)));
  PacketBuilder tags = Eth();
  for (std::uint16_t tag = 1; tag <= 17; ++tag) tags.vlan(tag);
  play.raw(outward(tags).udp(50'000, 4444));
}

// Headers that are wrong, or end too early.
void broken_headers(Scenario& play) {
  play.raw(outward(Eth()).ip_version(7).udp(50'000, 4444).payload(Bytes(20)));
  play.raw(outward(Eth()).ip_header_words(4).udp(50'000, 4444).payload(Bytes(20)));
  PacketBuilder chain = Eth().ipv6("fd20:0:0:4::11", "2001:db8::66");
  for (int header = 0; header < 9; ++header) chain.destination_options();
  play.raw(chain.udp(50'000, 4444).payload(Bytes(20)));
  play.raw(outward(Eth()).fragment(1480, false, 77).protocol(17).payload(Bytes(200)));
  const Bytes whole = Eth().ipv6("fd20:0:0:4::11", "2001:db8::66").tcp(50'000, 4444, kTcpSyn);
  play.raw(snapped(whole, 40));
  play.raw(Bytes(whole.begin(), whole.begin() + 56));
  play.raw(Bytes(whole.begin(), whole.begin() + 10));
}

// Tunnels between routers, and links of another sort, with contents that cannot be told.
void closed_carriers(Scenario& play) {
  const auto between_routers = [] { return Eth().ipv4("192.0.2.1", "192.0.2.2"); };
  play.raw(between_routers().protocol(47).raw({0, 2, 8, 0}).payload(Bytes(40)));
  play.raw(between_routers().udp(50'000, 37'008).raw({1, 0, 0, 99, 1}).payload(Bytes(40)));
  play.raw(on_link(kUserDefined, Bytes(60)));
  // Two frames aggregated into one: the first is read.
  Bytes aggregated(40);
  aggregated[0] = 0x88;
  aggregated[1] = 2;
  aggregated[24] = 0x80;
  const Bytes first = PacketBuilder{}
                          .raw({0xaa, 0xaa, 3, 0, 0, 0, 8, 0})
                          .ipv4("10.20.4.11", "10.20.1.10")
                          .udp(50'000, 53)
                          .payload(Bytes(20));
  aggregated.insert(aggregated.end(), first.begin(), first.end());
  play.raw(on_link(kWireless, aggregated));
}

}  // namespace

void unread_frames(Scenario& play) {
  tls(play, "user1", "sf1", 443, "store.estate.example");
  unknown_layers(play);
  broken_headers(play);
  closed_carriers(play);
}

}  // namespace portproof::samples
