// Collects the names of addresses of one input: from DNS answers, and from the records that a capture file
// brings along. Bounded: names beyond the limits are refused and counted. An answer that repeats what is
// known costs a look-up, and no memory.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <string_view>
#include <vector>

#include "capture/decode/packet.hpp"
#include "capture/evidence/dns_questions.hpp"
#include "capture/evidence/evidence.hpp"
#include "capture/evidence/name_limits.hpp"
#include "capture/evidence/names.hpp"
#include "capture/identify/dns_message.hpp"
#include "capture/identify/dns_stream.hpp"
#include "capture/source/packet_source.hpp"

namespace portproof {

// A client may use an address for longer than its name's lifetime: programs and systems keep answers of their
// own, and connections are opened again to the address that worked before. An hour covers what they usually
// do; and most lifetimes are shorter than that.
inline constexpr Duration kNameGrace = seconds(3600);

// Lifetimes beyond a week are not believed: resolvers cap them, most at a day or a week (RFC 8767, 4).
inline constexpr std::uint32_t kLongestTtl = 7 * 86'400;

class NamesSeen {
 public:
  explicit NamesSeen(const NameLimits& limits = {}) : limits_(limits), questions_(limits.questions) {}

  // A packet of a flow on which DNS is spoken, at `now` of the capture clock. Answers of multicast DNS, LLMNR
  // and NetBIOS are left out: there every host answers for itself, and no server stands behind the name.
  void observe(const Packet& packet, Timestamp now);

  // As FlowTable has it: what was answered from this frame on, while the clock stood still, holds from `to`
  // on, too.
  void catch_up(std::uint64_t first_frame, Timestamp from, Timestamp to);

  // The name records of the input, for the time that it lasted.
  void add_records(const SourceFacts& facts, Timestamp first, Timestamp last);

  // Moves all into the evidence, and notes the limits that were hit so far. What comes later is collected
  // anew, within the same limits.
  void give_to(Evidence& evidence);

 private:
  void take_message(const Packet& packet, std::span<const std::uint8_t> message, Timestamp now);
  void take_answer(std::span<const std::uint8_t> message, NameSource source, const IpAddress& server,
                   Names& names, Timestamp now);
  // The end of `names`: refused.
  Names::iterator add(Names& names, const NameRef& name, const NameInterval& interval);
  void settle_doubted();
  void extend(NameIntervals& intervals, const NameInterval& interval);

  NameLimits limits_;
  Names names_;
  Names doubted_;  // from answers with a wrong checksum
  // Servers whose answers have right checksums. Where there are too many, all are taken for such.
  static constexpr std::size_t kMostSumming = 4096;
  std::set<IpAddress> summing_;
  std::map<IpAddress, std::size_t> of_address_;  // how many of them are its
  std::size_t intervals_{0};
  std::uint64_t refused_{0};
  std::uint64_t records_omitted_{0};
  DnsQuestion question_;
  DnsQuestions questions_;
  DnsAnswer answer_;
  DnsStreams streams_;
  // What was answered at one and the same time, the last that there was: far more than the clock can doubt.
  static constexpr std::size_t kMostRecent = 1024;
  struct Recent {
    Names::iterator name;
    Duration lifetime;
    std::uint64_t frame;
  };
  std::vector<Recent> recent_;
  Timestamp recent_time_{};
  std::uint64_t frame_{0};
};

}  // namespace portproof
