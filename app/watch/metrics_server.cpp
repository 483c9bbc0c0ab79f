#include <fmt/format.h>
#include <httplib.h>
#include <signal.h>

#include <charconv>
#include <thread>

#include "app/watch/metrics.hpp"

namespace portproof {

struct MetricsServer::State {
  explicit State(const SharedFigures& from) : figures(from) {}
  const SharedFigures& figures;
  httplib::Server server;
  std::thread thread;
};

MetricsServer::MetricsServer(std::unique_ptr<State> state) : state_(std::move(state)) {}

MetricsServer::~MetricsServer() {
  if (!state_->thread.joinable()) return;
  state_->server.stop();
  state_->thread.join();
}

Expected<std::unique_ptr<MetricsServer>> MetricsServer::bind(const std::string& address,
                                                             const SharedFigures& figures) {
  const std::size_t colon = address.rfind(':');
  std::string host = colon == std::string::npos ? "127.0.0.1" : address.substr(0, colon);
  const std::string port_text = colon == std::string::npos ? address : address.substr(colon + 1);
  if (host.size() > 2 && host.front() == '[' && host.back() == ']') host = host.substr(1, host.size() - 2);
  int port = 0;
  const char* const end = port_text.data() + port_text.size();
  const auto parsed = std::from_chars(port_text.data(), end, port);
  constexpr int kMostPorts = 65535;
  if (parsed.ec != std::errc{} || parsed.ptr != end || port < 1 || port > kMostPorts || host.empty()) {
    return fail(ErrorKind::usage,
                fmt::format("--metrics takes PORT, ADDRESS:PORT or [ADDRESS]:PORT, not '{}'", address));
  }
  auto state = std::make_unique<State>(figures);
  httplib::Server& server = state->server;
  // Two at a time are enough for who asks; a scan cannot tie up more.
  server.new_task_queue = [] { return new httplib::ThreadPool(2); };
  server.set_socket_options([](int socket) {
    // Again at once after a restart, but not beside another one.
    const int yes = 1;
    ::setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  });
  server.set_read_timeout(2);
  server.set_write_timeout(2);
  server.set_keep_alive_max_count(1);
  constexpr std::size_t kLongestQuestion = 4096;
  server.set_payload_max_length(kLongestQuestion);
  server.Get("/metrics", [shared = &figures](const httplib::Request&, httplib::Response& response) {
    response.set_content(metrics_page(shared->get()), "text/plain; version=0.0.4; charset=utf-8");
  });
  if (!server.bind_to_port(host.c_str(), port)) {
    return fail(ErrorKind::unavailable,
                fmt::format("metrics cannot be served at {}: the port is taken, or not allowed", address));
  }
  return std::unique_ptr<MetricsServer>(new MetricsServer(std::move(state)));
}

// Signals are for the loop that captures.
void MetricsServer::start() {
  sigset_t all;
  sigset_t before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  state_->thread = std::thread([this] { state_->server.listen_after_bind(); });
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

}  // namespace portproof
