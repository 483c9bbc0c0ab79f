// iSCSI: the login request with which every connection begins, and its response (RFC 7143, 11.12 and 11.13).

#include <algorithm>

#include "capture/base/byte_cursor.hpp"
#include "capture/identify/internal/recognisers.hpp"

namespace portproof {
namespace {

constexpr std::size_t kHeader = 48;
constexpr std::uint8_t kLogin = 0x43;  // with the immediate bit, which a login always has
constexpr std::uint8_t kAnswer = 0x23;

bool is_zero(std::span<const std::uint8_t> bytes) {
  return std::all_of(bytes.begin(), bytes.end(), [](std::uint8_t byte) { return byte == 0; });
}

}  // namespace

template <>
Recognition recognise<Application::iscsi, kProtocolTcp>(const FirstData& data) {
  if (data.bytes.size() < kHeader) return kNotRecognised;
  const auto header = data.bytes.first(kHeader);
  ByteCursor at(header);
  const std::uint8_t operation = at.u8();
  const std::uint8_t flags = at.u8();
  const std::uint16_t versions = at.be16();     // the highest and the lowest: there is only 0
  const std::uint8_t more_headers = at.u8();    // never in a login
  const std::uint32_t text_length = at.be24();  // of the keys behind the header, padded to four bytes
  constexpr std::uint8_t kReserved = 0x30;
  if ((flags & kReserved) != 0 || versions != 0 || more_headers != 0) return kNotRecognised;
  const std::size_t whole = kHeader + (std::size_t{text_length} + 3) / 4 * 4;
  if (sent(data) != kHeader && sent(data) > whole) return kNotRecognised;

  if (operation == kLogin && is_zero(header.subspan(22, 2)) && is_zero(header.subspan(32, 16))) {
    return recognised(Application::iscsi, Speaker::asks);
  }
  constexpr std::uint8_t kLastStatus = 3;
  const bool answer = operation == kAnswer && is_zero(header.subspan(20, 4)) && header[36] <= kLastStatus &&
                      is_zero(header.subspan(38, 10));
  return answer ? recognised(Application::iscsi, Speaker::answers) : kNotRecognised;
}

}  // namespace portproof
