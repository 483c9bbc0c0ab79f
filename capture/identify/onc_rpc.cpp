// NFS and its companions, by the program that a call names (RFC 5531, 9). Replies name none. The port mapper
// serves other programs too, so a call to it does not count as NFS.

#include <algorithm>
#include <array>

#include "capture/base/byte_cursor.hpp"
#include "capture/identify/internal/recognisers.hpp"

namespace portproof {
namespace {

constexpr std::uint32_t kNfs = 100003;
constexpr std::uint32_t kMount = 100005;
// Locks, the state of lock holders, and access lists.
constexpr std::array<std::uint32_t, 5> kPrograms{kNfs, kMount, 100021, 100024, 100227};

Recognition read_call(ByteCursor at) {
  constexpr std::uint32_t kCall = 0;
  constexpr std::uint32_t kRpcVersion = 2;
  constexpr std::uint32_t kLastVersion = 4;
  constexpr std::uint32_t kLastProcedure = 64;
  constexpr std::uint32_t kLongestCredential = 400;
  at.skip(4);  // number of the call
  const std::uint32_t direction = at.be32();
  const std::uint32_t rpc_version = at.be32();
  const std::uint32_t program = at.be32();
  const std::uint32_t version = at.be32();
  const std::uint32_t procedure = at.be32();
  at.skip(4);  // kind of credential
  const std::uint32_t credential = at.be32();
  const bool call = !at.failed() && direction == kCall && rpc_version == kRpcVersion &&
                    version <= kLastVersion && procedure <= kLastProcedure &&
                    credential <= kLongestCredential;
  if (!call || std::find(kPrograms.begin(), kPrograms.end(), program) == kPrograms.end()) {
    return kNotRecognised;
  }
  // A server calls clients back that wait for a lock or whose state it monitors.
  const bool clients_only = program == kNfs || program == kMount;
  return recognised(Application::nfs, clients_only ? Speaker::asks : Speaker::unknown);
}

}  // namespace

template <>
Recognition recognise<Application::nfs, kProtocolUdp>(const FirstData& data) {
  return read_call(ByteCursor(data.bytes));
}

// After a record mark (RFC 5531, 11), whose top bit marks the last fragment.
template <>
Recognition recognise<Application::nfs, kProtocolTcp>(const FirstData& data) {
  constexpr std::uint32_t kLast = 1U << 31U;
  constexpr std::uint32_t kLongest = 1U << 24U;
  ByteCursor at(data.bytes);
  const std::uint32_t mark = at.be32();
  if (at.failed() || (mark & ~kLast) > kLongest) return kNotRecognised;
  return read_call(at);
}

}  // namespace portproof
