// How a diskless machine starts: DHCP (RFC 2131, 2), which includes PXE, and TFTP (RFC 1350, 5; RFC 2347).

#include <algorithm>
#include <array>

#include "capture/base/ascii.hpp"
#include "capture/base/byte_cursor.hpp"
#include "capture/identify/internal/recognisers.hpp"

namespace portproof {
namespace {

constexpr std::size_t kCookie = 236;  // where the options begin, with a magic cookie of four bytes
constexpr std::size_t kShortestDhcp = 240;

// The beginning of a message on Ethernet that the capture cuts before its options: reserved bits are zero,
// and so is what a hardware address of six bytes leaves of its sixteen.
bool is_cut_dhcp(const FirstData& data) {
  constexpr std::size_t kPadding = 34;
  constexpr std::size_t kPaddingEnd = 44;
  constexpr std::uint16_t kBroadcast = 0x8000;
  if (data.bytes.size() < kPaddingEnd || data.bytes.size() == sent(data)) return false;
  ByteCursor at(data.bytes);
  at.skip(1);
  const std::uint8_t hardware = at.u8();
  const std::uint8_t address_length = at.u8();
  at.skip(7);  // hops, transaction, seconds
  const std::uint16_t flags = at.be16();
  const auto padding = data.bytes.subspan(kPadding, kPaddingEnd - kPadding);
  return hardware == 1 && address_length == 6 && (flags == 0 || flags == kBroadcast) &&
         std::all_of(padding.begin(), padding.end(), [](std::uint8_t byte) { return byte == 0; });
}

bool is_printed(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char letter) { return letter >= ' ' && letter < 0x7f; });
}

// Takes the next text and the zero behind it from `rest`; empty if there is none.
std::string_view take_text(std::string_view& rest) {
  const std::size_t end = rest.find('\0');
  if (end == std::string_view::npos) return {};
  const std::string_view text = rest.substr(0, end);
  rest.remove_prefix(end + 1);
  return text;
}

// A file name, and a transfer mode.
bool is_request(std::string_view rest) {
  const std::string_view file = take_text(rest);
  const std::string_view mode = take_text(rest);
  return !file.empty() && is_printed(file) &&
         (equal_ignoring_case(mode, "octet") || equal_ignoring_case(mode, "netascii"));
}

// The options that a server grants: known ones, each with a number.
bool is_granted(std::string_view rest) {
  constexpr std::array<std::string_view, 4> kOptions{"blksize", "timeout", "tsize", "windowsize"};
  const std::string_view option = take_text(rest);
  const std::string_view value = take_text(rest);
  const bool known = std::any_of(kOptions.begin(), kOptions.end(), [option](std::string_view wanted) {
    return equal_ignoring_case(option, wanted);
  });
  return known && !value.empty() && value.find_first_not_of("0123456789") == std::string_view::npos;
}

}  // namespace

template <>
Recognition recognise<Application::dhcp, kProtocolUdp>(const FirstData& data) {
  constexpr std::uint8_t kRequest = 1;
  constexpr std::uint8_t kAnswer = 2;
  constexpr std::uint8_t kLongestAddress = 16;
  constexpr std::uint8_t kMostHops = 16;
  if (data.bytes.size() < 4 || sent(data) < kShortestDhcp) return kNotRecognised;
  const std::uint8_t operation = data.bytes[0];
  const bool head = (operation == kRequest || operation == kAnswer) && data.bytes[2] <= kLongestAddress &&
                    data.bytes[3] <= kMostHops;
  if (!head) return kNotRecognised;
  const bool options =
      data.bytes.size() >= kShortestDhcp && load_be32(data.bytes.data() + kCookie) == 0x63825363;
  const bool cut = data.bytes.size() < kShortestDhcp && is_cut_dhcp(data);
  if (!options && !cut) return kNotRecognised;
  return recognised(Application::dhcp, operation == kRequest ? Speaker::asks : Speaker::answers);
}

// Data and acknowledgements begin with two small numbers: too little to recognise. A server answers from
// another port than was asked, in a flow of its own, so only the request shows a side.
template <>
Recognition recognise<Application::tftp, kProtocolUdp>(const FirstData& data) {
  constexpr std::uint16_t kRead = 1;
  constexpr std::uint16_t kWrite = 2;
  constexpr std::uint16_t kGranted = 6;
  ByteCursor at(data.bytes);
  const std::uint16_t operation = at.be16();
  const std::string_view rest = text_of(at.rest());
  if (at.failed()) return kNotRecognised;
  if ((operation == kRead || operation == kWrite) && is_request(rest)) {
    return recognised(Application::tftp, Speaker::asks);
  }
  return operation == kGranted && is_granted(rest) ? recognised(Application::tftp) : kNotRecognised;
}

}  // namespace portproof
