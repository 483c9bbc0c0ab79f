// Events as they happen: one JSON object per line, to a file or standard output, and to the local syslog.
// Their rate is limited: events beyond it are counted, and the count is sent as soon as there is room. What
// cannot be delivered, because a pipe is full or syslog does not read, is counted in the same way: sending
// never waits. docs/use/operations.md lists every event.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "app/command/outlet.hpp"
#include "capture/base/error.hpp"
#include "capture/base/timestamp.hpp"

namespace portproof {

struct EventOptions {
  std::string path;  // "-" for standard output; empty for none
  bool syslog{false};
  double per_second{10};
  double burst{100};  // at least 2: one for an event, and one for how many were held back
};

class Events {
 public:
  // Opens the file for appending, and the socket of syslog: both must happen before rights are given up.
  // Errors: cannot_create for the file, also if it is a pipe without a reader; unavailable if no syslog
  // listens.
  static Expected<Events> open(const EventOptions& options);
  Events(Events&& other) noexcept;
  Events(const Events&) = delete;
  Events& operator=(const Events&) = delete;
  Events& operator=(Events&&) = delete;
  ~Events();

  // `members` is the rest of the object: `,"key":value...`, or empty.
  void send(std::string_view event, Timestamp time, std::string_view members);

  // Does the rate have room for an event? Ask before making a long text.
  [[nodiscard]] bool has_token(Timestamp now) {
    refill(now);
    return tokens_ >= 1;
  }

  // Counts an event that is not sent.
  void hold_back() {
    ++held_back_;
    ++held_back_in_all_;
  }

  // Sends the count of events that were held back, if the rate has room for it, and at the end in any case.
  void settle(Timestamp now, bool at_end);

  [[nodiscard]] std::uint64_t sent() const { return sent_; }
  [[nodiscard]] std::uint64_t held_back() const { return held_back_in_all_; }

 private:
  explicit Events(const EventOptions& options);
  void refill(Timestamp now);
  bool write(std::string_view event, Timestamp time, std::string_view members);

  EventOptions options_;
  std::optional<Outlet> outlet_;
  int syslog_{-1};
  bool torn_{false};  // does the file of a run before this one end within a line?
  double tokens_{0};
  Timestamp refilled_{};
  std::uint64_t sent_{0};
  std::uint64_t held_back_{0};  // since the count was last sent
  std::uint64_t held_back_in_all_{0};
};

}  // namespace portproof
