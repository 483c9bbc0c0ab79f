// First data of a flow's side, from text.
#pragma once

#include <string_view>

#include "capture/identify/identify.hpp"

namespace portproof::test {

// `cut`: bytes that were sent and not captured.
// The name that is found lies in `text`, which has to live as long.
inline Recognition identify_text(std::string_view text, std::uint32_t cut = 0,
                                 std::uint8_t protocol = kProtocolTcp) {
  FirstData data;
  data.protocol = protocol;
  data.bytes = {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
  data.wire_length = static_cast<std::uint32_t>(text.size()) + cut;
  return identify(data);
}

inline Application application_of(std::string_view text) {
  return identify_text(text).application;
}

}  // namespace portproof::test
