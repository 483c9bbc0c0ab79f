#include "capture/base/tunnel.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace portproof {

std::string to_string(const TunnelLayer& layer) {
  const std::string_view name = kTunnelKindNames[static_cast<std::size_t>(layer.kind)];
  if (!layer.has_id) return std::string{name};
  if (layer.kind == TunnelKind::l2tp) {
    return fmt::format("{}:{}/{}", name, layer.id >> 16U, layer.id & 0xffffU);
  }
  return fmt::format("{}:{}", name, layer.id);
}

std::optional<TunnelLayer> parse_tunnel_layer(std::string_view text) {
  const std::size_t colon = text.find(':');
  const auto* const known =
      std::find(kTunnelKindNames.begin(), kTunnelKindNames.end(), text.substr(0, colon));
  if (known == kTunnelKindNames.end()) return std::nullopt;
  TunnelLayer layer;
  layer.kind = static_cast<TunnelKind>(known - kTunnelKindNames.begin());
  layer.has_id = colon != std::string_view::npos;
  if (!layer.has_id) return layer;
  std::string_view rest = text.substr(colon + 1);
  const auto number = [&rest](std::uint32_t most) -> std::optional<std::uint32_t> {
    std::uint32_t value = 0;
    const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), value);
    if (error != std::errc{} || value > most) return std::nullopt;
    rest.remove_prefix(static_cast<std::size_t>(end - rest.data()));
    return value;
  };
  if (layer.kind == TunnelKind::l2tp) {
    const auto tunnel = number(0xffff);
    if (!tunnel || rest.empty() || rest.front() != '/') return std::nullopt;
    rest.remove_prefix(1);
    layer.id = *tunnel << 16U;
  }
  const auto id = number(layer.kind == TunnelKind::l2tp ? 0xffff : 0xffffffff);
  if (!id) return std::nullopt;
  layer.id |= *id;
  // Rejects a leading zero and anything after the number.
  if (to_string(layer) != text) return std::nullopt;
  return layer;
}

}  // namespace portproof
