// An exception is a bug in the program, or a lack of memory. It becomes an Error before it can leave a
// thread, which would end the program without a last report.
#pragma once

#include "capture/base/error.hpp"

namespace portproof {

// The Error, of kind internal, for the exception that is being handled: call it in a `catch (...)`.
Error error_of_exception();

}  // namespace portproof
