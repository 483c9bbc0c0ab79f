// SMB 1 to 3 after its length on TCP ([MS-SMB2] 2.1, [MS-CIFS] 2.2.3.1), and the request that opens a NetBIOS
// session (RFC 1002, 4.3.2).

#include "capture/base/byte_cursor.hpp"
#include "capture/identify/internal/recognisers.hpp"

namespace portproof {
namespace {

using namespace std::string_view_literals;

constexpr std::uint8_t kFirstVersion = 0xff;
constexpr std::uint8_t kSecondVersion = 0xfe;
constexpr std::uint8_t kEncrypted = 0xfd;   // [MS-SMB2] 2.2.41
constexpr std::uint8_t kCompressed = 0xfc;  // [MS-SMB2] 2.2.42

// [MS-CIFS] 2.2.3.1: bit 7 of the flags marks an answer. The only request of a server is to break a lock.
Speaker speaker_of_first(ByteCursor at) {
  constexpr std::uint8_t kLocking = 0x24;
  const std::uint8_t command = at.u8();
  at.skip(4);  // status
  const std::uint8_t flags = at.u8();
  if (at.failed() || command == kLocking) return Speaker::unknown;
  return (flags & 0x80U) != 0 ? Speaker::answers : Speaker::asks;
}

// [MS-SMB2] 2.2.1.1: bit 0 of the flags marks everything that a server sends.
Speaker speaker_of_second(ByteCursor at) {
  at.skip(12);
  const std::uint32_t flags = at.le32();
  if (at.failed()) return Speaker::unknown;
  return (flags & 1U) != 0 ? Speaker::answers : Speaker::asks;
}

}  // namespace

template <>
Recognition recognise<Application::smb, kProtocolTcp>(const FirstData& data) {
  ByteCursor at(data.bytes);
  const std::uint8_t type = at.u8();
  const std::uint32_t length = at.be24();
  const std::uint8_t version = at.u8();
  if (type != 0 || text_of(at.bytes(3)) != "SMB"sv) return kNotRecognised;
  constexpr std::uint32_t kShortest = 16;
  if (length < kShortest) return kNotRecognised;
  switch (version) {
    case kFirstVersion:
      return recognised(Application::smb, speaker_of_first(at));
    case kSecondVersion:
      return recognised(Application::smb, speaker_of_second(at));
    case kEncrypted:
    case kCompressed:
      return recognised(Application::smb);
    default:
      return kNotRecognised;
  }
}

// The called and the calling name: 16 bytes each, written as 32 letters from A to P.
template <>
Recognition recognise<Application::netbios_session, kProtocolTcp>(const FirstData& data) {
  constexpr std::uint8_t kRequest = 0x81;
  constexpr std::uint8_t kNameLength = 32;
  ByteCursor at(data.bytes);
  const std::uint8_t type = at.u8();
  const std::uint32_t length = at.be24();  // the lowest bit of the first byte belongs to it
  constexpr std::size_t kHeader = 4;
  if (type != kRequest || length + kHeader != sent(data) || at.u8() != kNameLength) return kNotRecognised;
  for (const std::uint8_t letter : at.bytes(kNameLength)) {
    if (letter < 'A' || letter > 'P') return kNotRecognised;
  }
  return at.failed() ? kNotRecognised : recognised(Application::netbios_session, Speaker::asks);
}

}  // namespace portproof
