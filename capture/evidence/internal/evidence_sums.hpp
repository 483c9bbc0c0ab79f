// The sums within an evidence file. Its inputs say how many packets and flows there were and what was missed;
// its other lines say the same once more, one conversation at a time. A file in which the two disagree was
// not written by this program, whatever its hash: a line was taken out, put in or changed, and the file
// sealed again.
//
//   input         in_flows 12, wire_bytes 705, flows_opened 3, missed_bytes 0
//   conversation  packets 8,   bytes 495,      flows 1,        missed_bytes 0
//   loose         packets 3,   bytes 172,      one flow,       missed_bytes 0
//   protocol      packets 1,   bytes 38
//                 = 12         <= 705          <= 3            <= 0
//
// Packets must agree exactly. Frames without a flow have bytes too, and flows of protocols that are only
// counted are no conversations, so there the inputs may say more.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "capture/evidence/evidence_file_lines.hpp"

namespace portproof::evidence_file {

class EvidenceSums {
 public:
  void add(const Input& input);
  void add(const ConversationFacts& facts);
  void add(const FlowFacts& flow);
  void add(const ProtocolCount& count);

  // What is wrong so far: a line that disagrees with itself, or lines that already say more than the inputs
  // do.
  [[nodiscard]] std::optional<std::string> excess() const;

  // What is wrong now that every line was added.
  [[nodiscard]] std::optional<std::string> disagreement() const;

 private:
  struct Counts {
    std::uint64_t packets{0};
    std::uint64_t bytes{0};
    std::uint64_t flows{0};
    std::uint64_t missed_bytes{0};
  };
  void add(const Counts& counts, Counts& sums);

  Counts inputs_;
  Counts lines_;
  std::string odd_line_;
  bool overflows_{false};
};

}  // namespace portproof::evidence_file
