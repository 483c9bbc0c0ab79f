// ICA and the Common Gateway Protocol. Neither has a public specification; what is tested here is what
// captures show.

#include <algorithm>
#include <array>

#include "capture/identify/recognisers.hpp"

namespace portproof {
namespace {

// Both sides greet with it: two bytes 0x7f, "ICA", and a zero. The server begins, and repeats itself if it
// gets no answer.
constexpr std::array<std::uint8_t, 6> kIcaHello{0x7f, 0x7f, 'I', 'C', 'A', 0x00};

// Both sides' first payload begins with it. A version follows, "/01" so far; what a later one would look like
// nobody knows, so it is not asked for.
constexpr std::array<std::uint8_t, 4> kCgpMagic{0x1a, 'C', 'G', 'P'};

// The service that a CGP client asks for, anywhere in its request.
constexpr std::string_view kCgpService = "Citrix.TcpProxyService";

template <std::size_t Size>
bool begins_with(std::span<const std::uint8_t> bytes, const std::array<std::uint8_t, Size>& start) {
  return bytes.size() >= Size && std::equal(start.begin(), start.end(), bytes.begin());
}

Recognition recognised(Application application) {
  Recognition found;
  found.application = application;
  return found;
}

}  // namespace

Recognition recognise_ica(const FirstData& data) {
  return begins_with(data.bytes, kIcaHello) ? recognised(Application::ica) : not_recognised;
}

Recognition recognise_cgp(const FirstData& data) {
  return begins_with(data.bytes, kCgpMagic) ? recognised(Application::cgp) : not_recognised;
}

Recognition recognise_cgp_service(const FirstData& data) {
  if (data.bytes.size() <= kCgpService.size()) return not_recognised;
  const bool found = text_of(data.bytes).find(kCgpService) != std::string_view::npos;
  return found ? recognised(Application::cgp) : not_recognised;
}

}  // namespace portproof
