// portproof flows: what was decoded, before any judgement.
#include <fmt/format.h>

#include <algorithm>
#include <ostream>

#include "app/command/command.hpp"
#include "app/command/gather.hpp"
#include "app/command/inputs.hpp"
#include "app/command/output.hpp"
#include "app/command/overwriting.hpp"
#include "app/sandbox/file_work.hpp"
#include "capture/source/open_capture.hpp"
#include "report/escape.hpp"
#include "report/format.hpp"

namespace portproof {

Expected<int> flows_command(const Arguments& arguments) {
  const std::string name = arguments.text("format");
  const FlowFormat* format = find_format(flow_formats(), name);
  if (format == nullptr) {
    return tl::unexpected(unknown_format("flow", name, format_names(flow_formats())));
  }
  const auto observing = observe_options_of(arguments);
  if (!observing) return tl::unexpected(observing.error());
  if (auto confined = confine({arguments.words(), {arguments.text("output")}}); !confined) {
    return tl::unexpected(confined.error());
  }
  const auto inputs = list_inputs(arguments.words());
  if (!inputs) return tl::unexpected(inputs.error());
  if (auto checked = check_outputs({{"-o", arguments.text("output")}}, inputs->paths); !checked) {
    return tl::unexpected(checked.error());
  }
  say_copies(*inputs);
  const auto listing = gather_flows(*inputs, *observing);
  if (!listing) return tl::unexpected(listing.error());

  const std::string output = arguments.text("output");
  const auto written = write_output(output, [&](std::ostream& out) {
    format->write(*listing, output.empty() ? terminal_width(stdout) : 80, out);
  });
  // A list that is cut short must not look complete.
  const bool whole = std::all_of(listing->inputs.begin(), listing->inputs.end(),
                                 [](const Input& input) { return input.error.empty(); });
  return written.map([whole] { return whole ? 0 : 2; });
}

}  // namespace portproof
