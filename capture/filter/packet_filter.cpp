#include "capture/filter/packet_filter.hpp"

#include <fmt/format.h>
#include <pcap/pcap.h>

#include <algorithm>
#include <array>
#include <optional>

#include "capture/base/ascii.hpp"

namespace portproof {
namespace {

// The largest frame that tcpdump captures; filters do not see anything beyond it.
constexpr std::uint32_t kSnap = 262'144;

// libpcap's numbers for some link types depend on the system. These are the types whose number in files
// differs; all others are the same. 12 and 14 are raw IP, as some systems wrote it.
int data_link_of(LinkType type) {
  struct Renumbered {
    LinkType in_files;
    int here;
  };
  constexpr std::array kRenumbered{
      Renumbered{12, DLT_RAW},     Renumbered{14, DLT_RAW},         Renumbered{100, DLT_ATM_RFC1483},
      Renumbered{101, DLT_RAW},    Renumbered{102, DLT_SLIP_BSDOS}, Renumbered{103, DLT_PPP_BSDOS},
      Renumbered{104, DLT_C_HDLC}, Renumbered{106, DLT_ATM_CLIP},   Renumbered{107, DLT_FRELAY},
      Renumbered{108, DLT_LOOP},   Renumbered{109, DLT_ENC}};
  for (const Renumbered& entry : kRenumbered) {
    if (entry.in_files == type) return entry.here;
  }
  return type;
}

std::string link_name(LinkType type) {
  const char* const words = pcap_datalink_val_to_description(data_link_of(type));
  return words == nullptr ? fmt::format("link type {}", type) : fmt::format("{} (link type {})", words, type);
}

// Where a link layer that can carry VLAN tags has the type of what follows, and where the content begins.
struct TagOffsets {
  std::uint32_t type_at;
  std::uint32_t header;
};
std::optional<TagOffsets> tag_offsets(LinkType type) {
  constexpr LinkType kLinuxCooked = 113;
  constexpr LinkType kLinuxCookedV2 = 276;
  switch (type) {
    case kLinkEthernet:
      return TagOffsets{12, 14};
    case kLinuxCooked:
      return TagOffsets{14, 16};
    case kLinuxCookedV2:
      return TagOffsets{0, 20};
    default:
      return std::nullopt;
  }
}

bool is_tag_type(const std::uint8_t* at) {
  const unsigned type = (static_cast<unsigned>(at[0]) << 8U) | at[1];
  return type == 0x8100 || type == 0x88a8 || type == 0x9100;
}

}  // namespace

class PacketFilter::Program {
 public:
  static Expected<std::unique_ptr<const Program>> compile(const std::string& expression, LinkType type);

  Program() = default;
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;
  ~Program() { pcap_freecode(&code_); }

  [[nodiscard]] bool passes(std::span<const std::uint8_t> bytes, std::uint32_t wire_length) const {
    const auto size = static_cast<std::uint32_t>(std::min<std::size_t>(bytes.size(), kSnap));
    return bpf_filter(code_.bf_insns, bytes.data(), wire_length, size) != 0;
  }

 private:
  [[nodiscard]] bool asks_the_kernel() const;

  bpf_program code_{};
};

Expected<std::unique_ptr<const PacketFilter::Program>> PacketFilter::Program::compile(
    const std::string& expression, LinkType type) {
  const auto cannot = [&](std::string_view why) {
    return fail(ErrorKind::usage, fmt::format("the filter '{}' cannot be compiled for {}: {}", expression,
                                              link_name(type), why));
  };
  const std::unique_ptr<pcap_t, decltype(&pcap_close)> handle(
      pcap_open_dead(data_link_of(type), static_cast<int>(kSnap)), &pcap_close);
  if (!handle) return cannot("libpcap is out of memory");
  auto program = std::make_unique<Program>();
  if (pcap_compile(handle.get(), &program->code_, expression.c_str(), 1, PCAP_NETMASK_UNKNOWN) != 0) {
    return cannot(pcap_geterr(handle.get()));
  }
  if (program->asks_the_kernel()) {
    return cannot("it needs facts that only a live capture has (inbound, outbound, ifindex)");
  }
  return program;
}

// Linux answers such questions at negative offsets. A captured frame has nothing there, so a program that
// asks them would silently pass no frames.
bool PacketFilter::Program::asks_the_kernel() const {
  const std::span<const bpf_insn> code(code_.bf_insns, code_.bf_len);
  return std::any_of(code.begin(), code.end(), [](const bpf_insn& instruction) {
    const unsigned kind = BPF_CLASS(instruction.code);
    const bool loads = kind == BPF_LD || kind == BPF_LDX;
    return loads && BPF_MODE(instruction.code) == BPF_ABS && instruction.k > 0x7fff'ffffU;
  });
}

// Splits words as libpcap does: dots, dashes and underscores belong to host names, and a backslash turns any
// word into a name.
bool names_vlan(std::string_view expression) {
  const auto in_word = [](char character) {
    return is_alphanumeric(character) || character == '_' || character == '-' || character == '.';
  };
  std::size_t at = 0;
  while (at < expression.size()) {
    std::size_t end = at;
    while (end < expression.size() && in_word(expression[end])) ++end;
    const bool escaped = at > 0 && expression[at - 1] == '\\';
    if (!escaped && expression.substr(at, end - at) == "vlan") return true;
    at = std::max(end, at + 1);
  }
  return false;
}

PacketFilter::PacketFilter(std::string expression)
    : expression_(std::move(expression)), sees_tags_(names_vlan(expression_)) {}

PacketFilter::~PacketFilter() = default;

Expected<std::shared_ptr<const PacketFilter>> PacketFilter::compile(std::string expression) {
  if (expression.find_first_not_of(" \t\r\n") == std::string::npos) {
    return fail(ErrorKind::usage, "the filter is empty; to read every frame, leave it out");
  }
  auto filter = std::make_shared<const PacketFilter>(std::move(expression));
  if (auto program = filter->program(kLinkEthernet); !program) {
    return tl::unexpected(std::move(program.error()));
  }
  return filter;
}

Expected<const PacketFilter::Program*> PacketFilter::program(LinkType type) const {
  // Compiling is under a lock too: libpcap looks names up through functions that keep results in memory that
  // all threads share.
  static std::mutex compiler;
  const std::lock_guard hold(mutex_);
  if (const auto known = programs_.find(type); known != programs_.end()) return known->second.get();
  const std::lock_guard compiling(compiler);
  auto program = Program::compile(expression_, type);
  if (!program) return tl::unexpected(std::move(program.error()));
  return programs_.emplace(type, std::move(*program)).first->second.get();
}

// If the expression does not apply to one of them, the first frame of that type reports it.
void PacketFilter::look_names_up() const {
  // Ethernet, Token Ring, FDDI, PPP, raw IP, Wi-Fi, cooked captures, loopback (tcpdump.org/linktypes.html).
  constexpr std::array<LinkType, 21> kUsual{1,   6,   9,   10,  50,  0,   12,  14,  101, 104, 105,
                                            107, 108, 109, 113, 127, 149, 192, 228, 229, 276};
  for (const LinkType type : kUsual) static_cast<void>(program(type));
}

Expected<bool> FrameFilter::passes(const FrameView& frame) {
  if (program_ == nullptr || frame.link_type != type_) {
    const auto program = filter_->program(frame.link_type);
    if (!program) return tl::unexpected(program.error());
    program_ = *program;
    type_ = frame.link_type;
  }
  if (filter_->sees_tags()) return program_->passes(frame.bytes(), frame.wire_length);
  const Seen seen = without_tags(frame);
  return program_->passes(seen.bytes, seen.wire_length);
}

// The frame as it was before it was tagged. A tag that the snap length cut stays.
FrameFilter::Seen FrameFilter::without_tags(const FrameView& frame) {
  constexpr std::uint32_t kTag = 4;
  const Seen as_it_is{frame.bytes(), frame.wire_length};
  const auto offsets = tag_offsets(frame.link_type);
  if (!offsets || frame.captured < offsets->header || !is_tag_type(frame.data + offsets->type_at))
    return as_it_is;
  // A tag is two bytes of its own, then the type of what follows.
  std::uint32_t rest = offsets->header;
  const std::uint8_t* type = frame.data + offsets->type_at;
  while (is_tag_type(type) && frame.captured - rest >= kTag) {
    rest += kTag;
    type = frame.data + rest - 2;
  }
  if (rest == offsets->header) return as_it_is;
  if (untagged_.empty()) untagged_.resize(kSnap);
  std::copy_n(frame.data, offsets->header, untagged_.data());
  std::copy_n(type, 2, untagged_.data() + offsets->type_at);
  const std::uint32_t kept = std::min(frame.captured - rest, kSnap - offsets->header);
  std::copy_n(frame.data + rest, kept, untagged_.data() + offsets->header);
  return {{untagged_.data(), offsets->header + kept}, frame.wire_length - (rest - offsets->header)};
}

}  // namespace portproof
