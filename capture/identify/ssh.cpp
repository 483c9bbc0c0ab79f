// SSH: both sides begin with a version line (RFC 4253, 4.2).

#include "capture/identify/internal/recognisers.hpp"

namespace portproof {

template <>
Recognition recognise<Application::ssh, kProtocolTcp>(const FirstData& data) {
  const std::string_view text = text_of(data.bytes);
  if (!text.starts_with("SSH-2.0-") && !text.starts_with("SSH-1.")) return kNotRecognised;
  Recognition found;
  found.application = Application::ssh;
  return found;
}

}  // namespace portproof
