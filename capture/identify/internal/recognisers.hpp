// What recognisers share. docs/develop/add-a-protocol.md adds one.
//
// A recogniser sees the data of one packet, from its first byte. It answers with the application, which side
// sends such data and, where the protocol names the responder, that name; or with `not_recognised`. It must
// not answer for bytes that another protocol could well begin with: what is not identified is never a
// mismatch, but what is identified wrongly is.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "capture/base/applications.hpp"
#include "capture/identify/identify.hpp"

namespace portproof {

// Recognises an application in data of one IP protocol. The source of the protocol specialises this for every
// line that the application has in kRecognitionOrder; where one is missing, the program does not link.
template <Application, std::uint8_t protocol, Look = Look::start>
Recognition recognise(const FirstData& data);

inline constexpr Recognition not_recognised{};

inline std::string_view text_of(std::span<const std::uint8_t> bytes) {
  // Characters may alias anything ([basic.lval]); no copy, no conversion.
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

// What is spoken, and which end says such a thing; no name.
inline Recognition recognised(Application application, Speaker speaker = Speaker::unknown) {
  Recognition found;
  found.application = application;
  found.speaker = speaker;
  return found;
}

inline bool begins_with(const FirstData& data, std::string_view start) {
  return text_of(data.bytes).starts_with(start);
}

// How many bytes were sent. Never fewer than were captured, whatever the capture says.
inline std::size_t sent(const FirstData& data) {
  return data.wire_length > data.bytes.size() ? data.wire_length : data.bytes.size();
}

}  // namespace portproof
