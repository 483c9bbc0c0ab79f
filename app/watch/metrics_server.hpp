// Serves the page of metrics over HTTP: GET /metrics and nothing else, one answer per connection. Clients
// cannot hold it up: connections are few, requests are short, and both are limited in time.
#pragma once

#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "app/watch/figures.hpp"
#include "capture/base/error.hpp"

namespace portproof {

// Bind it before rights are given up, and start it afterwards.
class MetricsServer {
 public:
  // `address` is "PORT", "ADDRESS:PORT" or "[ADDRESS]:PORT"; without an address it is the loopback's.
  // `figures` must outlive the server. Errors: usage for anything else, unavailable if it cannot be bound.
  static Expected<std::unique_ptr<MetricsServer>> bind(const std::string& address,
                                                       const SharedFigures& figures);
  // Ends the server at once, even if clients are connected.
  ~MetricsServer();
  MetricsServer(const MetricsServer&) = delete;
  MetricsServer& operator=(const MetricsServer&) = delete;

  void start();

 private:
  class Connection;
  MetricsServer(int listener, int stop, const SharedFigures& figures);
  void accept_one(std::vector<Connection>& connections) const;
  void serve();

  int listener_;
  int stop_;  // an eventfd
  const SharedFigures& figures_;
  std::thread thread_;
};

}  // namespace portproof
