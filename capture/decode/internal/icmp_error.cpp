#include "capture/decode/internal/icmp_error.hpp"

#include <algorithm>
#include <optional>

#include "capture/base/byte_cursor.hpp"
#include "capture/base/ip_protocol.hpp"

namespace portproof {
namespace {

// Without the shortest IP header and that of ICMP.
constexpr std::uint32_t kMostV4 = 576 - 20 - 8;
constexpr std::uint32_t kMostV6 = 1280 - 40 - 8;

// RFC 4884, 5.5: where senders that do not say how long the quote is put their extensions.
constexpr std::uint32_t kUsualQuote = 128;

// Some senders give the length of the quoted packet without its header.
constexpr std::uint32_t kTolerance = 20;

// The length that the quoted packet had by its own header; nothing where that says nothing.
std::optional<std::uint32_t> quoted_length(std::span<const std::uint8_t> body) {
  constexpr std::uint32_t kIpv6Header = 40;
  constexpr std::size_t kLengthAtV6 = 4;
  if (body.size() < kLengthAtV6 + 2) return std::nullopt;
  const bool v6 = (body[0] >> 4U) == 6;
  const std::uint16_t length = load_be16(body.data() + (v6 ? kLengthAtV6 : 2));
  if (length == 0) return std::nullopt;  // a jumbogram, or a super-frame before segmentation
  return v6 ? kIpv6Header + length : std::uint32_t{length};
}

// A header of version 2, and objects that fill the rest. Of what the capture cut, its beginning.
bool are_extensions(std::span<const std::uint8_t> bytes, std::uint32_t length) {
  constexpr std::uint8_t kVersion = 2;
  constexpr std::uint32_t kHeader = 4;
  ByteCursor at(bytes);
  if (length < kHeader || (at.has(1) && (*at.position() >> 4U) != kVersion)) return false;
  at.skip(std::min<std::size_t>(kHeader, at.remaining()));
  for (std::uint32_t left = length - kHeader; left > 0;) {
    if (left < kHeader) return false;
    if (!at.has(2)) return true;
    const std::uint16_t object = load_be16(at.position());
    if (object < kHeader || object > left) return false;
    left -= object;
    at.skip(std::min<std::size_t>(object, at.remaining()));
  }
  return true;
}

}  // namespace

bool exceeds_error(std::uint8_t protocol, std::span<const std::uint8_t, 4> rest,
                   std::span<const std::uint8_t> body, std::uint32_t length) {
  const bool v6 = protocol == kProtocolIcmpV6;
  if (length > (v6 ? kMostV6 : kMostV4)) return true;
  const auto quoted = quoted_length(body);
  if (!quoted || length <= *quoted + kTolerance) return false;
  // The quote's length, if it is given, in units of 4 or, of IPv6, 8 bytes.
  const std::uint32_t given = v6 ? rest[0] * 8U : rest[1] * 4U;
  const std::uint32_t behind = given != 0 ? given : kUsualQuote;
  if (behind > length || behind > std::max(*quoted + kTolerance, kUsualQuote)) return true;
  return !are_extensions(body.subspan(std::min<std::size_t>(behind, body.size())), length - behind);
}

}  // namespace portproof
