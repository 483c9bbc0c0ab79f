// From an input to its evidence on the simple path: one thread, one flow table as one would explain it, no
// batches, no shards, no limits; everything is kept until the end and folded then. What comes of it has to be
// what observe() makes of the same input (capture/observe/observe.hpp), whatever its threads.
//
// Shared with observe(): reading frames, decode(), the filter, the clock (capture/flow/capture_clock.hpp),
// what is recognised in payloads, the names of DNS answers (capture/evidence/names_seen.hpp), what is a
// station, and the limit of names a service. Judging, reporting, and settling what is loose come behind the
// evidence, and are the same program's.
#pragma once

#include "capture/observe/observe.hpp"

namespace portproof::test {

// No limit must be hit; `options.threads` is not used, nor is any seed.
Evidence observe_simply(PacketSource& source, const ObserveOptions& options);

}  // namespace portproof::test
