#include "app/command/faults.hpp"

#include <exception>
#include <new>
#include <string>

namespace portproof {

Error error_of_exception() {
  try {
    throw;
  } catch (const std::bad_alloc&) {
    return {ErrorKind::internal, "out of memory; lower --max-flows or audit fewer captures at a time", ""};
  } catch (const std::exception& fault) {
    return {ErrorKind::internal, on_one_line(std::string("internal error: ") + fault.what()), ""};
  } catch (...) {
    return {ErrorKind::internal, "internal error", ""};
  }
}

}  // namespace portproof
