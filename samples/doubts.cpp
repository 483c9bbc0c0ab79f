// What stays in doubt: who began, where both ends seem to have; names, of which only the answers were
// mirrored; a flood, of which not every attempt is remembered.
#include <fmt/format.h>

#include "capture/decode/packet.hpp"
#include "samples/estate.hpp"
#include "samples/payloads.hpp"

namespace portproof::samples {
namespace {

using test::Eth;

PacketBuilder between(const Scenario& play, const std::string& from, const std::string& to) {
  const Station& sender = play.station(from);
  const Station& receiver = play.station(to);
  return Eth().from_mac(sender.mac).to_mac(receiver.mac).ipv4(sender.address, receiver.address);
}

// Both ends of a connection open it at the same moment (RFC 9293, 3.5).
void open_from_both_ends(Scenario& play) {
  constexpr std::uint16_t kPort = 3010;
  const auto segment = [&play](const char* from, const char* to, int flags, std::uint32_t seq) {
    return between(play, from, to).tcp(kPort, kPort, flags).seq(seq);
  };
  play.raw(segment("adc1", "adc2", kTcpSyn, 1000));
  play.raw(segment("adc2", "adc1", kTcpSyn, 2000));
  play.raw(segment("adc1", "adc2", kTcpSyn | kTcpAck, 1000).ack(2001));
  play.raw(segment("adc2", "adc1", kTcpSyn | kTcpAck, 2000).ack(1001));
  play.raw(segment("adc1", "adc2", kTcpAck, 1001).ack(2001));
  play.raw(segment("adc2", "adc1", kTcpAck, 2001).ack(1001));
  const Bytes login = netscaler_rpc_login();
  const auto after_login = static_cast<std::uint32_t>(1001 + login.size());
  play.raw(segment("adc1", "adc2", kTcpPsh | kTcpAck, 1001).ack(2001).payload(login));
  play.raw(segment("adc2", "adc1", kTcpPsh | kTcpAck, 2001).ack(after_login).payload(netscaler_rpc_answer()));
}

// The mirror carries nothing that desktops send: no question to a name server, and no name that a client asks
// for.
void desktops_unheard(Scenario& play) {
  play.outside("rendezvous", "203.0.113.88");
  for (const char* desktop : {"vda1", "vda2", "vda3"}) {
    play.unmirrored(desktop);
    play.resolve(desktop, "dc1", "rdvz-eu.g.nssvc.net", "rendezvous");
    tls(play, desktop, "rendezvous", 443, "rdvz-eu.g.nssvc.net");
    web(play, desktop, "ddc1", 80, soap("ddc1.estate.example", "/Citrix/CdsController/IRegistrar"));
  }
}

// Half-open connections to the gateway from many addresses. Each by itself is documented.
void flood(Scenario& play) {
  for (const char* network : {"198.51.100", "192.0.2"}) {
    for (int number = 1; number <= 200; ++number) {
      const std::string address = fmt::format("{}.{}", network, number);
      play.outside(address, address);
      play.session(address, "gateway", 443).knock();
    }
  }
}

}  // namespace

void doubts(Scenario& play) {
  open_from_both_ends(play);
  desktops_unheard(play);
  flood(play);
  // An error about a connection that nobody saw.
  play.raw(between(play, "fs1", "ddc1")
               .unreachable(3, test::Ip().ipv4("10.20.2.10", "10.20.1.21").tcp(50'777, 8443, kTcpSyn)));
}

}  // namespace portproof::samples
