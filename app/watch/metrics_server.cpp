#include "app/watch/metrics_server.hpp"

#include <fmt/format.h>
#include <netdb.h>
#include <poll.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <cstring>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>

#include "app/watch/metrics.hpp"

namespace portproof {
namespace {

using Clock = std::chrono::steady_clock;

// A client sends one small request at once. New connections beyond this number push out the oldest, so that
// clients that only hold connections open cannot keep others out or use up the program's descriptors.
constexpr std::size_t kMostConnections = 8;
constexpr int kMostWaiting = 128;  // in the kernel, to be accepted
constexpr std::size_t kLongestRequest = 4096;
constexpr auto kPatience = std::chrono::seconds(5);  // for a request and its answer as a whole

struct Address {
  std::string host;
  std::string port;
};

std::optional<Address> parse(const std::string& text) {
  const std::size_t colon = text.rfind(':');
  Address address;
  address.host = colon == std::string::npos ? "127.0.0.1" : text.substr(0, colon);
  address.port = colon == std::string::npos ? text : text.substr(colon + 1);
  std::string& host = address.host;
  if (host.size() > 2 && host.front() == '[' && host.back() == ']') host = host.substr(1, host.size() - 2);
  int port = 0;
  const char* const end = address.port.data() + address.port.size();
  const auto parsed = std::from_chars(address.port.data(), end, port);
  constexpr int kMostPorts = 65535;
  if (parsed.ec != std::errc{} || parsed.ptr != end || port < 1 || port > kMostPorts || host.empty()) {
    return {};
  }
  return address;
}

// A listening socket; -1, and errno, if there can be none.
int listen_at(const Address& address) {
  addrinfo wanted{};
  wanted.ai_family = AF_UNSPEC;
  wanted.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (::getaddrinfo(address.host.c_str(), address.port.c_str(), &wanted, &found) != 0) {
    errno = EADDRNOTAVAIL;
    return -1;
  }
  const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> owner(found, &::freeaddrinfo);
  for (const addrinfo* one = found; one != nullptr; one = one->ai_next) {
    const int socket = ::socket(one->ai_family, one->ai_socktype | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (socket < 0) continue;
    // Allows binding right after a restart, but not beside another server.
    const int yes = 1;
    ::setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    if (::bind(socket, one->ai_addr, one->ai_addrlen) == 0 && ::listen(socket, kMostWaiting) == 0) {
      return socket;
    }
    const int fault = errno;
    ::close(socket);
    errno = fault;
  }
  return -1;
}

std::string response(std::string_view status, std::string_view type, std::string_view body) {
  return fmt::format("HTTP/1.1 {}\r\nContent-Type: {}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{}",
                     status, type, body.size(), body);
}

bool is_whole(std::string_view request) {
  return request.find("\r\n\r\n") != std::string_view::npos || request.find("\n\n") != std::string_view::npos;
}

// RFC 9112, section 3: "GET /metrics HTTP/1.1". The rest of the head makes no difference.
std::string answer(std::string_view request, const SharedFigures& figures) {
  constexpr std::string_view kText = "text/plain; charset=utf-8";
  const std::string_view line = request.substr(0, request.find_first_of("\r\n"));
  const std::size_t method_end = std::min(line.find(' '), line.size());
  const std::size_t target_end = line.find(' ', method_end + 1);
  if (target_end == std::string_view::npos || line.substr(target_end + 1, 7) != "HTTP/1.") {
    return response("400 Bad Request", kText, "bad request\n");
  }
  const std::string_view target = line.substr(method_end + 1, target_end - method_end - 1);
  if (target.substr(0, target.find('?')) != "/metrics") {
    return response("404 Not Found", kText, "the figures are at /metrics\n");
  }
  if (line.substr(0, method_end) != "GET") {
    return response("405 Method Not Allowed", kText, "GET only\n");
  }
  return response("200 OK", "text/plain; version=0.0.4; charset=utf-8", metrics_page(figures.get()));
}

}  // namespace

// One client. Once it has its answer, the server waits until it closes, so that the answer is not cut off.
class MetricsServer::Connection {
 public:
  explicit Connection(int socket) : socket_(socket), until_(Clock::now() + kPatience) {}
  Connection(Connection&& other) noexcept
      : socket_(std::exchange(other.socket_, -1)),
        until_(other.until_),
        request_(std::move(other.request_)),
        answer_(std::move(other.answer_)),
        sent_(other.sent_) {}
  Connection& operator=(Connection&& other) noexcept {
    std::swap(socket_, other.socket_);
    std::swap(until_, other.until_);
    std::swap(request_, other.request_);
    std::swap(answer_, other.answer_);
    std::swap(sent_, other.sent_);
    return *this;
  }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  ~Connection() {
    if (socket_ >= 0) ::close(socket_);
  }

  [[nodiscard]] pollfd waiting() const {
    const bool sending = sent_ < answer_.size();
    return {socket_, static_cast<short>(sending ? POLLOUT : POLLIN), 0};
  }
  [[nodiscard]] Clock::time_point until() const { return until_; }

  // Does what can be done without waiting. False if the connection is over.
  bool go_on(const SharedFigures& figures) {
    if (answer_.empty() && !receive()) return false;
    if (answer_.empty() && is_whole(request_)) answer_ = answer(request_, figures);
    if (answer_.empty()) return request_.size() < kLongestRequest;
    if (sent_ == answer_.size()) return discard();
    const ssize_t sent = ::send(socket_, answer_.data() + sent_, answer_.size() - sent_, MSG_NOSIGNAL);
    if (sent < 0) return errno == EAGAIN || errno == EINTR;
    sent_ += static_cast<std::size_t>(sent);
    if (sent_ == answer_.size()) ::shutdown(socket_, SHUT_WR);
    return true;
  }

 private:
  bool receive() {
    std::array<char, kLongestRequest> part{};
    const ssize_t got = ::recv(socket_, part.data(), part.size() - request_.size(), 0);
    if (got < 0) return errno == EAGAIN || errno == EINTR;
    request_.append(part.data(), static_cast<std::size_t>(got));
    return got > 0;
  }
  [[nodiscard]] bool discard() const {
    std::array<char, kLongestRequest> part{};
    const ssize_t got = ::recv(socket_, part.data(), part.size(), 0);
    return got > 0 || (got < 0 && (errno == EAGAIN || errno == EINTR));
  }

  int socket_;
  Clock::time_point until_;
  std::string request_;
  std::string answer_;
  std::size_t sent_{0};
};

MetricsServer::MetricsServer(int listener, int stop, const SharedFigures& figures)
    : listener_(listener), stop_(stop), figures_(figures) {}

MetricsServer::~MetricsServer() {
  if (thread_.joinable()) {
    const std::uint64_t one = 1;
    static_cast<void>(!::write(stop_, &one, sizeof one));
    thread_.join();
  }
  ::close(listener_);
  ::close(stop_);
}

Expected<std::unique_ptr<MetricsServer>> MetricsServer::bind(const std::string& address,
                                                             const SharedFigures& figures) {
  const auto where = parse(address);
  if (!where) {
    return fail(ErrorKind::usage,
                fmt::format("--metrics takes PORT, ADDRESS:PORT or [ADDRESS]:PORT, not '{}'", address));
  }
  const int listener = listen_at(*where);
  const int stop = listener < 0 ? -1 : ::eventfd(0, EFD_CLOEXEC);
  if (stop < 0) {
    const int fault = errno;
    if (listener >= 0) ::close(listener);
    return fail(ErrorKind::unavailable,
                fmt::format("metrics cannot be served at {}: {}", address, std::strerror(fault)));
  }
  return std::unique_ptr<MetricsServer>(new MetricsServer(listener, stop, figures));
}

// Signals belong to the loop that captures.
void MetricsServer::start() {
  sigset_t all;
  sigset_t before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  thread_ = std::thread([this] { serve(); });
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

void MetricsServer::accept_one(std::vector<Connection>& connections) const {
  const int socket = ::accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
  if (socket < 0) return;
  if (connections.size() == kMostConnections) connections.erase(connections.begin());
  connections.emplace_back(socket);
}

void MetricsServer::serve() {
  std::vector<Connection> connections;  // the oldest first
  for (;;) {
    std::vector<pollfd> waiting{{stop_, POLLIN, 0}, {listener_, POLLIN, 0}};
    for (const Connection& connection : connections) waiting.push_back(connection.waiting());
    constexpr int kTick = 500;  // milliseconds between checks for connections that ran out of time
    if (::poll(waiting.data(), waiting.size(), connections.empty() ? -1 : kTick) < 0 && errno != EINTR)
      return;
    if (waiting[0].revents != 0) return;
    const auto now = Clock::now();
    std::vector<Connection> remaining;
    for (std::size_t at = 0; at < connections.size(); ++at) {
      const bool goes_on = waiting[at + 2].revents == 0 || connections[at].go_on(figures_);
      if (goes_on && now < connections[at].until()) remaining.push_back(std::move(connections[at]));
    }
    connections = std::move(remaining);
    if (waiting[1].revents != 0) accept_one(connections);
  }
}

}  // namespace portproof
