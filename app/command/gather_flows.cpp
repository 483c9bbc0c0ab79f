#include "app/command/gather.hpp"
#include "app/command/input_reader.hpp"
#include "capture/source/captures.hpp"

namespace portproof {

Expected<FlowList> gather_flows(const InputList& inputs, const ObserveOptions& options) {
  std::vector<FlowListing> listings;
  std::optional<Error> first_fault;
  bool any_used = false;
  CaptureVisitor visitor;
  visitor.refuse = [&](const std::string& path, const Error& error) -> Expected<void> {
    if (!first_fault) first_fault = error;
    listings.push_back({{}, {}, unreadable(path, error)});
    return {};
  };
  visitor.take = [&](PacketSource& source, const std::string&) -> Expected<void> {
    any_used = true;
    listings.push_back(list_flows(source, options));
    return {};
  };
  const Stop never;
  for (const std::string& path : inputs.paths) {
    auto bytes = open_bytes(path);
    auto captures = bytes ? Captures::open(std::move(*bytes), path) : tl::unexpected(bytes.error());
    auto done = captures ? for_each_capture(**captures, path, never, visitor)
                         : visitor.refuse(path, captures.error());
    if (!done) return tl::unexpected(std::move(done.error()));
  }
  if (!any_used && first_fault) return tl::unexpected(*first_fault);
  if (!any_used) {
    return fail(ErrorKind::bad_data, "is an archive that holds no capture", inputs.paths.front());
  }
  return put_together(std::move(listings), options.table.timeouts);
}

}  // namespace portproof
