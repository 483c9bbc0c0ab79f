// An application: what is spoken on a flow. This header has the type and the questions that may be asked of
// any application; the applications themselves are the table in base/applications.hpp. Include that one only
// in a source that names an application: it changes with every protocol that is added.
#pragma once

#include <bitset>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace portproof {

// An index into the table of base/applications.hpp. The order of the values is the order of reports.
enum class Application : std::uint8_t;

// Nothing recognised it: a correct answer, and never a mismatch.
inline constexpr Application kUnknownApplication{};

constexpr bool is_identified(Application application) {
  return application != kUnknownApplication;
}

// The name that catalogs, inventories, evidence and reports use. Static, as are all names below.
std::string_view name(Application application);

// The application of that name; nothing if there is none.
std::optional<Application> parse_application(std::string_view name);

// The names of all applications, by the value of the enum; the first is "unknown".
std::span<const std::string_view> application_names();

// Room for more applications than there are, so that a set need not know how many.
inline constexpr std::size_t kMostApplications = 64;
using ApplicationSet = std::bitset<kMostApplications>;

// Its payload alone makes a conversation related to Citrix (docs/use/verdicts.md).
bool is_citrix_protocol(Application application);

// It encrypts what it carries, whatever the rule of its port says.
bool is_encrypted(Application application);

// A web server may speak it.
bool is_web(Application application);

// Its messages need no answer: one that was recognised shows a service at work.
bool needs_no_answer(Application application);

// The applications that a connection seen to speak `spoken` may belong to: `spoken` itself, and those whose
// connections look like it before their main part begins or when they are picked up later (LDAP turns into
// TLS on its own port).
ApplicationSet may_belong_to(Application spoken);

}  // namespace portproof
