// From the inputs of a command line to evidence: opens, observes and hashes each capture, several at a time
// where asked to, and puts the pieces together. The number of threads never shows in the result.
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
  // The evidence is kept, and may be merged with that of other inputs: what lies at the edges of an input
  // stays loose. Else the evidence is good for one report of this run.
  bool keep_edges{true};
  // Evidence file from which the run is taken up and into which it is saved; empty for none.
  std::string resume;
};

// Error of kind usage for a filter that does not compile.
Expected<ObserveOptions> observe_options_of(const Arguments& arguments);
Expected<GatherOptions> gather_options_of(const Arguments& arguments);

// The seed of the keyed hash: --seed, or a random one, the same for the whole run.
std::uint64_t hash_seed(const Arguments& arguments);

// The flows of all captures; errors as for `gather`.
Expected<FlowList> gather_flows(const InputList& inputs, const ObserveOptions& options);

// The evidence of all captures. An input that cannot be read, or not to its end, is listed with its error and
// counts as a gap; only where no input could be used at all is the first one's error returned. Members of
// archives that are no captures join `inputs.skipped`.
//
// With `resume`, SIGINT and SIGTERM save what was read and end the program by that signal.
Expected<Evidence> gather(InputList& inputs, const GatherOptions& options);

// Says on standard error which files were left out because one before them has the same content, a line each.
void say_copies(const InputList& inputs);

// Says on standard error, a line each, which files were left out or skipped and what is wrong with which
// input. The report has this too, but nobody should have to look for it.
void say_input_faults(const InputList& inputs, const Evidence& evidence);

}  // namespace portproof
