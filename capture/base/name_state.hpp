// What is known about the name that a connection gives its responder.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace portproof {

// Whether the connection itself named its responder (TLS server name, HTTP Host). When parts of a flow are
// joined, it follows the application: one packet revealed both.
enum class NameState : std::uint8_t {
  unseen,  // nothing that could carry a name was seen
  absent,  // a whole ClientHello or request was seen, without a name
  other,   // it had a name that was not kept (see evidence.hpp, kNamesPerService)
  given,
};
inline constexpr std::array<std::string_view, 4> kNameStateNames{"unseen", "absent", "other", "given"};

}  // namespace portproof
