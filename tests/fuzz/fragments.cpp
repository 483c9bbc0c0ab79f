// The table of first fragments on its own: steps of eight bytes, each a fragment that arrives some time after
// the previous one, checked against a map that forgets nothing.
#include "capture/flow/fragment_table.hpp"

#include <map>
#include <tuple>

#include "tests/fuzz/run.hpp"

namespace portproof::fuzz {
namespace {

// What the fragments of one packet share.
using Identity = std::tuple<IpAddress, IpAddress, std::uint8_t, std::uint32_t>;

struct Remembered {
  Timestamp time;
  Packet packet;
};

IpAddress address(std::uint8_t which) {
  const std::uint8_t bytes[16]{0x20, 1, which};
  return (which & 0x80U) != 0 ? IpAddress::v6(bytes) : IpAddress::v4(bytes);
}

Identity identity(const Packet& packet) {
  const Fragment& parts = packet.fragment;
  return {parts.source, parts.destination, parts.protocol, parts.identification};
}

// kind, from, to, protocol, identification, pause, port, inner address. If the fragment belongs to a tunnel's
// packet, the inner packet has addresses of its own.
Packet packet_of(std::span<const std::uint8_t> step) {
  Packet packet;
  packet.fragment.part = static_cast<Fragment::Part>(step[0] % 3);
  packet.fragment.source = address(step[1]);
  packet.fragment.destination = address(step[2]);
  packet.fragment.protocol = step[3];
  packet.fragment.identification = step[4];
  const bool tunnelled = (step[0] & 0x80U) != 0;
  packet.source = tunnelled ? address(step[7]) : packet.fragment.source;
  packet.destination = packet.fragment.destination;
  packet.protocol = step[3];
  packet.source_port = step[6];
  packet.destination_port = 53;
  packet.payload_length = 99;
  return packet;
}

class Run {
 public:
  void step(std::span<const std::uint8_t> bytes) {
    now_ = now_ + Duration{std::int64_t{bytes[5]} * bytes[5] * 1'000'000};  // up to 65 seconds
    const Packet packet = packet_of(bytes);
    if (packet.fragment.part == Fragment::Part::first) {
      remember(packet, (bytes[0] & 0x40U) != 0 ? 300 : 1);
    } else {
      place(packet);
    }
  }

 private:
  // `count` identifications later: many at once evict others.
  void remember(Packet packet, std::uint32_t count) {
    for (std::uint32_t more = 0; more < count; ++more) {
      table_.remember(packet, now_);
      known_[identity(packet)] = {now_, packet};
      packet.fragment.identification += 0x100;
    }
  }

  void place(const Packet& packet) {
    Packet placed = packet;
    if (!table_.place(placed, now_)) {
      require(placed.source == packet.source && placed.source_port == packet.source_port &&
                  placed.payload_length == packet.payload_length,
              "what cannot be placed is unchanged");
      return;
    }
    require(packet.fragment.part == Fragment::Part::later, "only a later fragment is placed");
    const auto first = known_.find(identity(packet));
    require(first != known_.end(), "it has a first fragment with the same addresses");
    const Packet& of = first->second.packet;
    require(now_ - first->second.time <= FragmentTable::kLifetime, "its first fragment is not too old");
    require(placed.source == of.source && placed.destination == of.destination &&
                placed.source_port == of.source_port && placed.destination_port == of.destination_port &&
                placed.protocol == of.protocol,
            "it goes to the flow of the last first fragment");
    require(
        placed.transport_cut && placed.payload.empty() && placed.payload_length == 0 && placed.tcp_flags == 0,
        "and changes nothing else");
  }

  FragmentTable table_{7};
  std::map<Identity, Remembered> known_;
  Timestamp now_{Timestamp::from_parts(1'000'000, 0)};
};

}  // namespace

void fuzz_one(std::span<const std::uint8_t> bytes) {
  constexpr std::size_t kStep = 8;
  Run run;
  for (; bytes.size() >= kStep; bytes = bytes.subspan(kStep)) run.step(bytes.first(kStep));
}

}  // namespace portproof::fuzz
