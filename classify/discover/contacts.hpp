// The evidence from which roles are inferred: who served whom, on which service, and what the traffic showed
// about it. Unanswered attempts are not contacts; they only reveal hosts that probe many ports.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "capture/base/transport.hpp"
#include "capture/evidence/evidence.hpp"
#include "classify/inventory.hpp"

namespace portproof {

// Where an address lies, as far as is known without an inventory.
enum class Place : std::uint8_t {
  inside,     // private, or in the inventory's `internal`
  outside,    // a public address
  broadcast,  // 255.255.255.255, or the destination of frames to the broadcast MAC address
};

// One service at one responder, used by one initiator, whatever names the connections gave.
struct Contact {
  std::uint32_t initiator{0};  // index into Contacts::hosts
  std::uint32_t responder{0};
  Transport transport{Transport::tcp};
  std::uint16_t port{0};  // 0 for ICMP
  Application application{kUnknownApplication};
  HttpKinds kinds;
  bool request_seen{false};  // a whole request or ClientHello was seen: it could have had a kind or a name
  bool both_spoke{false};    // the responder answered
  bool firm{false};          // the initiator is known, not guessed
  std::vector<std::string> names;  // given by the connections, sorted
  std::uint64_t sessions{0};
  FrameRef first_frame;
};

// One end of a contact, from its host's point of view.
struct ContactEnd {
  std::uint32_t contact{0};  // index into Contacts::contacts
  bool serves{false};        // is the host the responder?
};

struct ContactHost {
  IpAddress address;
  Place place{Place::inside};
  std::vector<std::string> names;  // from DNS answers and from connections to it; sorted
  std::vector<ContactEnd> ends;    // in the order of the contacts
  std::uint64_t knocked{0};        // distinct pairs of host and port that it tried without an answer
  bool scanner{false};             // probes many ports: its contacts are left out
};

struct Contacts {
  std::vector<ContactHost> hosts;  // by address
  std::vector<Contact> contacts;   // by initiator, responder, transport, port, application

  // The host at the address; nothing if it has neither contacts nor attempts.
  [[nodiscard]] std::optional<std::uint32_t> find(const IpAddress& address) const;
};

// An initiator that tried this many ports (of any hosts) without an answer, or was answered on this many
// ports of one host below the ephemeral range, is a scanner.
inline constexpr std::size_t kScannedDoors = 40;

// `inventory` may be null; addresses in its `internal` are inside. Loopback, link-local and multicast
// addresses are left out.
Contacts contacts_of(const Evidence& evidence, const Inventory* inventory);

}  // namespace portproof
