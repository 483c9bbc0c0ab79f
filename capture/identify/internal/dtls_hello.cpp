#include "capture/identify/internal/dtls_hello.hpp"

#include "capture/identify/internal/client_hello.hpp"
#include "capture/identify/internal/recognisers.hpp"

namespace portproof {
namespace {

constexpr std::uint8_t kHandshake = 22;
constexpr std::uint16_t kLongestRecord = (1U << 14U) + 2048;  // RFC 6347, 4.1

}  // namespace

// A hello is not encrypted: its records belong to epoch 0.
bool DtlsHelloFragments::open_record() {
  const std::uint8_t type = records_.u8();
  const std::uint16_t version = records_.be16();
  const std::uint16_t epoch = records_.be16();
  records_.skip(6);  // sequence number
  const std::uint16_t length = records_.be16();
  if (records_.failed() || type != kHandshake || !is_dtls_version(version) || epoch != 0) return false;
  if (length > kLongestRecord) return false;
  record_ = records_.window(length);
  records_.skip(record_.remaining());
  return true;
}

std::optional<DtlsHelloFragment> DtlsHelloFragments::next() {
  if (record_.remaining() == 0 && !open_record()) return std::nullopt;
  const std::uint8_t type = record_.u8();
  DtlsHelloFragment fragment;
  fragment.length = record_.be24();
  fragment.message = record_.be16();
  fragment.offset = record_.be24();
  const std::uint32_t size = record_.be24();
  if (record_.failed() || type != kClientHelloType) return std::nullopt;
  if (fragment.length < kShortestHello || fragment.length > kLongestHello) return std::nullopt;
  if (fragment.offset > fragment.length || size > fragment.length - fragment.offset) return std::nullopt;
  fragment.bytes = record_.window(size).rest();
  record_.skip(fragment.bytes.size());
  return fragment;
}

Recognition recognise_dtls_hello(const FirstData& data) {
  const auto fragment = DtlsHelloFragments(data.bytes).next();
  if (!fragment) return kNotRecognised;
  Recognition found;
  found.application = Application::dtls;
  found.speaker = Speaker::asks;
  found.unfinished = true;
  if (fragment->offset == 0) {
    const ClientHello hello = read_client_hello(fragment->bytes, fragment->length, HelloForm::dtls);
    if (!hello.plausible && !hello.unfinished) return kNotRecognised;
    found.name_state = hello.name_state;
    found.name = hello.name;
    found.unfinished = hello.unfinished;
  }
  if (data.bytes.size() < data.wire_length) found.unfinished = false;
  return found;
}

}  // namespace portproof
