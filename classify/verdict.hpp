// The result for a conversation: exactly one verdict, a reason if it needs one, and qualifiers.
#pragma once

#include <array>
#include <bitset>
#include <cstdint>
#include <string_view>

namespace portproof {

enum class Verdict : std::uint8_t { documented, unexpected, undocumented, unverified, unrelated };
inline constexpr std::array<std::string_view, 5> kVerdictNames{"documented", "unexpected", "undocumented",
                                                               "unverified", "unrelated"};
constexpr std::string_view name(Verdict verdict) {
  return kVerdictNames[static_cast<std::size_t>(verdict)];
}
// Flagged conversations fail an audit unless a waiver covers them.
constexpr bool is_flagged(Verdict verdict) {
  return verdict == Verdict::unexpected || verdict == Verdict::undocumented;
}

// Of several judgements of one conversation, the one with the highest severity stands.
constexpr int severity_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::unexpected:
    case Verdict::undocumented:
      return 3;
    case Verdict::unverified:
      return 2;
    case Verdict::documented:
      return 1;
    case Verdict::unrelated:
      break;
  }
  return 0;
}

enum class Reason : std::uint8_t {
  none,
  denied,
  not_in_force,
  application_mismatch,
  citrix_on_undocumented_port,
  unlisted_host,
  no_inventory,
  name_not_seen,
  reversed_direction,
  unexpected_source,
  unexpected_destination,
  undocumented_transport,
  unexpected_peers,
  undocumented_port,
  undocumented_icmp,
  undocumented_protocol,
  attempts_folded,
  uncertain_host,
};
inline constexpr std::array<std::string_view, 18> kReasonNames{"",
                                                               "denied",
                                                               "not-in-force",
                                                               "application-mismatch",
                                                               "citrix-on-undocumented-port",
                                                               "unlisted-host",
                                                               "no-inventory",
                                                               "name-not-seen",
                                                               "reversed-direction",
                                                               "unexpected-source",
                                                               "unexpected-destination",
                                                               "undocumented-transport",
                                                               "unexpected-peers",
                                                               "undocumented-port",
                                                               "undocumented-icmp",
                                                               "undocumented-protocol",
                                                               "attempts-folded",
                                                               "uncertain-host"};
static_assert(kReasonNames.size() == static_cast<std::size_t>(Reason::uncertain_host) + 1);
constexpr std::string_view name(Reason reason) {
  return kReasonNames[static_cast<std::size_t>(reason)];
}

// Remarks on a documented conversation; none of them flags it.
enum class Qualifier : std::uint8_t {
  assumed_direction,  // the direction is assumed, not firm
  broad_rule,         // only broad rules document it
  by_station,         // a role comes only from the link-layer station that the address sends from
  cleartext,          // the catalog documents an encrypted alternative for the same purpose and pair
  conditional,        // the rule depends on a condition or a version that the inventory does not give
  contested,          // packets say that either end may have begun; the other direction is no worse
  name_claimed,       // nothing but the client's claim supports the name that gives the role
  not_answered,       // the responder never answered
  shared_domain,      // anybody can get a name under the pattern that gives the role
  unasked_name,       // a role comes only from a DNS answer whose question was not seen
};
inline constexpr std::array<std::string_view, 10> kQualifierNames{
    "assumed-direction", "broad-rule",   "by-station",   "cleartext",     "conditional",
    "contested",         "name-claimed", "not-answered", "shared-domain", "unasked-name"};
constexpr std::string_view name(Qualifier qualifier) {
  return kQualifierNames[static_cast<std::size_t>(qualifier)];
}
using QualifierSet = std::bitset<kQualifierNames.size()>;

enum class AuditResult : std::uint8_t { pass, fail, inconclusive };
inline constexpr std::array<std::string_view, 3> kAuditResultNames{"pass", "fail", "inconclusive"};
constexpr std::string_view name(AuditResult result) {
  return kAuditResultNames[static_cast<std::size_t>(result)];
}

}  // namespace portproof
