#include "app/command/gather.hpp"
#include "app/command/input_reader.hpp"
#include "capture/source/captures.hpp"

namespace portproof {

Expected<FlowList> gather_flows(const InputList& inputs, const ObserveOptions& options) {
  std::vector<FlowListing> listings;
  std::optional<Error> first_fault;
  bool any_used = false;
  const auto note_fault = [&](const std::string& path, const Error& error) {
    if (!first_fault) first_fault = error;
    listings.push_back({{}, {}, unreadable(path, error)});
  };
  for (const std::string& path : inputs.paths) {
    auto bytes = open_bytes(path);
    auto captures = bytes ? Captures::open(std::move(*bytes), path) : tl::unexpected(bytes.error());
    if (!captures) {
      note_fault(path, captures.error());
      continue;
    }
    for (;;) {
      auto capture = (*captures)->next();
      if (!capture) note_fault(path, capture.error());
      if (!capture || !*capture) break;
      auto& source = (*capture)->source;
      if (!source) {
        note_fault((*capture)->path, source.error());
        continue;
      }
      any_used = true;
      listings.push_back(list_flows(**source, options));
    }
  }
  if (!any_used && first_fault) return tl::unexpected(*first_fault);
  if (!any_used)
    return fail(ErrorKind::bad_data, "is an archive that holds no capture", inputs.paths.front());
  return put_together(std::move(listings), options.table.timeouts);
}

}  // namespace portproof
