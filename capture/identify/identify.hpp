// Tells what is spoken from the first payload bytes of a flow, whatever its ports. Each protocol is one
// small recogniser behind one table (identify/recognisers.hpp). A recogniser answers `yes` only where the
// bytes leave no reasonable doubt; `unknown` is a correct answer.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "capture/base/application.hpp"
#include "capture/base/http_kind.hpp"
#include "capture/base/ip_protocol.hpp"
#include "capture/base/name_state.hpp"

namespace portproof {

// The first payload bytes that one side of a flow sent.
struct FirstData {
  std::uint8_t protocol{0};             // IP protocol number
  std::span<const std::uint8_t> bytes;  // as captured: may be cut by the snap length
  std::uint32_t wire_length{0};         // what was sent
};

// Which end of a flow sends such data. `asks`: the one that opened it; `answers`: the other one.
enum class Speaker : std::uint8_t { unknown, asks, answers };

struct Recognition {
  Application application{kUnknownApplication};
  NameState name_state{NameState::unseen};
  std::string_view name;      // within FirstData::bytes, as sent; valid as long as those are
  bool more_may_show{false};  // nothing recognised, and the side's next data is worth a look
  // The data is the beginning of a message that names the responder, and ends before the name: the side's
  // next data goes on with it.
  bool unfinished{false};
  Speaker speaker{Speaker::unknown};
  HttpKinds kinds;  // of HTTP
};

// At most this many data packets of a side are looked at.
inline constexpr int kExaminedPackets = 4;

Recognition identify(const FirstData& data);

// A DNS name as it is kept: lower case, no final dot, at most 255 bytes, labels of letters, digits, hyphens
// and underscores; the empty string where the text is no such name, so that no byte of a name can mean
// anything to a terminal, a page or a file. Hosts with a port lose it; a literal address is no name. Writes
// into `buffer` (at least 256 bytes) and returns a view of it.
std::string_view normalise_name(std::string_view text, std::span<char> buffer);

}  // namespace portproof
