// How results and errors become exit statuses: 0 to 2 are the audit's result, the rest is sysexits.h.
#pragma once

#include <array>
#include <string_view>

#include "capture/base/error.hpp"
#include "classify/verdict.hpp"

namespace portproof {

inline constexpr int kExitSuccess = 0;
inline constexpr int kExitUsage = 64;
inline constexpr int kExitInternal = 70;

constexpr int exit_status(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::usage:
      return kExitUsage;
    case ErrorKind::bad_data:
      return 65;
    case ErrorKind::input_missing:
      return 66;
    case ErrorKind::unavailable:
      return 69;
    case ErrorKind::internal:
      return kExitInternal;
    case ErrorKind::cannot_create:
      return 73;
    case ErrorKind::io:
      return 74;
    case ErrorKind::no_permission:
      return 77;
  }
  return kExitInternal;
}

// What each status means, for help and the manual page.
struct ExitStatus {
  int number;
  std::string_view meaning;
};
inline constexpr std::array kExitStatuses{
    ExitStatus{0, "pass"},
    ExitStatus{1, "fail"},
    ExitStatus{2, "inconclusive"},
    ExitStatus{exit_status(ErrorKind::usage), "usage"},
    ExitStatus{exit_status(ErrorKind::bad_data), "bad data"},
    ExitStatus{exit_status(ErrorKind::input_missing), "input missing"},
    ExitStatus{exit_status(ErrorKind::unavailable), "unavailable"},
    ExitStatus{exit_status(ErrorKind::internal), "internal error"},
    ExitStatus{exit_status(ErrorKind::cannot_create), "cannot create output"},
    ExitStatus{exit_status(ErrorKind::io), "I/O error"},
    ExitStatus{exit_status(ErrorKind::no_permission), "no permission"},
};

constexpr int exit_status(AuditResult result) {
  switch (result) {
    case AuditResult::pass:
      return 0;
    case AuditResult::fail:
      return 1;
    case AuditResult::inconclusive:
      return 2;
  }
  return kExitInternal;
}

}  // namespace portproof
