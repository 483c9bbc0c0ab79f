// Identifies the application of a flow by its first payload bytes, whatever its ports. Each protocol has a
// small recogniser, and one table lists them (kRecognitionOrder in base/applications.hpp). A recogniser says
// yes only if the bytes leave no reasonable doubt; `unknown` is a correct answer.
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
  std::span<const std::uint8_t> bytes;  // as captured, perhaps cut by the snap length
  std::uint32_t wire_length{0};         // bytes sent
};

// The end of a flow that sends such data. `asks`: the one that opened it; `answers`: the other one.
enum class Speaker : std::uint8_t { unknown, asks, answers };

struct Recognition {
  Application application{kUnknownApplication};
  // Bytes at the beginning of the data that say on whose behalf the connection is made (PROXY protocol): what
  // was recognised begins behind them. They show who opened the connection, whether or not anything was
  // recognised.
  std::uint32_t skipped{0};
  NameState name_state{NameState::unseen};
  std::string_view name;      // as sent, within FirstData::bytes and valid as long as they are
  bool more_may_show{false};  // nothing recognised, but the side's next data is worth a look
  // The data is the beginning of a message that may name the responder, and ends before the name: the side's
  // next data continues it.
  bool unfinished{false};
  Speaker speaker{Speaker::unknown};
  HttpKinds kinds;  // of HTTP
};

// How many data packets of each side are examined at most.
inline constexpr int kExaminedPackets = 4;

Recognition identify(const FirstData& data);

// A DNS name in the form in which it is kept: lower case, no final dot, at most 255 bytes, labels of letters,
// digits, hyphens and underscores, so that no byte of it has a meaning to a terminal, a page or a file. Empty
// if the text is not such a name. A port is removed; a literal address is not a name. Writes into `buffer`
// (at least 256 bytes) and returns a view of it.
std::string_view normalise_name(std::string_view text, std::span<char> buffer);

}  // namespace portproof
