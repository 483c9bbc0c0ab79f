// portproof flows: what was decoded, before any judgement.
#include <fmt/format.h>

#include <algorithm>
#include <ostream>

#include "app/command/command.hpp"
#include "app/command/gather.hpp"
#include "app/command/inputs.hpp"
#include "app/command/output.hpp"
#include "app/command/overwriting.hpp"
#include "capture/source/open_capture.hpp"
#include "report/escape.hpp"
#include "report/format.hpp"

namespace portproof {
namespace po = boost::program_options;
namespace {

po::options_description options() {
  po::options_description all("options");
  all.add_options()  //
      ("format,T",
       po::value<std::string>()
           ->default_value(std::string(flow_formats().front().name))
           ->value_name("FORMAT"),
       choice(format_names(flow_formats())).c_str())  //
      ("output,o", po::value<std::string>()->value_name("FILE"),
       "write the list here, not to standard output");
  add_flow_options(all);
  return all;
}

Expected<int> run(const Arguments& arguments) {
  const std::string name = arguments.text("format");
  const FlowFormat* format = find_format(flow_formats(), name);
  if (format == nullptr) {
    return tl::unexpected(unknown_format("flow", name, format_names(flow_formats())));
  }
  const auto observing = observe_options_of(arguments);
  if (!observing) return tl::unexpected(observing.error());
  const auto inputs = list_inputs(arguments.words());
  if (!inputs) return tl::unexpected(inputs.error());
  if (auto checked = check_outputs({{"-o", arguments.text("output")}}, inputs->paths); !checked) {
    return tl::unexpected(checked.error());
  }
  const auto listing = gather_flows(*inputs, *observing);
  if (!listing) return tl::unexpected(listing.error());

  const std::string output = arguments.text("output");
  const auto written = write_output(output, [&](std::ostream& out) {
    format->write(*listing, output.empty() ? terminal_width(stdout) : 80, out);
  });
  // A list that ends early must not look like a whole one.
  const bool whole = std::all_of(listing->inputs.begin(), listing->inputs.end(),
                                 [](const Input& input) { return input.error.empty(); });
  return written.map([whole] { return whole ? 0 : 2; });
}

}  // namespace

Command flows_command() {
  return {"flows",
          "flows FILE... [-T text|ndjson] [-f BPF]",
          "list the flows of captures",
          "Lists the 5-tuple flows of captures, one a line: what was decoded, before any judgement. A flow "
          "that closed\n"
          "and came back is one line. Exit status 2 where a capture could not be read to its end.\n\n"
          "  portproof flows samples/estate.pcap\n"
          "  portproof flows samples/estate.pcap -T ndjson | jq .initiator",
          options,
          run};
}

}  // namespace portproof
