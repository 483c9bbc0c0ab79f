// What is known of the name that a connection gives to its responder.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace portproof {

// Whether the connection itself named its responder (TLS server name, HTTP Host). When stretches of a flow
// are joined, it goes with the application: one packet told both.
enum class NameState : std::uint8_t {
  unseen,  // nothing that could carry a name was seen
  absent,  // a whole ClientHello or request was seen, and it carried none
  other,   // it carried one, which was not kept (see evidence.hpp, kNamesPerService)
  given,
};
inline constexpr std::array<std::string_view, 4> kNameStateNames{"unseen", "absent", "other", "given"};

}  // namespace portproof
