#include "app/watch/metrics_server.hpp"

#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <string>
#include <vector>

using namespace portproof;

namespace {

// A port that was free a moment ago.
std::uint16_t free_port() {
  const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  REQUIRE(::bind(socket, reinterpret_cast<const sockaddr*>(&address), size) == 0);
  REQUIRE(::getsockname(socket, reinterpret_cast<sockaddr*>(&address), &size) == 0);
  ::close(socket);
  return ntohs(address.sin_port);
}

struct Client {
  explicit Client(std::uint16_t port) : socket(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(port);
    const timeval patience{8, 0};
    ::setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    REQUIRE(::connect(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
  }
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;
  ~Client() { ::close(socket); }
  void send(const std::string& text) const {
    static_cast<void>(::send(socket, text.data(), text.size(), MSG_NOSIGNAL));
  }
  // Up to the end of the connection.
  [[nodiscard]] std::string receive() const {
    std::string all;
    std::array<char, 4096> part{};
    for (ssize_t got = 0; (got = ::recv(socket, part.data(), part.size(), 0)) > 0;) {
      all.append(part.data(), static_cast<std::size_t>(got));
    }
    return all;
  }
  int socket;
};

struct Served {
  Served() {
    WatchFigures now;
    now.packets = 12;
    figures.set(now);
    auto bound = MetricsServer::bind(std::to_string(port), figures);
    REQUIRE(bound);
    server = std::move(*bound);
    server->start();
  }
  [[nodiscard]] std::string ask(const std::string& request) const {
    const Client client(port);
    client.send(request);
    return client.receive();
  }
  std::uint16_t port{free_port()};
  SharedFigures figures;
  std::unique_ptr<MetricsServer> server;
};

}  // namespace

TEST_CASE("an invalid address is refused") {
  const SharedFigures shared;
  for (const char* const address : {"", "x", "0", "65536", "host:", ":80:", "127.0.0.1:x"}) {
    CAPTURE(address);
    const auto server = MetricsServer::bind(address, shared);
    REQUIRE(!server);
    CHECK(server.error().kind == ErrorKind::usage);
  }
}

TEST_CASE("the page is served at /metrics, and nothing else is") {
  const Served served;
  const std::string page = served.ask("GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n");
  CHECK(page.rfind("HTTP/1.1 200 OK\r\n", 0) == 0);
  CHECK(page.find("\nportproof_packets_total 12\n") != std::string::npos);
  CHECK(served.ask("GET /metrics?x=1 HTTP/1.0\n\n").rfind("HTTP/1.1 200", 0) == 0);
  CHECK(served.ask("GET / HTTP/1.1\r\n\r\n").rfind("HTTP/1.1 404", 0) == 0);
  CHECK(served.ask("POST /metrics HTTP/1.1\r\n\r\n").rfind("HTTP/1.1 405", 0) == 0);
  CHECK(served.ask("\r\n\r\n").rfind("HTTP/1.1 400", 0) == 0);
  CHECK(served.ask("GET /metrics\r\n\r\n").rfind("HTTP/1.1 400", 0) == 0);
  CHECK(served.ask(std::string(100'000, 'x')).empty());
}

TEST_CASE("clients that hold connections open block nobody, and do not delay the end") {
  Served served;
  std::vector<std::unique_ptr<Client>> idle;
  for (int count = 0; count < 100; ++count) idle.push_back(std::make_unique<Client>(served.port));
  for (const auto& client : idle) client->send("GET /metrics HTTP/1.1\r\nX: ");
  CHECK(served.ask("GET /metrics HTTP/1.1\r\n\r\n").rfind("HTTP/1.1 200", 0) == 0);
  const auto began = std::chrono::steady_clock::now();
  served.server.reset();
  CHECK(std::chrono::steady_clock::now() - began < std::chrono::seconds(4));
}

TEST_CASE("a request that arrives a byte at a time has one deadline for the whole") {
  const Served served;
  const Client client(served.port);
  const auto began = std::chrono::steady_clock::now();
  client.send("GET /metrics HTTP/1.1\r\nX: ");
  const timeval moment{0, 200'000};
  ::setsockopt(client.socket, SOL_SOCKET, SO_RCVTIMEO, &moment, sizeof moment);
  std::array<char, 16> part{};
  bool over = false;
  while (!over && std::chrono::steady_clock::now() - began < std::chrono::seconds(9)) {
    client.send("a");
    const ssize_t got = ::recv(client.socket, part.data(), part.size(), 0);
    over = got == 0 || (got < 0 && errno != EAGAIN && errno != EWOULDBLOCK);
  }
  CHECK(over);
}
