// Names, time, management and boot: an estate's messages to the network around it.
#include <charconv>

#include "capture/base/ip_address.hpp"
#include "samples/message.hpp"
#include "samples/payloads.hpp"

namespace portproof::samples {
namespace {

constexpr std::size_t kTypeA = 1;
constexpr std::size_t kTypeAaaa = 28;

Bytes address_bytes(std::string_view text) {
  const auto address = parse_ip_address(text).value();
  return {address.bytes.begin(), address.bytes.begin() + static_cast<std::ptrdiff_t>(address.size())};
}

Bytes dns_name(std::string_view name) {
  Message labels;
  while (!name.empty()) {
    const std::size_t dot = std::min(name.find('.'), name.size());
    labels.with_length8(Message().text(name.substr(0, dot)));
    name.remove_prefix(std::min(dot + 1, name.size()));
  }
  return labels.u8(0);
}

Bytes mac_bytes(std::string_view text) {
  Bytes mac;
  for (std::size_t at = 0; at + 2 <= text.size(); at += 3) {
    std::uint8_t byte = 0;
    std::from_chars(text.data() + at, text.data() + at + 2, byte, 16);
    mac.push_back(byte);
  }
  return mac;
}

// sysUpTime.0 (RFC 3418), the first variable of any answer and trap.
Bytes snmp(std::uint8_t operation, const Bytes& value) {
  const Bytes variable = der_all(0x30, {der(0x06, {0x2b, 6, 1, 2, 1, 1, 3, 0}), value});
  const Bytes operation_body =
      der_all(operation, {der_integer(7), der_integer(0), der_integer(0), der(0x30, variable)});
  return der_all(0x30, {der_integer(1), der_text(0x04, "estate-monitoring"), operation_body});
}

// RFC 2131, 2; the options follow it.
Message dhcp(std::size_t operation, std::string_view mac, std::string_view your_address) {
  Message message;
  message.u8(operation).u8(1).u8(6).u8(0).u32(0x2026'1120).u16(0).u16(0x8000);
  message.zeroes(4).put(address_bytes(your_address)).zeroes(8);
  message.put(mac_bytes(mac)).zeroes(10 + 64 + 128);
  return message.u32(0x6382'5363);
}

}  // namespace

// RFC 1035, 4.1.
Bytes dns_query(std::uint16_t id, std::string_view name, bool ipv6) {
  Message query;
  query.u16(id).u16(0x0100).u16(1).u16(0).u16(0).u16(0).put(dns_name(name));
  return query.u16(ipv6 ? kTypeAaaa : kTypeA).u16(1);
}

Bytes dns_answer(std::uint16_t id, std::string_view name, std::string_view address) {
  constexpr std::size_t kTtl = 300;
  const Bytes data = address_bytes(address);
  const std::size_t type = data.size() == 4 ? kTypeA : kTypeAaaa;
  Message answer;
  answer.u16(id).u16(0x8180).u16(1).u16(1).u16(0).u16(0).put(dns_name(name)).u16(type).u16(1);
  return answer.u16(0xc00c).u16(type).u16(1).u32(kTtl).with_length16(data);
}

// RFC 5905, 7.3. The times are seconds since 1900 for the sample's morning.
Bytes ntp_request() {
  return Message().u8(0x23).u8(0).u8(6).u8(0xec).zeroes(36).u32(0xeeaf'd180).u32(0);
}

Bytes ntp_answer() {
  Message answer;
  answer.u8(0x24).u8(2).u8(6).u8(0xec).u32(0x0000'0120).u32(0x0000'0a3d).u32(0x0a14'0101);
  for (int stamp = 0; stamp < 4; ++stamp) answer.u32(0xeeaf'd180).u32(0x2000'0000);
  return answer;
}

Bytes snmp_get() {
  return snmp(0xa0, der(0x05, {}));
}

Bytes snmp_answer() {
  return snmp(0xa2, der(0x43, {0x01, 0x20, 0x44}));
}

Bytes snmp_trap() {
  return snmp(0xa7, der(0x43, {0x01, 0x20, 0x44}));
}

// RFC 7011, 3: one template, source and destination address.
Bytes ipfix_template() {
  Message set;
  set.u16(256).u16(2).u16(8).u16(4).u16(12).u16(4);
  Message body;
  body.u32(1'795'161'660).u32(1).u32(1).u16(2).u16(set.size() + 4).put(set);
  return Message().u16(10).u16(body.size() + 4).put(body);
}

Bytes dhcp_discover(std::string_view mac) {
  Message message = dhcp(1, mac, "0.0.0.0");
  message.u8(53).with_length8({1}).u8(60).with_length8(Message().text("PXEClient:Arch:00007:UNDI:003016"));
  return message.u8(55).with_length8({1, 3, 66, 67}).u8(255);
}

Bytes dhcp_offer(std::string_view mac, std::string_view address) {
  Message message = dhcp(2, mac, address);
  message.u8(53).with_length8({2}).u8(54).with_length8(address_bytes("10.20.1.30"));
  message.u8(51).with_length8({0, 0, 0x0e, 0x10}).u8(1).with_length8({255, 255, 255, 0});
  return message.u8(67).with_length8(Message().text("ARDBP32.BIN")).u8(255);
}

// RFC 1350, 5.
Bytes tftp_read(std::string_view file) {
  return Message().u16(1).text(file).u8(0).text("octet").u8(0);
}

Bytes tftp_data() {
  return Message().u16(3).u16(1).noise(200);
}

Bytes tftp_acknowledgement() {
  return Message().u16(4).u16(1);
}

}  // namespace portproof::samples
