// VNC: both sides begin with the same version line, the server first (RFC 6143, 7.1.1).

#include "capture/base/ascii.hpp"
#include "capture/identify/internal/recognisers.hpp"

namespace portproof {

template <>
Recognition recognise<Application::vnc, kProtocolTcp>(const FirstData& data) {
  constexpr std::string_view kShape = "RFB 000.000\n";
  const std::string_view text = text_of(data.bytes).substr(0, kShape.size());
  if (text.size() < kShape.size()) return kNotRecognised;
  for (std::size_t at = 0; at < kShape.size(); ++at) {
    const bool digit = is_digit(text[at]);
    if (kShape[at] == '0' ? !digit : text[at] != kShape[at]) return kNotRecognised;
  }
  return recognised(Application::vnc);
}

}  // namespace portproof
