// A whole input, from its first bytes to evidence: the accounting law holds whatever a file contains.
#include <sstream>

#include "capture/evidence/evidence_file.hpp"
#include "capture/observe/observe.hpp"
#include "capture/source/open_capture.hpp"
#include "tests/fuzz/run.hpp"

namespace portproof::fuzz {
namespace {

// So few flows that small inputs fill the table.
ObserveOptions options() {
  ObserveOptions options;
  options.table.max_flows = 8;
  return options;
}

}  // namespace

void fuzz_one(std::span<const std::uint8_t> bytes) {
  auto source = open_capture(bytes_in_memory(bytes), "x");
  if (!source) return;
  const Evidence evidence = observe(**source, options());
  require(evidence.inputs.size() == 1, "one source is one input");
  require(evidence.inputs.front().accounting.balanced(), "every frame and every flow is accounted for");

  auto again = open_capture(bytes_in_memory(bytes), "x");
  require(again.has_value(), "what opened once opens again");
  const FlowListing listing = list_flows(**again, options());
  require(listing.input.accounting.balanced(), "every frame of a listing is accounted for");

  std::stringstream file;
  write_evidence(evidence, file);
  const auto read = read_evidence(file, "x");
  require(read.has_value(), "evidence from observe can be written and read");
  require(*read == evidence, "evidence survives its file");
}

}  // namespace portproof::fuzz
