// The protocols that NetScaler appliances speak among themselves. They have no public specification; the
// layouts are those of the vendor's dissectors in Wireshark.

#include <algorithm>
#include <array>

#include "capture/base/byte_cursor.hpp"
#include "capture/identify/internal/recognisers.hpp"

namespace portproof {
namespace {

constexpr std::uint8_t kHeartbeatVersion = 10;  // every release since 7.0; older ones are not recognised
constexpr std::size_t kShortestHeartbeat = 136;
constexpr std::uint8_t kLastNodeState = 11;
constexpr std::uint32_t kLastMasterState = 4;
constexpr std::array<std::uint32_t, 5> kSyncStates{0, 4, 16, 32, 64};

constexpr std::uint8_t kRpcAnswer = 0x80;
constexpr std::uint8_t kRpcLogin = 0x01;
constexpr std::uint8_t kRpcKeys = 0x0a;
constexpr std::uint8_t kLastRpcCommand = 0x0f;
constexpr std::uint8_t kRpcAuditLog = 0x1f;
constexpr std::uint32_t kLongestRpc = 1U << 20U;

constexpr std::size_t kMepHeader = 8;
enum MepType : std::uint16_t { update = 1, request = 2, forced_update = 6 };
constexpr std::uint32_t kLastServiceType = 0x40;  // 0x28 is the highest one observed
// Success, and the errors that RPC and metric exchange share.
constexpr std::array<std::uint16_t, 15> kStatuses{0,     0x101, 0x10c, 0x135, 0x150, 0x153, 0x154, 0x155,
                                                  0x156, 0x160, 0x161, 0x162, 0x163, 0x413, 0x6ff};

template <typename Value, std::size_t Size>
bool is_one_of(const std::array<Value, Size>& values, Value value) {
  return std::find(values.begin(), values.end(), value) != values.end();
}

// Do `length` bytes of services follow, the first of which is plausible? State, address, port and type.
bool has_metrics(std::uint16_t type, ByteCursor at, std::size_t length) {
  constexpr std::array<std::uint16_t, 7> kStates{1, 2, 3, 4, 5, 7, 8};
  constexpr std::size_t kUpdate = 16;
  constexpr std::size_t kForcedUpdate = 72;
  constexpr std::size_t kRequest = 12;
  const std::size_t size = type == update          ? kUpdate
                           : type == forced_update ? kForcedUpdate
                           : type == request       ? kRequest
                                                   : 0;
  if (size == 0 || length == 0 || length % size != 0) return false;
  if (type != request) {
    at.skip(2);
    if (!is_one_of(kStates, at.le16())) return false;
  }
  const std::uint32_t address = at.be32();
  const std::uint16_t port = at.be16();
  const std::uint32_t service = type == request ? at.le32() : at.le16();
  return !at.failed() && address != 0 && port != 0 && service <= kLastServiceType;
}

// A signature that identifies something is not a small number.
bool is_mark(std::uint32_t value) {
  int zeroes = 0;
  for (unsigned shift = 0; shift < 32; shift += 8) zeroes += (value >> shift & 0xffU) == 0 ? 1 : 0;
  return zeroes <= 1;
}

}  // namespace

// The signature in the first four bytes is not public, so every field behind it has to be in range. A node
// that runs knows its state and when it started: zeros and small numbers are not a heartbeat.
template <>
Recognition recognise<Application::netscaler_ha, kProtocolUdp>(const FirstData& data) {
  if (sent(data) < kShortestHeartbeat) return kNotRecognised;
  ByteCursor at(data.bytes);
  const std::uint32_t signature = at.le32();
  const std::uint8_t version = at.u8();
  const std::uint8_t application = at.u8();
  const std::uint8_t type = at.u8();
  const std::uint8_t node_state = at.u8();
  const bool head = is_mark(signature) && version == kHeartbeatVersion && application <= 1 && type <= 1 &&
                    node_state > 0 && node_state <= kLastNodeState;
  if (!head) return kNotRecognised;

  const std::uint32_t started = at.le32();
  at.skip(4);  // a sequence number
  const std::uint32_t master_state = at.le32();
  at.skip(12);  // release, flags, incarnation
  const std::uint32_t sync_state = at.le32();
  const bool body =
      !at.failed() && started != 0 && master_state <= kLastMasterState && is_one_of(kSyncStates, sync_state);
  return body ? recognised(Application::netscaler_ha) : kNotRecognised;
}

// A length, the mark 0xa5a5, two bytes, a command, a zero, a status. Observed messages differ in whether the
// length includes the header.
template <>
Recognition recognise<Application::netscaler_rpc, kProtocolTcp>(const FirstData& data) {
  ByteCursor at(data.bytes);
  const std::uint32_t length = at.le32();
  const std::uint16_t mark = at.be16();
  if (mark != 0xa5a5 || length > kLongestRpc) return kNotRecognised;
  at.skip(2);
  const std::uint8_t command = at.u8();
  const std::uint8_t zero = at.u8();
  const std::uint16_t status = at.le16();
  const bool answer = (command & kRpcAnswer) != 0;
  const std::uint8_t what = command & 0x7fU;
  const bool known = (what > 0 && what <= kLastRpcCommand) || what == kRpcAuditLog;
  if (at.failed() || zero != 0 || !known || (answer && !is_one_of(kStatuses, status))) return kNotRecognised;
  // The end that logs in opened the connection; after that, either may send commands to the other.
  const bool opening = what == kRpcLogin || what == kRpcKeys;
  const Speaker speaker = answer ? Speaker::answers : Speaker::asks;
  return recognised(Application::netscaler_rpc, opening ? speaker : Speaker::unknown);
}

// Version, type, length and status, then the metrics of services, whose fields have ranges too. Messages
// without services show too little.
template <>
Recognition recognise<Application::netscaler_mep, kProtocolTcp>(const FirstData& data) {
  ByteCursor at(data.bytes);
  const std::uint8_t major = at.u8();
  const std::uint8_t minor = at.u8();
  if (major != 2 || minor < 1 || minor > 6) return kNotRecognised;
  const std::uint16_t type = at.le16();
  const std::uint16_t length = at.le16();
  const std::uint16_t status = at.le16();
  // It is not known whether the length includes the header.
  const bool right_length = length == sent(data) || length + kMepHeader == sent(data);
  if (at.failed() || !right_length || !is_one_of(kStatuses, status)) return kNotRecognised;
  return has_metrics(type, at, sent(data) - kMepHeader) ? recognised(Application::netscaler_mep)
                                                        : kNotRecognised;
}

}  // namespace portproof
