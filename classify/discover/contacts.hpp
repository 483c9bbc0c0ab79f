// What evidence offers for guessing at roles: who was served by whom, on which service, and what that said of
// itself. Attempts that nobody answered are no contact; they only show who goes from door to door.
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

// Where an address lies, as far as can be told before anybody has written it down.
enum class Place : std::uint8_t {
  inside,     // private, or in the inventory's `internal`
  outside,    // a public address
  broadcast,  // 255.255.255.255, or the destination of frames to the broadcast MAC address
};

// One service at one responder, used by one initiator. Conversations that differ in names alone are one.
struct Contact {
  std::uint32_t initiator{0};  // index into Contacts::hosts
  std::uint32_t responder{0};
  Transport transport{Transport::tcp};
  std::uint16_t port{0};  // 0 for ICMP
  Application application{Application::unknown};
  HttpKinds kinds;
  bool request_seen{false};  // a request or ClientHello was seen whole: it could have had a kind or a name
  bool both_spoke{false};    // the responder answered
  bool firm{false};          // who began is known, not guessed
  std::vector<std::string> names;  // that the connections gave, sorted
  std::uint64_t sessions{0};
  FrameRef first_frame;
};

// One end of a contact, from its host's side.
struct ContactEnd {
  std::uint32_t contact{0};  // index into Contacts::contacts
  bool serves{false};        // is the host the responder?
};

struct ContactHost {
  IpAddress address;
  Place place{Place::inside};
  std::vector<std::string> names;  // from DNS answers and from connections to it; sorted
  std::vector<ContactEnd> ends;    // in the order of the contacts
  std::uint64_t knocked{0};        // different ports of different hosts that it tried and got no answer from
  bool scanner{false};             // goes from door to door: its contacts are left out
};

struct Contacts {
  std::vector<ContactHost> hosts;  // by address
  std::vector<Contact> contacts;   // by initiator, responder, transport, port, application

  // The host at the address; nothing where it takes part in no contact and tried nothing.
  [[nodiscard]] std::optional<std::uint32_t> find(const IpAddress& address) const;
};

// An initiator that got no answer from so many doors (host and port), or was answered on so many ports of one
// host, is a scanner.
inline constexpr std::size_t kScannedDoors = 40;

// `inventory` may be null; what it says to lie inside is inside. Loopback, link-local and multicast addresses
// take part in nothing.
Contacts contacts_of(const Evidence& evidence, const Inventory* inventory);

}  // namespace portproof
