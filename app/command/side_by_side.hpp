// Numbered pieces of work, several at a time.
#pragma once

#include <cstddef>
#include <functional>

#include "app/command/stop.hpp"
#include "capture/base/error.hpp"

namespace portproof {

// Calls `work` for each number below `count`, started in order, in at most `threads` threads including the
// caller's. Returns once all have ended.
//
// The first error ends the run and is returned: it requests a stop. No work starts once a stop was requested
// by anybody. What `work` throws becomes an error too (error_of_exception).
Expected<void> side_by_side(std::size_t count, unsigned threads, Stop& stop,
                            const std::function<Expected<void>(std::size_t number)>& work);

}  // namespace portproof
