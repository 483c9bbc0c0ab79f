#include "capture/base/tunnel.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace portproof;

TEST_CASE("tunnel names parse as they are written") {
  for (std::size_t kind = 0; kind < kTunnelKindNames.size(); ++kind) {
    for (const std::uint32_t id : {0U, 7U, 0xffffffffU}) {
      const TunnelLayer layer{.kind = static_cast<TunnelKind>(kind), .has_id = true, .id = id};
      CAPTURE(to_string(layer));
      CHECK(parse_tunnel_layer(to_string(layer)) == layer);
    }
    const TunnelLayer plain{.kind = static_cast<TunnelKind>(kind)};
    CHECK(parse_tunnel_layer(to_string(plain)) == plain);
  }
  CHECK(to_string({.kind = TunnelKind::l2tp, .has_id = true, .id = (17U << 16U) | 3U}) == "l2tp:17/3");
  CHECK(to_string({.kind = TunnelKind::ipv6_in_ipv4}) == "6in4");
}

TEST_CASE("other names are rejected") {
  for (const char* text :
       {"", ":", "vxlan:", "vxlan:x", "vxlan:01", "vxlan:7 ", "vxlan:-1", "vxlan:4294967296", "VXLAN:1",
        "vlan:10", "l2tp:1", "l2tp:1/", "l2tp:65536/1", "l2tp:1/65536", "gre/7"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_tunnel_layer(text).has_value());
  }
}

TEST_CASE("a stack keeps its outermost layers") {
  TunnelStack stack;
  CHECK(stack.empty());
  for (std::uint32_t id = 0; id < 20; ++id) stack.push({.kind = TunnelKind::vxlan, .has_id = true, .id = id});
  CHECK(stack.full());
  CHECK(stack.begin()->id == 0);
  CHECK((stack.end() - 1)->id == TunnelStack::kKept - 1);

  TunnelStack shorter;
  shorter.push({.kind = TunnelKind::vxlan, .has_id = true, .id = 0});
  CHECK(shorter < stack);
  CHECK_FALSE(shorter == stack);
  // Entries beyond the count mean nothing.
  TunnelStack other = stack;
  other.count = 1;
  CHECK(shorter == other);
}
