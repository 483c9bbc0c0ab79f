// From the inputs of a command line to evidence: opens, observes and hashes the captures, several at a time
// if asked to, and merges what they yield. The number of threads never shows in the result.
#pragma once

#include <string>

#include "app/command/command.hpp"
#include "app/command/inputs.hpp"
#include "capture/evidence/evidence.hpp"
#include "capture/observe/observe.hpp"
#include "report/flows.hpp"

namespace portproof {

struct GatherOptions {
  ObserveOptions observe;
  unsigned threads{1};           // for several inputs
  unsigned threads_in_input{1};  // that share one
  bool hash{true};
  // The evidence is kept and may be merged with that of other inputs, so flows at the edges of an input stay
  // loose. Otherwise the evidence serves only one report of this run.
  bool keep_edges{true};
  // Evidence file that the run continues from and is saved to; empty for none.
  std::string resume;
};

// Error of kind usage for a filter that does not compile.
Expected<ObserveOptions> observe_options_of(const Arguments& arguments);
Expected<GatherOptions> gather_options_of(const Arguments& arguments);

// The seed of the keyed hash: --seed, or a random one, the same for the whole run.
std::uint64_t hash_seed(const Arguments& arguments);

// The flows of all captures. Errors: as for `gather`.
Expected<FlowList> gather_flows(const InputList& inputs, const ObserveOptions& options);

// The evidence of all captures. An input that cannot be read, or not to the end, is listed with its error and
// counts as a gap. An error is returned only if no input could be used: that of the first one. Members of
// archives that are not captures join `inputs.skipped`.
//
// With `resume`, SIGINT and SIGTERM save what was read and then end the program.
Expected<Evidence> gather(InputList& inputs, const GatherOptions& options);

// Says on standard error, one per line, which files were left out because an earlier one has the same
// content.
void say_copies(const InputList& inputs);

// Says on standard error, one per line, which files were left out or skipped and what is wrong with which
// input. The report has this too, but nobody should have to look for it.
void say_input_faults(const InputList& inputs, const Evidence& evidence);

}  // namespace portproof
