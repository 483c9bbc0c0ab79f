// Directory, database, files and desktops: the services on which an estate depends.
#include "samples/message.hpp"
#include "samples/payloads.hpp"

namespace portproof::samples {
namespace {

// [MS-SMB2] 2.2.1, after the length that TCP needs.
Bytes smb(bool answer, const Bytes& body) {
  Message header;
  header.u8(0xfe).text("SMB").le16(64).le16(0).le32(0).le16(0).le16(1).le32(answer ? 1 : 0).le32(0);
  header.zeroes(8).le32(0).le32(0).zeroes(8).zeroes(16);
  return Message().u8(0).u24(header.size() + body.size()).put(header).put(body);
}

// RFC 5531, 11: a call or reply of program 100003 (NFS), after its record mark.
Bytes rpc_record(const Bytes& body) {
  return Message().u32(0x8000'0000U | body.size()).put(body);
}

Bytes tpkt(const Bytes& body) {
  return Message().u8(3).u8(0).u16(body.size() + 4).put(body);
}

Bytes kerberos_time(std::uint8_t tag) {
  return der(tag, der_text(0x18, "20261121080000Z"));
}

Bytes realm(std::uint8_t tag) {
  return der(tag, der_text(0x1b, "ESTATE.EXAMPLE"));
}

Bytes ticket_service(std::uint8_t tag) {
  const Bytes names = der_all(0x30, {der_text(0x1b, "krbtgt"), der_text(0x1b, "ESTATE.EXAMPLE")});
  return der(tag, der_all(0x30, {der(0xa0, der_integer(2)), der(0xa1, names)}));
}

Bytes behind_length(const Bytes& message) {
  return Message().u32(message.size()).put(message);
}

}  // namespace

// RFC 4511, 4.2: version 3, no name, simple authentication with an empty password.
Bytes ldap_bind() {
  const Bytes bind = der_all(0x60, {der_integer(3), der_text(0x04, ""), der_text(0x80, "")});
  return der_all(0x30, {der_integer(1), bind});
}

Bytes ldap_bound() {
  const Bytes bound = der_all(0x61, {der(0x0a, {0}), der_text(0x04, ""), der_text(0x04, "")});
  return der_all(0x30, {der_integer(1), bound});
}

// RFC 4120, 5.4.1, over TCP (7.2.2).
Bytes kerberos_request() {
  const Bytes options = der(0xa0, der(0x03, {0, 0x40, 0x81, 0, 0x10}));
  const Bytes nonce = der(0xa7, der(0x02, {0x20, 0x26, 0x11, 0x20}));
  const Bytes types = der(0xa8, der_all(0x30, {der_integer(18), der_integer(17)}));
  const Bytes body =
      der_all(0x30, {options, realm(0xa2), ticket_service(0xa3), kerberos_time(0xa5), nonce, types});
  const Bytes request =
      der_all(0x30, {der(0xa1, der_integer(5)), der(0xa2, der_integer(10)), der(0xa4, body)});
  return behind_length(der(0x6a, request));
}

// RFC 4120, 5.9.1: pre-authentication is required, as it nearly always is.
Bytes kerberos_error() {
  const Bytes error = der_all(
      0x30, {der(0xa0, der_integer(5)), der(0xa1, der_integer(30)), kerberos_time(0xa4),
             der(0xa5, der_integer(7)), der(0xa6, der_integer(25)), realm(0xa9), ticket_service(0xaa)});
  return behind_length(der(0x7e, error));
}

// RFC 2865, 3 and 5: a user name and the requester's address.
Bytes radius_request() {
  Message attributes;
  attributes.u8(1).u8(7).text("alice").u8(4).u8(6).u32(0x0a14'0314);
  return Message().u8(1).u8(42).u16(20 + attributes.size()).noise(16).put(attributes);
}

Bytes radius_accept() {
  return Message().u8(2).u8(42).u16(20).noise(16);
}

// [MS-TDS] 2.2.6.5: the version and no encryption. The answer comes in a packet of type 4.
Bytes tds_prelogin(bool from_client) {
  Message options;
  options.u8(0).u16(11).u16(6).u8(1).u16(17).u16(1).u8(0xff);
  options.u32(0x0f00'07d0).u16(0).u8(2);
  return Message()
      .u8(from_client ? 0x12 : 0x04)
      .u8(1)
      .u16(8 + options.size())
      .u16(0)
      .u8(from_client ? 0 : 1)
      .u8(0)
      .put(options);
}

// [C706] 12.6.4.3 and 12.6.4.4: the endpoint mapper, in NDR.
Bytes rpc_bind(bool from_client) {
  const Bytes endpoint_mapper = {0x08, 0x83, 0xaf, 0xe1, 0x1f, 0x5d, 0xc9, 0x11,
                                 0x91, 0xa4, 0x08, 0x00, 0x2b, 0x14, 0xa0, 0xfa};
  const Bytes ndr = {0x04, 0x5d, 0x88, 0x8a, 0xeb, 0x1c, 0xc9, 0x11,
                     0x9f, 0xe8, 0x08, 0x00, 0x2b, 0x10, 0x48, 0x60};
  Message body;
  body.le16(5840).le16(5840).le32(from_client ? 0 : 0x1234);
  if (from_client) {
    body.le32(1).le16(0).le16(1).put(endpoint_mapper).le32(3).put(ndr).le32(2);
  } else {
    body.le16(4).text("135").u8(0).zeroes(2).le32(1).le32(0).put(ndr).le32(2);
  }
  Message bind;
  bind.u8(5).u8(0).u8(from_client ? 11 : 12).u8(3).le32(0x10).le16(16 + body.size()).le16(0).le32(1);
  return bind.put(body);
}

// [MS-SMB2] 2.2.3: dialects 2.1 and 3.0.
Bytes smb_negotiate() {
  return smb(false, Message().le16(36).le16(2).le16(1).le16(0).le32(0).noise(16).zeroes(8).le16(0x0210).le16(
                        0x0300));
}

// [MS-SMB2] 2.2.4.
Bytes smb_negotiated() {
  Message answer;
  answer.le16(65).le16(1).le16(0x0300).le16(0).noise(16).le32(0).le32(0x10'0000).le32(0x10'0000).le32(
      0x10'0000);
  return smb(true, answer.zeroes(16).le16(128).le16(0).le32(0));
}

Bytes nfs_null_call() {
  return rpc_record(Message().u32(0x2026).u32(0).u32(2).u32(100'003).u32(3).u32(0).zeroes(16));
}

Bytes nfs_null_reply() {
  return rpc_record(Message().u32(0x2026).u32(1).u32(0).zeroes(8).u32(0));
}

// [MS-RDPBCGR] 2.2.1.1 and 2.2.1.2.
Bytes rdp_request() {
  return tpkt(Message().u8(14).u8(0xe0).u16(0).u16(0).u8(0).u8(1).u8(0).le16(8).le32(3));
}

Bytes rdp_confirm() {
  return tpkt(Message().u8(14).u8(0xd0).u16(0).u16(0x1234).u8(0).u8(2).u8(0).le16(8).le32(2));
}

// RFC 3550, 5.1.
Bytes rtp(std::uint16_t sequence) {
  return Message()
      .u8(0x80)
      .u8(0x60)
      .u16(sequence)
      .u32(std::size_t{sequence} * 160)
      .u32(0x2026'1120)
      .noise(60);
}

}  // namespace portproof::samples
