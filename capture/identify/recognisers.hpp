// The table of recognisers, and what they share. To add a protocol: write a function that answers for one
// side's first bytes, declare it here, and give it a row in identify.cpp.
//
// A recogniser sees the data of one packet, from its first byte. It answers with the application and, where
// the protocol carries one, what it says of the responder's name; or with `not_recognised`. It must not
// answer for bytes that another protocol could well begin with: what is not identified is never a mismatch,
// but what is identified wrongly is.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "capture/identify/identify.hpp"

namespace portproof {

struct Recogniser {
  Application application;
  std::uint8_t protocol;  // IP protocol number; data of any other is not shown to it
  Recognition (*recognise)(const FirstData& data);
};

inline constexpr Recognition not_recognised{};

inline std::string_view text_of(std::span<const std::uint8_t> bytes) {
  // Characters may alias anything ([basic.lval]); no copy, no conversion.
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

Recognition recognise_ica(const FirstData& data);          // citrix.cpp
Recognition recognise_cgp(const FirstData& data);          // citrix.cpp
Recognition recognise_cgp_service(const FirstData& data);  // citrix.cpp
Recognition recognise_tls(const FirstData& data);          // tls.cpp
Recognition recognise_http(const FirstData& data);         // http.cpp
Recognition recognise_ssh(const FirstData& data);          // ssh.cpp

}  // namespace portproof
