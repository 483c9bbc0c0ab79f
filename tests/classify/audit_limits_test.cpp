// A limit may cost detail, and must never make a result better: a capture that does not pass with the usual
// limits does not pass with the smallest ones either.

#include <doctest/doctest.h>

#include <functional>
#include <random>
#include <string>
#include <vector>

#include "capture/observe/observe.hpp"
#include "classify/audit.hpp"
#include "tests/classify/estate_builder.hpp"
#include "tests/support/dns_packet.hpp"
#include "tests/support/memory_source.hpp"
#include "tests/support/packet_builder.hpp"

namespace portproof::test {
namespace {

struct Setting {
  std::string name;
  std::function<void(ObserveOptions&)> make_smallest;
};

// Every limit that can be set, each at its smallest, and all of them together.
std::vector<Setting> settings() {
  std::vector<Setting> all{
      {"flows", [](ObserveOptions& options) { options.table.max_flows = 1; }},
      {"attempts", [](ObserveOptions& options) { options.collect.most_attempts = 1; }},
      {"loose flows", [](ObserveOptions& options) { options.collect.most_loose = 1; }},
      {"names", [](ObserveOptions& options) { options.collect.names.names = 0; }},
      {"names of an address", [](ObserveOptions& options) { options.collect.names.of_address = 0; }},
      {"times of names", [](ObserveOptions& options) { options.collect.names.intervals = 0; }},
      {"questions", [](ObserveOptions& options) { options.collect.names.questions = 0; }},
  };
  const std::vector<Setting> single = all;
  all.push_back({"all", [single](ObserveOptions& options) {
                   for (const Setting& one : single) one.make_smallest(options);
                 }});
  return all;
}

std::string wire_of(const IpAddress& address) {
  return {address.bytes.begin(), address.bytes.begin() + 4};
}

// Sessions of an estate, in a random order and mixed packet by packet.
class RandomTraffic {
 public:
  explicit RandomTraffic(unsigned seed) : random_(seed) {}

  std::vector<CapturedFrame> capture() {
    const int wanted = 2 + below(12);
    for (int session = 0; session < wanted; ++session) add_any();
    std::vector<CapturedFrame> frames;
    while (!sessions_.empty()) {
      const auto chosen = sessions_.begin() + below(static_cast<int>(sessions_.size()));
      CapturedFrame frame;
      frame.bytes = chosen->front();
      frame.time = kStart + Duration{++time_ * 50'000'000};
      frames.push_back(std::move(frame));
      chosen->erase(chosen->begin());
      if (chosen->empty()) sessions_.erase(chosen);
    }
    return frames;
  }

 private:
  using Session = std::vector<Bytes>;

  int below(int bound) { return static_cast<int>(random_() % static_cast<unsigned>(bound)); }
  std::string vda() { return "10.20.2." + std::to_string(1 + below(3)); }

  void add_any() {
    const std::string get = "GET / HTTP/1.1\r\nHost: a.example\r\n\r\n";
    const std::string ica =
        "\x7f\x7f"
        "ICA" +
        std::string(1, '\0');
    switch (below(8)) {
      case 0:
        return add_session("10.20.1.40", vda(), 1494, ica);  // documented
      case 1:
        return add_session("10.20.1.40", vda(), 1494, get);  // another application
      case 2:
        return add_session("10.20.1.10", vda(), 80, get);  // documented
      case 3:
        return add_attempts();
      case 4:
        return add_question("ddc9.estate.example", "10.20.9.9");
      case 5:
        return add_session("10.20.9.9", vda(), 4444, "?");  // flagged at either end
      case 6:
        return add_session("10.20.9.9", "10.20.7.7", 4444, "?");  // flagged only by the name
      default:
        return add_session("10.20.7.7", "10.20.7.8", 8000, get);  // unrelated
    }
  }

  void add_session(const std::string& client, const std::string& server, std::uint16_t port,
                   const std::string& first) {
    const auto from = static_cast<std::uint16_t>(50'000 + below(4));
    const auto there = [&](std::uint8_t flags, std::uint32_t seq, std::uint32_t ack) {
      return Eth().ipv4(client, server).tcp(from, port, flags).seq(seq).ack(ack);
    };
    const auto back = [&](std::uint8_t flags, std::uint32_t seq, std::uint32_t ack) {
      return Eth().ipv4(server, client).tcp(port, from, flags).seq(seq).ack(ack);
    };
    const auto size = static_cast<std::uint32_t>(first.size());
    Session session;
    if (below(4) != 0) {
      session.push_back(there(kTcpSyn, 99, 0));
      session.push_back(back(kTcpSyn | kTcpAck, 499, 100));
    }
    session.push_back(there(kTcpAck, 100, 500).payload(first));
    session.push_back(back(kTcpAck, 500, 100 + size).payload("...."));
    session.push_back(there(kTcpAck | kTcpFin, 100 + size, 504));
    session.push_back(back(kTcpAck | kTcpFin, 504, 101 + size));
    sessions_.push_back(std::move(session));
  }

  void add_attempts() {
    Session session;
    for (std::uint16_t port = 1; port <= 20; ++port) {
      session.push_back(Eth().ipv4("10.20.7.7", vda()).tcp(40'000, port, kTcpSyn).seq(1));
    }
    sessions_.push_back(std::move(session));
  }

  void add_question(const std::string& name, const std::string& address) {
    const auto from = static_cast<std::uint16_t>(50'000 + below(1000));
    const std::string asks = DnsMessage(0x0100).question(DnsMessage::name(name)).bytes();
    const std::string answers =
        DnsMessage().question(DnsMessage::name(name)).a(name, 300, wire_of(ip(address))).bytes();
    sessions_.push_back({Eth().ipv4("10.20.7.7", "10.20.1.53").udp(from, 53).payload(asks),
                         Eth().ipv4("10.20.1.53", "10.20.7.7").udp(53, from).payload(answers)});
  }

  std::mt19937 random_;
  std::vector<Session> sessions_;
  std::int64_t time_{0};
};

}  // namespace

TEST_CASE("audit: no limit at its smallest makes a result better") {
  const Catalog catalog = estate_catalog();
  const auto inventory = parse_inventory(
      std::string(kEstate) +
          "\n[limits]\none_way = 1.0\nmissed_bytes = 1.0\n"
          "\n[[host]]\nname = \"ddc9\"\nnames = [\"ddc9.estate.example\"]\nroles = [\"ddc\"]\n",
      "site.toml", catalog);
  REQUIRE(inventory);
  const auto result_of = [&](MemorySource& source, const ObserveOptions& options) {
    source.rewind();
    return audit(observe(source, options), catalog, &*inventory,
                 {.most_attempts = options.collect.most_attempts})
        .result;
  };
  int passes = 0;
  for (unsigned seed = 0; seed < 150; ++seed) {
    CAPTURE(seed);
    MemorySource source(RandomTraffic(seed).capture());
    const AuditResult usual = result_of(source, {});
    if (usual == AuditResult::pass) ++passes;
    for (const Setting& setting : settings()) {
      CAPTURE(setting.name);
      ObserveOptions options;
      setting.make_smallest(options);
      const AuditResult limited = result_of(source, options);
      if (usual != AuditResult::pass) CHECK(name(limited) != name(AuditResult::pass));
    }
  }
  CHECK(passes > 0);
}

}  // namespace portproof::test
