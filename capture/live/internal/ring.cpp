#include "capture/live/internal/ring.hpp"

#include <fmt/format.h>
#include <linux/if_packet.h>
#include <pcap/pcap.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>

#include "capture/live/interfaces.hpp"

namespace portproof {
namespace {

// Why the interface could not be opened, and what to do about it.
tl::unexpected<Error> cannot_open(int status, pcap_t* handle, const std::string& interface) {
  switch (status) {
    case PCAP_ERROR_NO_SUCH_DEVICE:
      return fail(ErrorKind::unavailable,
                  fmt::format("there is no such interface; available: {}", interface_names()), interface);
    case PCAP_ERROR_PERM_DENIED:
    case PCAP_ERROR_PROMISC_PERM_DENIED:
      return fail(ErrorKind::no_permission,
                  "capturing is not permitted; run as root, or with the capability CAP_NET_RAW", interface);
    case PCAP_ERROR_IFACE_NOT_UP:
      return fail(ErrorKind::unavailable,
                  fmt::format("the interface is down; run 'ip link set {} up' first", interface), interface);
    default:
      return fail(ErrorKind::unavailable,
                  fmt::format("cannot be captured: {} ({})", pcap_statustostr(status), pcap_geterr(handle)),
                  interface);
  }
}

// Frames lie one after the other in the ring, still in the cache of the processor that received them. While
// one is copied, the next is prefetched, each cache line once, without displacing the tables that the nearest
// cache holds. Prefetching beyond the ring's end is harmless.
class Ahead {
 public:
  void fetch(const std::uint8_t* end) {
    constexpr std::uintptr_t kLine = 64;
    constexpr std::uintptr_t kAhead = 4096;
    const auto from = reinterpret_cast<std::uintptr_t>(end) / kLine * kLine;
    const std::uintptr_t until = from + kAhead;
    if (fetched_ < from || fetched_ > until) fetched_ = from;
    for (; fetched_ < until; fetched_ += kLine) {
      // Beyond the ring's end no pointer arithmetic may lead, so the address is a number.
      __builtin_prefetch(reinterpret_cast<const void*>(fetched_), 0, 0);  // NOLINT(performance-no-int-to-ptr)
    }
  }

 private:
  std::uintptr_t fetched_{0};  // up to here
};

struct Handing {
  Ring::Take take;
  void* user;
  Ahead ahead;
  std::int64_t unit;  // nanoseconds that tv_usec counts in
};

extern "C" void hand_frame(u_char* user, const pcap_pkthdr* header, const u_char* data) {
  auto* const handing = reinterpret_cast<Handing*>(user);
  handing->ahead.fetch(data + header->caplen);
  const Timestamp time = Timestamp::from_parts(header->ts.tv_sec, header->ts.tv_usec * handing->unit);
  handing->take(handing->user, {data, header->caplen, std::max(header->len, header->caplen), time});
}

}  // namespace

void Ring::Close::operator()(pcap* handle) const {
  pcap_close(handle);
}

Expected<Ring> Ring::open(const std::string& interface, const RingOptions& options) {
  std::array<char, PCAP_ERRBUF_SIZE> fault{};
  Ring ring;
  ring.interface_ = interface;
  ring.handle_.reset(pcap_create(interface.c_str(), fault.data()));
  pcap_t* const handle = ring.handle_.get();
  if (handle == nullptr) {
    return fail(ErrorKind::unavailable, fmt::format("cannot be captured: {}", fault.data()), interface);
  }
  constexpr std::uint32_t kMib = 1U << 20U;
  pcap_set_snaplen(handle, static_cast<int>(options.snap_length));
  pcap_set_buffer_size(handle, static_cast<int>(options.buffer_mib * kMib));
  pcap_set_promisc(handle, options.promiscuous ? 1 : 0);
  pcap_set_immediate_mode(handle, 0);
  pcap_set_timeout(handle, options.block_ms);
  ring.nanoseconds_ = pcap_set_tstamp_precision(handle, PCAP_TSTAMP_PRECISION_NANO) == 0;
  if (const int status = pcap_activate(handle); status < 0) return cannot_open(status, handle, interface);
  if (pcap_setnonblock(handle, 1, fault.data()) != 0) {
    return fail(ErrorKind::unavailable,
                fmt::format("cannot be switched to non-blocking reads: {}", fault.data()), interface);
  }
  ring.descriptor_ = pcap_get_selectable_fd(handle);
  ring.link_type_ = static_cast<LinkType>(pcap_datalink(handle));
  ring.bytes_ = std::uint64_t{options.buffer_mib} * kMib;
  if (!options.kernel_filter.empty()) {
    if (auto set = ring.set_filter(options.kernel_filter); !set)
      return tl::unexpected(std::move(set.error()));
  }
  return ring;
}

Expected<void> Ring::set_filter(const std::string& expression) {
  bpf_program program{};
  if (pcap_compile(handle_.get(), &program, expression.c_str(), 1, PCAP_NETMASK_UNKNOWN) != 0) {
    return fail(
        ErrorKind::usage,
        fmt::format("the kernel filter '{}' cannot be compiled: {}", expression, pcap_geterr(handle_.get())),
        interface_);
  }
  const int status = pcap_setfilter(handle_.get(), &program);
  pcap_freecode(&program);
  if (status == 0) return {};
  return fail(
      ErrorKind::unavailable,
      fmt::format("the kernel does not accept the filter '{}': {}", expression, pcap_geterr(handle_.get())),
      interface_);
}

Expected<std::size_t> Ring::read(std::size_t most, Take take, void* user) {
  Handing handing{take, user, {}, nanoseconds_ ? 1 : 1000};
  const int count =
      pcap_dispatch(handle_.get(), static_cast<int>(most), &hand_frame, reinterpret_cast<u_char*>(&handing));
  if (count >= 0) return static_cast<std::size_t>(count);
  return fail(ErrorKind::unavailable, fmt::format("the capture ended: {}", pcap_geterr(handle_.get())),
              interface_);
}

void Ring::clear_error() const {
  int fault = 0;
  socklen_t size = sizeof fault;
  ::getsockopt(descriptor_, SOL_SOCKET, SO_ERROR, &fault, &size);
}

// Does not use pcap_stats, which also reads the interface's own drops, from a file that the program can no
// longer open once it has dropped privileges. The system call resets the kernel's counters, so it returns
// what was dropped since the last call.
std::uint64_t Ring::kernel_dropped() {
  tpacket_stats_v3 since{};
  socklen_t size = sizeof since;
  if (::getsockopt(descriptor_, SOL_PACKET, PACKET_STATISTICS, &since, &size) == 0) {
    dropped_ += since.tp_drops;
  }
  return dropped_;
}

}  // namespace portproof
