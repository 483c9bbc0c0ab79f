// Numbered pieces of work, several at a time.
#pragma once

#include <cstddef>
#include <functional>

#include "app/command/stop.hpp"
#include "capture/base/error.hpp"

namespace portproof {

// Calls `work` for each number below `count`, begun in their order, in at most `threads` threads, of which
// the caller's is one. Returns once all have ended.
//
// The first error ends the run and is returned: it requests a stop, and no work begins after a stop was
// requested, by whatever. What `work` throws is an error too (error_of_exception).
Expected<void> side_by_side(std::size_t count, unsigned threads, Stop& stop,
                            const std::function<Expected<void>(std::size_t number)>& work);

}  // namespace portproof
