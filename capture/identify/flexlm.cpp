// FlexLM, the license manager on which Citrix licensing is built. It has no public specification. The
// manager's answers have 147 bytes; a client's first data could be anybody's.

#include <algorithm>

#include "capture/identify/internal/recognisers.hpp"

namespace portproof {

template <>
Recognition recognise<Application::flexlm, kProtocolTcp>(const FirstData& data) {
  using namespace std::string_view_literals;
  constexpr std::size_t kMessage = 147;
  constexpr std::size_t kShown = 32;  // must have been captured
  if (sent(data) != kMessage || data.bytes.size() < kShown || data.bytes[0] != 'W') return kNotRecognised;
  const auto rest = data.bytes.subspan(2);
  const bool empty = std::all_of(rest.begin(), rest.end(), [](std::uint8_t byte) { return byte == 0; });
  const bool refused = text_of(rest).starts_with("-60\0"sv);  // error -60
  return empty || refused ? recognised(Application::flexlm, Speaker::answers) : kNotRecognised;
}

}  // namespace portproof
