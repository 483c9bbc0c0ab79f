// The lines of an evidence file. Writing makes them; reading takes one apart, makes it again from what it
// understood, and believes it only if both are the same bytes.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <variant>

#include "capture/base/sha256.hpp"
#include "capture/evidence/evidence.hpp"

namespace portproof::evidence_file {

// The kinds of lines, in the order in which they stand in the file.
enum class LineType : std::uint8_t {
  evidence,
  input,
  conversation,
  loose,
  fragment,
  edge_packet,
  attempts,
  name,
  station,
  protocol,
  stray_error,
  limit,
  end
};
inline constexpr std::array<std::string_view, 13> kLineTypeNames{
    "evidence", "input",   "conversation", "loose",       "fragment", "edge-packet", "attempts",
    "name",     "station", "protocol",     "stray-error", "limit",    "end"};

// As in every report, but that the two first-packet bases stay apart.
inline constexpr std::array<std::string_view, kDirectionBasisNames.size()> kBasisNames{
    "syn",      "syn-ack",    "icmp",         "request",  "first-packet-after-run", "payload", "catalog",
    "listener", "port-order", "first-packet", "contested"};

inline constexpr std::array<std::string_view, 2> kSideNames{"low", "high"};

inline constexpr std::array<std::string_view, 2> kEdgeNames{"first", "last"};

// What a side did, as the file lists it.
struct SideEvent {
  std::string_view name;
  bool SideFacts::*done;
};
inline constexpr std::array<SideEvent, 10> kSideEvents{{{"syn", &SideFacts::syn},
                                                        {"syn-ack", &SideFacts::syn_ack},
                                                        {"ack", &SideFacts::ack},
                                                        {"data", &SideFacts::data},
                                                        {"fin", &SideFacts::fin},
                                                        {"rst", &SideFacts::rst},
                                                        {"icmp-refused", &SideFacts::icmp_refused},
                                                        {"answered", &SideFacts::answered},
                                                        {"completed", &SideFacts::completed},
                                                        {"told", &SideFacts::announced}}};

struct Gap {
  std::string_view name;
  std::uint64_t Gaps::*count;
};
inline constexpr std::array<Gap, 10> kGaps{{{"kernel_dropped", &Gaps::kernel_dropped},
                                            {"interface_dropped", &Gaps::interface_dropped},
                                            {"snapped_headers", &Gaps::snapped_headers},
                                            {"undecoded", &Gaps::undecoded},
                                            {"missed_bytes", &Gaps::missed_bytes},
                                            {"one_way", &Gaps::one_way},
                                            {"duplicates", &Gaps::duplicates},
                                            {"time_jumps", &Gaps::time_jumps},
                                            {"untimed", &Gaps::untimed},
                                            {"cut_short", &Gaps::cut_short}}};

struct HeadLine {
  ObservationSettings settings;
};
struct ConversationLine {
  ConversationKey key;
  ConversationFacts facts;
};
struct AttemptsLine {
  AttemptsKey key;
  Attempts attempts;
};
struct NameLine {
  NameKey key;
  NameInterval interval;
};
struct StationLine {
  IpAddress address;
  Station station;
  StationSpan span;
};
struct ProtocolLine {
  std::string protocol;
  ProtocolCount count;
};
struct StrayErrorLine {
  StrayErrorKey key;
  StrayErrorFacts facts;
};
struct LimitLine {
  Limit limit{};
  std::uint64_t hits{0};
};

// Any line but the last, in the order of LineType.
using Line = std::variant<HeadLine, Input, ConversationLine, LooseFlow, EdgeFragment, EdgePacket,
                          AttemptsLine, NameLine, StationLine, ProtocolLine, StrayErrorLine, LimitLine>;

// The text of a line, without its end.
std::string make_line(const HeadLine& head);
std::string make_line(const Input& input);
std::string make_line(const ConversationLine& conversation);
std::string make_line(const LooseFlow& flow);
std::string make_line(const EdgeFragment& fragment);
std::string make_line(const EdgePacket& packet);
std::string make_line(const AttemptsLine& line);
std::string make_line(const NameLine& name);
std::string make_line(const StationLine& station);
std::string make_line(const ProtocolLine& protocol);
std::string make_line(const StrayErrorLine& error);
std::string make_line(const LimitLine& limit);
std::string make_end_line(std::uint64_t lines, std::string_view sha256);

// What a line says; or what is wrong with it, as a part of a sentence: a key that is missing, or a value that
// its key cannot have. Keys that are too many, and numbers in an odd form, show when the line is made again.
tl::expected<Line, std::string> parse_line(std::string_view text);

// SHA-256 of lines.
class LineHash {
 public:
  void add_line(std::string_view line);  // and its end
  [[nodiscard]] std::string hex() const { return hash_.hex(); }

 private:
  Sha256 hash_;
};

}  // namespace portproof::evidence_file
