// Flow reports: IPFIX (RFC 7011, 3), to which NetScaler's AppFlow belongs, and NetFlow 5 and 9 (RFC 3954, 5).
// Only the exporter sends them; over TCP it also opens the connection.

#include "capture/base/byte_cursor.hpp"
#include "capture/identify/internal/recognisers.hpp"

namespace portproof {
namespace {

constexpr std::size_t kSetHeader = 4;
constexpr std::uint16_t kFirstData = 256;  // lower ids are templates, or unassigned

// Do sets fill the `length` bytes that were sent from here on? `template_id` is the lower of the two ids of
// templates. If the capture cuts the message, the sets that it has must be right.
bool fill_with_sets(ByteCursor at, std::size_t length, std::uint16_t template_id) {
  if (length < kSetHeader) return false;
  while (length > 0) {
    if (length < kSetHeader) return false;
    if (!at.has(kSetHeader)) return true;
    const std::uint16_t id = at.be16();
    const std::uint16_t set = at.be16();
    const bool known = id == template_id || id == template_id + 1 || id >= kFirstData;
    if (!known || set < kSetHeader || set > length) return false;
    length -= set;
    if (!at.has(set - kSetHeader)) return true;
    at.skip(set - kSetHeader);
  }
  return true;
}

bool is_ipfix(const FirstData& data, bool stream) {
  constexpr std::uint16_t kVersion = 10;
  constexpr std::size_t kHeader = 16;
  constexpr std::uint16_t kTemplate = 2;
  ByteCursor at(data.bytes);
  const std::uint16_t version = at.be16();
  const std::uint16_t length = at.be16();
  if (version != kVersion || length <= kHeader) return false;
  if (stream ? length > sent(data) : length != sent(data)) return false;
  at.skip(kHeader - 4);  // time, sequence, domain
  return at.has(kSetHeader) && fill_with_sets(at, length - kHeader, kTemplate);
}

}  // namespace

template <>
Recognition recognise<Application::ipfix, kProtocolUdp>(const FirstData& data) {
  return is_ipfix(data, false) ? recognised(Application::ipfix, Speaker::asks) : kNotRecognised;
}

// Another message may follow. One that continues in the next segment shows too little.
template <>
Recognition recognise<Application::ipfix, kProtocolTcp>(const FirstData& data) {
  return is_ipfix(data, true) ? recognised(Application::ipfix, Speaker::asks) : kNotRecognised;
}

template <>
Recognition recognise<Application::netflow, kProtocolUdp>(const FirstData& data) {
  constexpr std::size_t kHeader5 = 24;
  constexpr std::size_t kRecord5 = 48;
  constexpr std::uint16_t kMost5 = 30;
  constexpr std::size_t kHeader9 = 20;
  constexpr std::uint16_t kTemplate9 = 0;
  ByteCursor at(data.bytes);
  const std::uint16_t version = at.be16();
  const std::uint16_t count = at.be16();
  if (at.failed() || count == 0) return kNotRecognised;
  bool right = version == 5 && count <= kMost5 && sent(data) == kHeader5 + count * kRecord5;
  if (version == 9 && data.bytes.size() >= kHeader9 + kSetHeader) {
    at.skip(kHeader9 - 4);  // times, sequence, source
    right = fill_with_sets(at, sent(data) - kHeader9, kTemplate9);
  }
  return right ? recognised(Application::netflow, Speaker::asks) : kNotRecognised;
}

}  // namespace portproof
