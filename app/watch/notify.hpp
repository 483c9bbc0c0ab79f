// Notifies the service manager (sd_notify(3)) that the watch is ready, and that it is alive. Does nothing if
// no manager asks for it.
#pragma once

#include <string_view>

#include "capture/base/timestamp.hpp"

namespace portproof {

class ServiceNotes {
 public:
  // Opens the manager's socket, which must happen before rights are given up.
  ServiceNotes();
  ServiceNotes(const ServiceNotes&) = delete;
  ServiceNotes& operator=(const ServiceNotes&) = delete;
  ~ServiceNotes();

  void ready() const { send("READY=1\nSTATUS=watching"); }
  void stopping() const { send("STOPPING=1"); }
  // Call it often: it notifies the manager's watchdog twice per period. It never waits; the other functions
  // wait for up to a second if the manager does not read.
  void alive(Timestamp now);

 private:
  void send(std::string_view text, int flags = 0) const;

  int socket_{-1};
  Duration period_{};  // 0 if the manager has no watchdog
  Timestamp told_{};
};

}  // namespace portproof
