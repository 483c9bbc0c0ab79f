// Errors in the operator's world: a missing file, a catalog line that makes no sense, a full disk. They are
// values (tl::expected<T, Error>), created where the fault is found. Only app/ turns them into a message and
// an exit status.
//
// Malformed traffic is never an Error: it is a RejectReason, counted (capture/decode/packet.hpp).
// Our own mistakes are asserts; no input may reach one.
#pragma once

#include <cstdint>
#include <string>
#include <tl/expected.hpp>
#include <utility>

namespace portproof {

// The kind of fault. app/ maps each kind to one exit status of sysexits.h.
enum class ErrorKind : std::uint8_t {
  usage,          // 64: the command line makes no sense
  bad_data,       // 65: a capture, catalog, inventory or evidence file that cannot be understood
  input_missing,  // 66: an input that does not exist or cannot be opened
  unavailable,    // 69: something that the program needs is missing (an interface, a service)
  internal,       // 70: a bug in this program
  cannot_create,  // 73: an output that cannot be created
  io,             // 74: reading or writing failed half-way
  no_permission,  // 77: the system refused permission
};

// One fault, described for the person who can fix it.
struct Error {
  ErrorKind kind{ErrorKind::internal};
  std::string what;   // what was found, what was expected and what to do: one line, no final full stop
  std::string where;  // "FILE", "FILE:LINE" or "FILE:LINE:COLUMN"; empty if there is nothing to name

  friend bool operator==(const Error&, const Error&) = default;
};

// The text with control characters replaced by spaces: a message is one line, even if it quotes a file that
// contains line ends.
inline std::string on_one_line(std::string text) {
  for (char& letter : text) {
    const auto byte = static_cast<unsigned char>(letter);
    if (byte < 0x20 || byte == 0x7f) letter = ' ';
  }
  return text;
}

// "WHERE: WHAT", or just WHAT.
inline std::string message(const Error& error) {
  return error.where.empty() ? error.what : error.where + ": " + error.what;
}

template <typename T>
using Expected = tl::expected<T, Error>;

inline tl::unexpected<Error> fail(ErrorKind kind, std::string what, std::string where = {}) {
  return tl::unexpected<Error>(Error{kind, on_one_line(std::move(what)), std::move(where)});
}

}  // namespace portproof
