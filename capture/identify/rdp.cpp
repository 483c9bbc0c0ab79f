// Remote desktop: the connection request and its confirm ([MS-RDPBCGR] 2.2.1.1, 2.2.1.2), and the opening of
// its transport over UDP ([MS-RDPEUDP] 2.2.2).

#include "capture/base/byte_cursor.hpp"
#include "capture/identify/internal/recognisers.hpp"

namespace portproof {
namespace {

constexpr std::uint8_t kConnectionRequest = 0xe0;
constexpr std::uint8_t kConnectionConfirm = 0xd0;

// The fixed part of an X.224 request or confirm, with its length field and the four bytes of TPKT (RFC 1006).
constexpr std::size_t kFixed = 11;

// The security that is requested or chosen: type, flags, and a length of 8, little endian.
bool is_negotiation(ByteCursor at, std::uint8_t first_type, std::uint8_t last_type) {
  const std::uint8_t type = at.u8();
  at.skip(1);
  return type >= first_type && type <= last_type && at.le16() == 8;
}

// Does the text begin like this, as far as it is there?
bool begins_like(std::string_view text, std::string_view start) {
  return text.starts_with(start) || (text.size() < start.size() && start.starts_with(text));
}

// Other protocols open with the same request (S7, MMS) and name the endpoints in it. Remote desktop has
// nothing there, or a cookie or token for a load balancer, or the negotiation.
bool is_desktop_request(ByteCursor at, bool empty) {
  const std::string_view text = text_of(at.rest());
  return empty || begins_like(text, "Cookie: ") || begins_like(text, "tsv://") || is_negotiation(at, 1, 1);
}

bool is_desktop_confirm(ByteCursor at, bool empty) {
  return empty || is_negotiation(at, 2, 3);
}

}  // namespace

template <>
Recognition recognise<Application::rdp, kProtocolTcp>(const FirstData& data) {
  ByteCursor at(data.bytes);
  const std::uint16_t version = at.be16();
  const std::uint16_t length = at.be16();
  const std::uint8_t header_length = at.u8();
  const std::uint8_t type = at.u8();
  // A message in several segments ends behind this one.
  if (version != 0x0300 || length < sent(data) || header_length + 5U != length) return kNotRecognised;
  const bool request = type == kConnectionRequest;
  if (!request && type != kConnectionConfirm) return kNotRecognised;
  const std::uint16_t destination = at.be16();
  at.skip(2);
  const std::uint8_t service_class = at.u8();
  const bool tells = length == kFixed || at.remaining() > 0;
  if (at.failed() || !tells || service_class != 0 || (request && destination != 0)) return kNotRecognised;

  const bool empty = length == kFixed;
  const bool desktop = request ? is_desktop_request(at, empty) : is_desktop_confirm(at, empty);
  if (!desktop) return kNotRecognised;
  return recognised(Application::rdp, request ? Speaker::asks : Speaker::answers);
}

// The opening datagrams are padded to the size that is to be possible: between 1132 and 1232 bytes.
template <>
Recognition recognise<Application::rdp, kProtocolUdp>(const FirstData& data) {
  constexpr std::uint16_t kSmallest = 1132;
  constexpr std::uint16_t kLargest = 1232;
  constexpr std::uint16_t kSyn = 0x0001;
  constexpr std::uint16_t kAck = 0x0004;
  constexpr std::uint16_t kWithSyn = 0x1e01;  // lossy mode, and flags of later versions
  if (sent(data) < kSmallest || sent(data) > kLargest) return kNotRecognised;

  ByteCursor at(data.bytes);
  const std::uint32_t acknowledged = at.be32();
  at.skip(2);  // receive window
  const std::uint16_t flags = at.be16();
  const bool opening = acknowledged == 0xffffffff && (flags & kSyn) != 0 && (flags & ~kWithSyn) == 0;
  const bool answer = (flags & (kSyn | kAck)) == (kSyn | kAck) && (flags & ~(kWithSyn | kAck)) == 0;
  if (!opening && !answer) return kNotRecognised;
  at.skip(4);  // first sequence number
  const std::uint16_t up = at.be16();
  const std::uint16_t down = at.be16();
  const bool right =
      !at.failed() && up >= kSmallest && up <= kLargest && down >= kSmallest && down <= kLargest;
  if (!right) return kNotRecognised;
  return recognised(Application::rdp, opening ? Speaker::asks : Speaker::answers);
}

}  // namespace portproof
