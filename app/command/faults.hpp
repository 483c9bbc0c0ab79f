// What is thrown is a fault of the program, or memory that is not there: it becomes an Error before it could
// leave a thread, which would end the program without a last report.
#pragma once

#include "capture/base/error.hpp"

namespace portproof {

// Of the exception that is being handled: call it in a `catch (...)`. Of kind internal.
Error error_of_exception();

}  // namespace portproof
