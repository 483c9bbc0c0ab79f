// A small language for synthetic traffic: hosts by name, sessions between them, a clock. Sessions become
// whole frames, with sequence numbers, checksums and MAC addresses that fit together.
//
//   Scenario play(kStart);
//   play.host("ddc1", "10.20.2.10").host("vda1", "10.20.4.11");
//   play.session("vda1", "ddc1", 80).open().client(http_get("ddc1", "/")).server(http_ok()).close();
//   play.datagrams("adc1", "adm1", 162).client(snmp_trap());
//   play.ping("adm1", "adc1");
//   for (const PlayedFrame& frame : play.frames()) ...
//
// Nothing is random and nothing depends on the machine: the same script gives the same bytes.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "tests/support/captured_frame.hpp"
#include "tests/support/packet_builder.hpp"

namespace portproof::samples {

using test::Bytes;
using test::PacketBuilder;

struct PlayedFrame {
  test::CapturedFrame frame;
  bool offending{false};  // part of what an auditor should object to
};

class Scenario;

// What becomes of a script's host on the wire. The MAC address follows from the order of the hosts.
struct Station {
  std::string address;
  std::string mac;
  bool mirrored{true};  // is what it sends in sessions and datagrams captured?
};

// One TCP connection, step by step. Each step is a little later than the one before it.
class Session {
 public:
  Session(Scenario& scenario, const Station& client, const Station& server, std::uint16_t port);

  Session& from_port(std::uint16_t port);
  Session& vlan(std::uint16_t id);
  Session& wait(std::int64_t milliseconds);

  Session& open();    // SYN, SYN-ACK, ACK
  Session& knock();   // a SYN without an answer
  Session& refuse();  // a SYN that is answered with RST
  Session& client(const Bytes& data);
  Session& server(const Bytes& data);
  Session& client(std::string_view text);
  Session& server(std::string_view text);
  Session& missed_client(const Bytes& data);  // sent, but missing from the capture
  Session& close();                           // FIN from both sides

 private:
  void send(bool from_client, int flags, const Bytes& data);

  Scenario& scenario_;
  const Station& client_;
  const Station& server_;
  std::uint16_t port_;
  std::uint16_t client_port_;
  std::uint16_t vlan_{0};
  std::uint32_t client_next_;
  std::uint32_t server_next_;
  Timestamp time_;
};

// UDP between two stations and ports; `client` and `server` as in a session.
class Datagrams {
 public:
  Datagrams(Scenario& scenario, const Station& client, const Station& server, std::uint16_t port);

  Datagrams& from_port(std::uint16_t port);
  Datagrams& vlan(std::uint16_t id);
  Datagrams& wait(std::int64_t milliseconds);
  Datagrams& client(const Bytes& data);
  Datagrams& server(const Bytes& data);
  Datagrams& unreachable();  // the server's host answers that the port is closed

 private:
  Bytes frame(bool from_client, const Bytes& data);
  void send(const Bytes& bytes, bool mirrored = true);

  Scenario& scenario_;
  const Station& client_;
  const Station& server_;
  std::uint16_t port_;
  std::uint16_t client_port_;
  std::uint16_t vlan_{0};
  Bytes last_;  // what the client sent last, from its IP header on: the quote in an ICMP error
  Timestamp time_;
};

class Scenario {
 public:
  explicit Scenario(Timestamp start) : now_(start) {}

  // Hosts outside the site are reached through one router, so they share its MAC address.
  Scenario& host(const std::string& name, const std::string& address);
  Scenario& outside(const std::string& name, const std::string& address);
  // Another address of a host, which sends from the same MAC address.
  Scenario& also(const std::string& name, const std::string& host, const std::string& address);

  // From now on, the mirror carries what is sent to the host, and not what it sends.
  Scenario& unmirrored(const std::string& name);

  // Throws std::logic_error for an unknown name.
  [[nodiscard]] const Station& station(const std::string& name) const;

  // Each begins at the clock, and the clock advances a little, so sessions overlap.
  Session session(const std::string& client, const std::string& server, std::uint16_t port);
  Datagrams datagrams(const std::string& client, const std::string& server, std::uint16_t port);
  void ping(const std::string& from, const std::string& to, bool answered = true);

  // `client` asks `server` for the address of station `name_of`, and learns that it is called `name`.
  void resolve(const std::string& client, const std::string& server, const std::string& name,
               const std::string& name_of);

  // A raw frame, at the clock; of any link type, in the second form.
  void raw(const Bytes& frame);
  void raw(test::CapturedFrame frame);

  void wait(std::int64_t milliseconds);

  // Whether the following traffic is something to object to.
  void offend(bool offending) { offending_ = offending; }

  // All frames by time; frames of the same moment in the order of the script.
  [[nodiscard]] std::vector<PlayedFrame> frames() const;

 private:
  friend class Session;
  friend class Datagrams;
  PacketBuilder envelope(const Station& from, const Station& to, std::uint16_t vlan);
  void add(const Bytes& bytes, Timestamp time);
  Timestamp begin();
  std::uint16_t next_port();
  std::uint32_t next_number();

  std::map<std::string, Station> stations_;
  std::vector<PlayedFrame> frames_;
  Timestamp now_;
  bool offending_{false};
  std::uint16_t port_{49'999};
  std::uint32_t number_{0x1234'5678};
  std::uint32_t identification_{0x1000};
};

}  // namespace portproof::samples
