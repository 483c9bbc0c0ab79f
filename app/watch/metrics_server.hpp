// Serves the page of metrics over HTTP: GET /metrics and nothing else, one answer a connection. Clients may
// do what they like: connections are few, requests are short, and both have an end.
#pragma once

#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "app/watch/figures.hpp"
#include "capture/base/error.hpp"

namespace portproof {

// Bound before rights are given up, started after that.
class MetricsServer {
 public:
  // `address` is "PORT", "ADDRESS:PORT" or "[ADDRESS]:PORT"; the address is the loopback's where none is
  // given. `figures` must outlive the server. Errors: usage for what is none of these, unavailable where it
  // cannot be bound.
  static Expected<std::unique_ptr<MetricsServer>> bind(const std::string& address,
                                                       const SharedFigures& figures);
  // Ends it at once, whoever is connected.
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
