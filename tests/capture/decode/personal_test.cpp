// IEEE 802.15.4 and 6LoWPAN. Wireshark 4.0 agrees on every example except first fragments, which it reads
// only when it has the others.
#include <doctest/doctest.h>

#include "tests/capture/decode/summary.hpp"

using namespace portproof;
using namespace portproof::test;

namespace {

constexpr LinkType kWithCheck = 195;
constexpr LinkType kPlain = 230;
constexpr LinkType kTapped = 283;

// A data frame (2006 format) within one network, from 00:02:00:02:40:02:10:02 to 10:05:00:81:00:01:00:01.
const Bytes kLong{0x41, 0xdc, 7,    0x4d, 0xab, 1,    0,    1,    0,    0x81, 0,
                  5,    0x10, 0x02, 0x10, 0x02, 0x40, 0x02, 0x00, 0x02, 0x00};
// From 0x0102 to 0x0304.
const Bytes kShort{0x41, 0x98, 7, 0x4d, 0xab, 0x04, 0x03, 0x02, 0x01};

Bytes behind(const Bytes& header, const Bytes& rest) {
  Bytes frame = header;
  append(frame, rest);
  return frame;
}

}  // namespace

TEST_CASE("compressed IPv6 with UDP") {
  check(
      {
          {"link-local addresses, few ports", behind(kLong, {0x7e, 0x33, 0xf3, 0x12, 1, 2, 'x'}),
           "udp [fe80::202:2:4002:1002]:61617 > [fe80::1205:81:1:1]:61618, payload 1"},
          {"ports in full", behind(kLong, {0x7e, 0x33, 0xf0, 4, 1, 0x27, 0x10, 1, 2, 'x'}),
           "udp [fe80::202:2:4002:1002]:1025 > [fe80::1205:81:1:1]:10000, payload 1"},
          {"eight bits of the second", behind(kLong, {0x7e, 0x33, 0xf1, 4, 1, 7, 1, 2, 'x'}),
           "udp [fe80::202:2:4002:1002]:1025 > [fe80::1205:81:1:1]:61447, payload 1"},
          {"eight bits of the first", behind(kLong, {0x7e, 0x33, 0xf2, 7, 4, 1, 1, 2, 'x'}),
           "udp [fe80::202:2:4002:1002]:61447 > [fe80::1205:81:1:1]:1025, payload 1"},
          {"short addresses", behind(kShort, {0x7e, 0x33, 0xf3, 0x12, 1, 2, 'x'}),
           "udp [fe80::ff:fe00:102]:61617 > [fe80::ff:fe00:304]:61618, payload 1"},
          {"to a group", behind(kShort, {0x7e, 0x3b, 0xfb, 0xf3, 0x12, 1, 2}),
           "udp [fe80::ff:fe00:102]:61617 > [ff02::fb]:61618"},
          {"traffic class and hop limit in full",
           behind(kShort, {0x64, 0x33, 0, 0, 0, 0, 64, 0xf3, 0x12, 1, 2}),
           "udp [fe80::ff:fe00:102]:61617 > [fe80::ff:fe00:304]:61618"},
          {"destination options before it", behind(kShort, {0x7e, 0x33, 0xe7, 2, 1, 0, 0xf3, 0x12, 1, 2}),
           "udp [fe80::ff:fe00:102]:61617 > [fe80::ff:fe00:304]:61618"},
      },
      kPlain);
}

TEST_CASE("IPv6 with other protocols") {
  Bytes whole = behind(kShort, {0x41});
  append(whole, Ip().ipv6("fd20::1", "fd20::2").udp(5000, 53).payload("?"));
  check(
      {
          {"the next header in full", behind(kShort, {0x7a, 0x33, 58, 128, 0, 0, 0, 0, 1, 0, 1}),
           "icmpv6 fe80::ff:fe00:102 > fe80::ff:fe00:304 echo-request"},
          {"nothing compressed", whole, "udp [fd20::1]:5000 > [fd20::2]:53, payload 1"},
          {"ports that are missing", behind(kShort, {0x7e, 0x33, 0xf0, 4}), "rejected: cut-headers"},
          {"an unknown compressed header", behind(kShort, {0x7e, 0x33, 0xb0, 4}),
           "rejected: extension-chain"},
      },
      kPlain);
}

TEST_CASE("what comes before the compressed header") {
  check(
      {
          {"a mesh header", behind(kLong, {0xb5, 9, 9, 8, 8, 0x7e, 0x33, 0xf3, 0x12, 1, 2}),
           "udp [fe80::ff:fe00:909]:61617 > [fe80::ff:fe00:808]:61618"},
          {"a broadcast header", behind(kShort, {0x50, 1, 0x7e, 0x33, 0xf3, 0x12, 1, 2}),
           "udp [fe80::ff:fe00:102]:61617 > [fe80::ff:fe00:304]:61618"},
          {"a first fragment", behind(kShort, {0xc1, 0, 0, 7, 0x7e, 0x33, 0xf3, 0x12, 1, 2, 'x'}),
           "udp [fe80::ff:fe00:102]:61617 > [fe80::ff:fe00:304]:61618, payload 1"},
          {"a later fragment", behind(kShort, {0xe1, 0, 0, 7, 9, 'x'}),
           "no flow: later-fragment, unread: later-fragment"},
      },
      kPlain);
}

TEST_CASE("802.15.4 frames without a packet") {
  constexpr const char* kOther = "no flow: other-non-ip";
  check(
      {
          {"an address by context", behind(kShort, {0x7e, 0x73, 0xf3, 0x12, 1, 2}),
           "no flow: other-non-ip, unread: unknown-content"},
          {"not 6LoWPAN", behind(kShort, {0x01, 2, 3}), kOther},
          {"a beacon", Bytes{0x00, 0x80, 7, 0x4d, 0xab, 2, 1, 0, 0}, kOther},
          {"encrypted", Bytes{0x49, 0x98, 7, 0x4d, 0xab, 4, 3, 2, 1, 0x7e, 0x33},
           "no flow: other-non-ip, unread: encrypted-frame"},
          {"cut within its addresses", Bytes{0x41, 0x98, 7, 0x4d, 0xab, 4}, "rejected: cut-headers"},
      },
      kPlain);
}

TEST_CASE("a check sequence is not payload, and must be right or stand for a right one") {
  const Bytes frame = behind(kShort, {0x7e, 0x33, 0xf3, 0x12, 1, 2, 'x'});
  check(
      {
          {"right", behind(frame, {0x83, 0x73}),
           "udp [fe80::ff:fe00:102]:61617 > [fe80::ff:fe00:304]:61618, payload 1"},
          {"wrong", behind(frame, {0xff, 0x12}), "no flow: other-non-ip, unread: unknown-content"},
          {"strength and quality instead, of a frame that was right", behind(frame, {0xd8, 0xeb}),
           "udp [fe80::ff:fe00:102]:61617 > [fe80::ff:fe00:304]:61618, payload 1"},
          {"of one that was not", behind(frame, {0xd8, 0x6b}),
           "no flow: other-non-ip, unread: unknown-content"},
      },
      kWithCheck);
  check(
      {
          {"after a sniffer's header",
           behind({0, 0, 12, 0, 0, 0, 1, 0, 1, 0, 0, 0}, behind(frame, {0x83, 0x73})),
           "udp [fe80::ff:fe00:102]:61617 > [fe80::ff:fe00:304]:61618, payload 1"},
          {"which says that there is none", behind({0, 0, 4, 0}, frame),
           "udp [fe80::ff:fe00:102]:61617 > [fe80::ff:fe00:304]:61618, payload 1"},
      },
      kTapped);
}
