#include "capture/identify/identify.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <utility>

#include "capture/base/ascii.hpp"
#include "capture/base/ip_address.hpp"
#include "capture/identify/internal/proxy_header.hpp"
#include "capture/identify/internal/recognisers.hpp"

namespace portproof {
namespace {

using Recogniser = Recognition (*)(const FirstData& data);

// The recognisers of kRecognitionOrder, in that order.
template <std::size_t... turn>
constexpr std::array<Recogniser, sizeof...(turn)> recognisers(std::index_sequence<turn...> /*turns*/) {
  constexpr auto& kOrder = kRecognitionOrder;
  return {recognise<kOrder[turn].application, kOrder[turn].protocol, kOrder[turn].look>...};
}

constexpr auto kRecognisers = recognisers(std::make_index_sequence<kRecognitionOrder.size()>{});

// Who is to be asked about data of one protocol, by its first byte: a bit for each turn. Of forty recognisers
// three to eight remain, which is what makes asking cheap.
using Turns = std::uint64_t;
static_assert(kRecognitionOrder.size() <= 64);

constexpr std::array<Turns, 256> turns_of(std::uint8_t protocol) {
  std::array<Turns, 256> turns{};
  for (std::size_t turn = 0; turn < kRecognitionOrder.size(); ++turn) {
    const Asked& asked = kRecognitionOrder[turn];
    if (asked.protocol != protocol) continue;
    for (std::size_t byte = 0; byte < turns.size(); ++byte) {
      if (asked.first.contains(static_cast<std::uint8_t>(byte))) turns[byte] |= Turns{1} << turn;
    }
  }
  return turns;
}

constexpr std::array<Turns, 256> kTurnsOfTcp = turns_of(kProtocolTcp);
constexpr std::array<Turns, 256> kTurnsOfUdp = turns_of(kProtocolUdp);

constexpr std::size_t kLongestName = 255;  // RFC 1035, 2.3.4
constexpr std::size_t kLongestLabel = 63;  // the same

// "example.com:443" without the port. More than one colon is an IPv6 address, which is not a name anyway.
std::string_view without_port(std::string_view text) {
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos) return text;
  const std::string_view port = text.substr(colon + 1);
  if (port.find_first_not_of("0123456789") != std::string_view::npos) return {};
  return text.substr(0, colon);
}

// Letters, digits and hyphens (RFC 1123, 2.1), the underscore of service names (RFC 8552), and nothing that a
// terminal, a page or a pattern could interpret.
bool is_name_character(char letter) {
  return is_lower_case(letter) || is_digit(letter) || letter == '-' || letter == '_';
}

// Asks one recogniser after the other. Data of other protocols is shown to none.
Recognition recognise_message(const FirstData& data) {
  Recognition nothing;
  const bool tcp = data.protocol == kProtocolTcp;
  nothing.more_may_show = tcp || data.protocol == kProtocolUdp;
  if (data.bytes.empty() || !nothing.more_may_show) return nothing;
  Turns turns = (tcp ? kTurnsOfTcp : kTurnsOfUdp)[data.bytes.front()];
  for (; turns != 0; turns &= turns - 1) {
    const Recognition found = kRecognisers[static_cast<std::size_t>(std::countr_zero(turns))](data);
    if (is_identified(found.application)) return found;
  }
  return nothing;
}

}  // namespace

Recognition identify(const FirstData& data) {
  const std::size_t header = proxy_header_length(data);
  if (header == 0) [[likely]]
    return recognise_message(data);
  FirstData message = data;
  message.bytes = data.bytes.subspan(std::min(header, data.bytes.size()));
  message.wire_length = static_cast<std::uint32_t>(sent(data) - header);
  Recognition found = recognise_message(message);
  found.skipped = static_cast<std::uint32_t>(header);
  found.speaker = Speaker::asks;
  return found;
}

std::string_view normalise_name(std::string_view text, std::span<char> buffer) {
  text = without_port(text);
  if (text.ends_with('.')) text.remove_suffix(1);
  if (text.empty() || text.size() > kLongestName || text.size() > buffer.size()) return {};
  std::size_t label = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char letter = to_lower_case(text[at]);
    buffer[at] = letter;
    label = letter == '.' ? 0 : label + 1;
    const bool empty_label = letter == '.' && (at == 0 || text[at - 1] == '.');
    if (empty_label || label > kLongestLabel || (letter != '.' && !is_name_character(letter))) return {};
  }
  const std::string_view name{buffer.data(), text.size()};
  if (name.ends_with('.') || parse_ip_address(name)) return {};
  return name;
}

}  // namespace portproof
