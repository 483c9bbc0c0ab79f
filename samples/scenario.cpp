#include "samples/scenario.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "samples/payloads.hpp"
#include "tests/support/captured_frame.hpp"

namespace portproof::samples {
namespace {

using test::Eth;
using test::milliseconds;

constexpr std::string_view kRouterMac = "02:14:00:00:00:fe";
constexpr std::size_t kShortestFrame = 60;  // without its check sequence
constexpr Duration kBetweenSessions = milliseconds(140);
constexpr Duration kStep{1'250'000};  // between two packets of a session

constexpr int kFin = 0x01;
constexpr int kSyn = 0x02;
constexpr int kRst = 0x04;
constexpr int kPsh = 0x08;
constexpr int kAck = 0x10;

Bytes as_bytes(std::string_view text) {
  return {text.begin(), text.end()};
}

bool is_ipv6(const Station& station) {
  return station.address.find(':') != std::string::npos;
}

}  // namespace

// The frame up to the end of its IP header. No two IPv4 packets share an identification, because they would
// look like one packet mirrored twice.
PacketBuilder Scenario::envelope(const Station& from, const Station& to, std::uint16_t vlan) {
  PacketBuilder packet = Eth();
  packet.from_mac(from.mac).to_mac(to.mac);
  if (vlan != 0) packet.vlan(vlan);
  if (is_ipv6(from)) return packet.ipv6(from.address, to.address);
  return packet.ipv4(from.address, to.address).fragment(0, false, ++identification_);
}

Session::Session(Scenario& scenario, const Station& client, const Station& server, std::uint16_t port)
    : scenario_(scenario),
      client_(client),
      server_(server),
      port_(port),
      client_port_(scenario.next_port()),
      client_next_(scenario.next_number()),
      server_next_(scenario.next_number()),
      time_(scenario.begin()) {}

Session& Session::from_port(std::uint16_t port) {
  client_port_ = port;
  return *this;
}

Session& Session::vlan(std::uint16_t id) {
  vlan_ = id;
  return *this;
}

Session& Session::wait(std::int64_t count) {
  time_ = time_ + milliseconds(count);
  return *this;
}

Session& Session::open() {
  send(true, kSyn, {});
  send(false, kSyn | kAck, {});
  send(true, kAck, {});
  return *this;
}

Session& Session::knock() {
  send(true, kSyn, {});
  return *this;
}

Session& Session::refuse() {
  send(true, kSyn, {});
  send(false, kRst | kAck, {});
  return *this;
}

Session& Session::client(const Bytes& data) {
  send(true, kPsh | kAck, data);
  return *this;
}

Session& Session::server(const Bytes& data) {
  send(false, kPsh | kAck, data);
  return *this;
}

Session& Session::client(std::string_view text) {
  return client(as_bytes(text));
}

Session& Session::server(std::string_view text) {
  return server(as_bytes(text));
}

Session& Session::missed_client(const Bytes& data) {
  client_next_ += static_cast<std::uint32_t>(data.size());
  time_ = time_ + kStep;
  return *this;
}

Session& Session::close() {
  send(true, kFin | kAck, {});
  send(false, kFin | kAck, {});
  send(true, kAck, {});
  return *this;
}

void Session::send(bool from_client, int flags, const Bytes& data) {
  std::uint32_t& own = from_client ? client_next_ : server_next_;
  const std::uint32_t others = from_client ? server_next_ : client_next_;
  PacketBuilder packet =
      from_client ? scenario_.envelope(client_, server_, vlan_) : scenario_.envelope(server_, client_, vlan_);
  packet.tcp(from_client ? client_port_ : port_, from_client ? port_ : client_port_, flags);
  packet.seq((flags & kRst) != 0 ? 0 : own);
  if ((flags & kAck) != 0) packet.ack(others);
  if ((flags & kSyn) != 0) packet.tcp_options({2, 4, 0x05, 0xb4, 1, 1, 4, 2});  // MSS 1460, SACK permitted
  packet.payload(data).pad_to(kShortestFrame);
  if ((from_client ? client_ : server_).mirrored) scenario_.add(packet, time_);
  own += static_cast<std::uint32_t>(data.size()) + ((flags & (kSyn | kFin)) != 0 ? 1 : 0);
  time_ = time_ + kStep;
}

Datagrams::Datagrams(Scenario& scenario, const Station& client, const Station& server, std::uint16_t port)
    : scenario_(scenario),
      client_(client),
      server_(server),
      port_(port),
      client_port_(scenario.next_port()),
      time_(scenario.begin()) {}

Datagrams& Datagrams::from_port(std::uint16_t port) {
  client_port_ = port;
  return *this;
}

Datagrams& Datagrams::vlan(std::uint16_t id) {
  vlan_ = id;
  return *this;
}

Datagrams& Datagrams::wait(std::int64_t count) {
  time_ = time_ + milliseconds(count);
  return *this;
}

Datagrams& Datagrams::client(const Bytes& data) {
  PacketBuilder quoted = is_ipv6(client_) ? test::Ip().ipv6(client_.address, server_.address)
                                          : test::Ip().ipv4(client_.address, server_.address);
  last_ = quoted.udp(client_port_, port_).payload(data);
  send(frame(true, data), client_.mirrored);
  return *this;
}

Datagrams& Datagrams::server(const Bytes& data) {
  send(frame(false, data), server_.mirrored);
  return *this;
}

Datagrams& Datagrams::unreachable() {
  PacketBuilder packet = scenario_.envelope(server_, client_, vlan_);
  const std::uint8_t no_port = is_ipv6(client_) ? 4 : 3;
  send(packet.unreachable(no_port, last_).pad_to(kShortestFrame));
  return *this;
}

Bytes Datagrams::frame(bool from_client, const Bytes& data) {
  PacketBuilder packet =
      from_client ? scenario_.envelope(client_, server_, vlan_) : scenario_.envelope(server_, client_, vlan_);
  packet.udp(from_client ? client_port_ : port_, from_client ? port_ : client_port_);
  return packet.payload(data).pad_to(kShortestFrame);
}

void Datagrams::send(const Bytes& bytes, bool mirrored) {
  if (mirrored) scenario_.add(bytes, time_);
  time_ = time_ + kStep;
}

Scenario& Scenario::host(const std::string& name, const std::string& address) {
  const std::string mac = fmt::format("02:14:00:00:00:{:02x}", stations_.size() + 1);
  stations_[name] = {address, address == "255.255.255.255" ? "ff:ff:ff:ff:ff:ff" : mac, true};
  return *this;
}

Scenario& Scenario::outside(const std::string& name, const std::string& address) {
  stations_[name] = {address, std::string(kRouterMac), true};
  return *this;
}

Scenario& Scenario::also(const std::string& name, const std::string& host, const std::string& address) {
  stations_[name] = {address, station(host).mac, true};
  return *this;
}

Scenario& Scenario::unmirrored(const std::string& name) {
  stations_.at(name).mirrored = false;
  return *this;
}

const Station& Scenario::station(const std::string& name) const {
  const auto found = stations_.find(name);
  if (found == stations_.end()) throw std::logic_error("the scenario has no host " + name);
  return found->second;
}

Session Scenario::session(const std::string& client, const std::string& server, std::uint16_t port) {
  return {*this, station(client), station(server), port};
}

Datagrams Scenario::datagrams(const std::string& client, const std::string& server, std::uint16_t port) {
  return {*this, station(client), station(server), port};
}

void Scenario::ping(const std::string& from, const std::string& to, bool answered) {
  const Station& asker = station(from);
  const Station& asked = station(to);
  const Timestamp time = begin();
  const std::uint16_t id = next_port();
  const Bytes filling = as_bytes("abcdefghijklmnopqrstuvwabcdefghi");
  for (std::uint16_t sequence = 1; sequence <= 2; ++sequence) {
    const Timestamp asked_at = time + seconds(sequence - 1);
    PacketBuilder request = envelope(asker, asked, 0);
    add(request.echo_request(id, sequence).payload(filling), asked_at);
    if (!answered) continue;
    PacketBuilder reply = envelope(asked, asker, 0);
    add(reply.echo_reply(id, sequence).payload(filling), asked_at + kStep);
  }
}

void Scenario::resolve(const std::string& client, const std::string& server, const std::string& name,
                       const std::string& name_of) {
  const std::uint16_t id = next_port();
  const Station& named = station(name_of);
  datagrams(client, server, 53)
      .client(dns_query(id, name, is_ipv6(named)))
      .server(dns_answer(id, name, named.address));
}

void Scenario::raw(const Bytes& frame) {
  add(frame, begin());
}

void Scenario::raw(test::CapturedFrame frame) {
  frame.time = begin();
  frames_.push_back({std::move(frame), offending_});
}

void Scenario::wait(std::int64_t count) {
  now_ = now_ + milliseconds(count);
}

std::vector<PlayedFrame> Scenario::frames() const {
  std::vector<PlayedFrame> sorted = frames_;
  std::stable_sort(sorted.begin(), sorted.end(), [](const PlayedFrame& left, const PlayedFrame& right) {
    return left.frame.time < right.frame.time;
  });
  return sorted;
}

void Scenario::add(const Bytes& bytes, Timestamp time) {
  PlayedFrame played;
  played.frame.bytes = bytes;
  played.frame.time = time;
  played.offending = offending_;
  frames_.push_back(std::move(played));
}

Timestamp Scenario::begin() {
  const Timestamp time = now_;
  now_ = now_ + kBetweenSessions;
  return time;
}

std::uint16_t Scenario::next_port() {
  // In steps, so that neighbouring sessions do not look like a sequence; the range is the one that Windows
  // uses.
  constexpr std::uint16_t kStepOfPorts = 7;
  port_ = static_cast<std::uint16_t>(port_ + kStepOfPorts);
  return port_;
}

std::uint32_t Scenario::next_number() {
  // A linear congruential generator (Numerical Recipes): numbers that look like real sequence numbers, the
  // same in every run.
  number_ = number_ * 1'664'525U + 1'013'904'223U;
  return number_;
}

}  // namespace portproof::samples
