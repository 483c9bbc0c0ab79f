// The loop: one packet source in, evidence out. Runs without a process around it.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "capture/decode/decode.hpp"
#include "capture/evidence/collector_options.hpp"
#include "capture/evidence/evidence.hpp"
#include "capture/evidence/flow_listing.hpp"
#include "capture/filter/packet_filter.hpp"
#include "capture/flow/flow_table_options.hpp"
#include "capture/source/packet_source.hpp"

namespace portproof {

struct ObserveOptions {
  FlowTableOptions table;
  DecodeOptions decode;
  CollectorOptions collect;
  unsigned threads{1};  // that work on the input; shows in nothing but the time that it takes
  std::shared_ptr<const PacketFilter> filter;  // may be null: every frame is taken
  // Called now and then with the bytes of the input that have been read; may be empty.
  std::function<void(std::uint64_t bytes_read)> progress;
};

// The settings that evidence made with these options carries.
ObservationSettings settings_of(const ObserveOptions& options);

// Reads the source to its end, or up to its damage, which the input's `error` and gap `cut_short` then tell.
// The input's path, format and link types come from the source, its hash is the caller's business.
Evidence observe(PacketSource& source, const ObserveOptions& options);

// The same frames as a list of flows.
FlowListing list_flows(PacketSource& source, const ObserveOptions& options);

}  // namespace portproof
