// What the documentation allows: which roles may talk to which, on what transport and ports, and where it
// says so.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "capture/base/application.hpp"
#include "capture/base/transport.hpp"

namespace portproof {

// Ports `first` to `last`, both included.
struct PortRange {
  std::uint16_t first{0};
  std::uint16_t last{0};
  [[nodiscard]] bool contains(std::uint16_t port) const { return first <= port && port <= last; }
  [[nodiscard]] std::size_t size() const { return static_cast<std::size_t>(last) - first + 1; }
  friend auto operator<=>(const PortRange&, const PortRange&) = default;
};

// "80" or "16500-16509"; 1 to 65535, first not above last. `fault` says what is wrong otherwise.
std::optional<PortRange> parse_port_range(std::string_view text, std::string& fault);
std::string to_string(PortRange range);

// A range with more ports than this is broad.
inline constexpr std::size_t kBroadPorts = 1000;

// Sorts the ranges and merges those that overlap. A narrow range stays apart from a broad one that contains
// it: it was written because its ports are meant.
void sort_and_merge(std::vector<PortRange>& ports);

// A product version that a rule depends on.
struct VersionBound {
  std::string product;  // a system's id, the key under [versions] in an inventory
  std::string version;  // dotted numbers
};

// Compares dotted versions, looking only at as many components as `bound` has: negative, zero or positive if
// `version` is before, at or after the bound. "2209.1" is at "2209"; "7" counts as "7.0" if the bound has two
// components. A component that is not a number compares as text.
int compare_version(std::string_view version, std::string_view bound);

struct Rule {
  std::string id;                 // kebab-case, stable
  std::string system;             // the system whose table has it; "site" for an [[allow]]
  std::string overlay;            // the overlay that adds it; empty for a rule of the edition or an [[allow]]
  std::vector<std::string> from;  // role ids as written, groups unexpanded
  std::vector<std::string> to;
  // Those of `from` and `to` that the document does not print there: allowed as well, but the traffic is no
  // hint that a host has such a role.
  std::vector<std::string> also_from;
  std::vector<std::string> also_to;
  TransportSet transports;
  std::vector<PortRange> ports;  // as sort_and_merge leaves them; empty when any_port
  bool any_port{false};
  std::string purpose;
  ApplicationSet applications;  // the applications allowed; if none is set, see expects()
  std::string document;         // id of the document that `source` points into
  std::string source;           // "SECTION, row N", several joined by "; "
  bool both_ways{false};
  bool deny{false};
  bool distinctive{false};  // hardly anything but Citrix uses these ports
  std::optional<VersionBound> since;
  std::optional<VersionBound> until;
  bool in_force{true};   // false: documented as not yet implemented
  bool proposed{false};  // plausible, but no document that was read says so: allows nothing by itself
  std::string condition;
  std::string encrypted_alternative;  // id of the rule for the same purpose with encryption
  std::string repeats;                // id of a rule that already allows all this: two tables say the same
  std::string reading;                // how the rule departs from the printed text
  std::string note;

  std::string owner, reason;  // of an [[allow]] only

  [[nodiscard]] bool covers(Transport transport, std::uint16_t port) const;

  // Is the port one of too many to vouch for each, so that the rule must not shelter a scan? It is, unless a
  // range of at most kBroadPorts ports names it, and all such ranges together have no more ports than that.
  // Never for a transport without ports. Ask only about a port that the rule covers.
  [[nodiscard]] bool is_broad_on(Transport transport, std::uint16_t port) const;

  // Is any of its ports broad?
  [[nodiscard]] bool has_broad_ports() const;

  // Does the rule allow this application on a port that it covers? An unidentified one is never a mismatch. A
  // rule without a list expects any application; on a broad port, only an unidentified one.
  [[nodiscard]] bool expects(Application application, Transport transport, std::uint16_t port) const;
};

}  // namespace portproof
