#include "catalog/rule.hpp"

#include <algorithm>
#include <charconv>

#include "capture/base/ascii.hpp"
#include "catalog/nearest.hpp"

namespace portproof {
namespace {

bool is_number(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), is_digit);
}

// One port, or nothing if the text is not one. A leading zero is refused: it is a typo more often than a
// style.
std::optional<std::uint16_t> parse_port(std::string_view text) {
  if (!is_number(text) || text.front() == '0') return std::nullopt;
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return port;
}

int three_way(std::size_t a, std::size_t b) {
  return a < b ? -1 : (a > b ? 1 : 0);
}

// Without leading zeros the longer number is the larger one, so numbers of any length compare exactly.
int compare_component(std::string_view a, std::string_view b) {
  if (!is_number(a) || !is_number(b)) {
    const int order = a.compare(b);
    return order < 0 ? -1 : (order > 0 ? 1 : 0);
  }
  a.remove_prefix(std::min(a.find_first_not_of('0'), a.size()));
  b.remove_prefix(std::min(b.find_first_not_of('0'), b.size()));
  if (a.size() != b.size()) return three_way(a.size(), b.size());
  const int order = a.compare(b);
  return order < 0 ? -1 : (order > 0 ? 1 : 0);
}

// Removes the first component and returns it; "0" if none is left, so that "7" is before "7.1" and at "7.0".
std::string_view take_component(std::string_view& rest) {
  if (rest.empty()) return "0";
  const std::size_t dot = rest.find('.');
  const std::string_view component = rest.substr(0, dot);
  rest = dot == std::string_view::npos ? std::string_view{} : rest.substr(dot + 1);
  return component;
}

bool is_broad(const PortRange& range) {
  return range.size() > kBroadPorts;
}

// Adds a range that does not begin before any of the others.
void add_sorted(const PortRange& range, std::vector<PortRange>& ranges) {
  if (!ranges.empty() && range.first <= ranges.back().last) {
    ranges.back().last = std::max(ranges.back().last, range.last);
  } else {
    ranges.push_back(range);
  }
}

// The ports of all narrow ranges together.
std::size_t count_narrow(const std::vector<PortRange>& ports) {
  std::size_t count = 0;
  for (const PortRange& range : ports) count += is_broad(range) ? 0 : range.size();
  return count;
}

}  // namespace

std::optional<PortRange> parse_port_range(std::string_view text, std::string& fault) {
  const std::size_t dash = text.find('-');
  const auto first = parse_port(text.substr(0, dash));
  const auto last = dash == std::string_view::npos ? first : parse_port(text.substr(dash + 1));
  const std::string quoted = in_quotes(text);
  if (!first || !last) {
    fault = quoted + " is not a port: write 1 to 65535, or a range such as 16500-16509";
    return std::nullopt;
  }
  if (*first > *last) {
    fault = quoted + " ends before it begins";
    return std::nullopt;
  }
  return PortRange{*first, *last};
}

std::string to_string(PortRange range) {
  std::string text = std::to_string(range.first);
  if (range.last != range.first) text.append("-").append(std::to_string(range.last));
  return text;
}

void sort_and_merge(std::vector<PortRange>& ports) {
  std::sort(ports.begin(), ports.end());
  std::vector<PortRange> narrow;
  std::vector<PortRange> broad;
  for (const PortRange& range : ports) add_sorted(range, is_broad(range) ? broad : narrow);
  ports = std::move(narrow);
  ports.insert(ports.end(), broad.begin(), broad.end());
  std::sort(ports.begin(), ports.end());
}

int compare_version(std::string_view version, std::string_view bound) {
  while (!bound.empty()) {
    const std::string_view wanted = take_component(bound);
    const int order = compare_component(take_component(version), wanted);
    if (order != 0) return order;
  }
  return 0;
}

bool Rule::covers(Transport transport, std::uint16_t port) const {
  if (!transports.test(static_cast<std::size_t>(transport))) return false;
  if (!has_ports(transport)) return port == 0;
  if (any_port) return true;
  return std::any_of(ports.begin(), ports.end(),
                     [port](const PortRange& range) { return range.contains(port); });
}

bool Rule::is_broad_on(Transport transport, std::uint16_t port) const {
  if (!has_ports(transport)) return false;
  if (any_port || count_narrow(ports) > kBroadPorts) return true;
  return std::none_of(ports.begin(), ports.end(),
                      [port](const PortRange& range) { return !is_broad(range) && range.contains(port); });
}

bool Rule::has_broad_ports() const {
  if (!has_any_ports(transports)) return false;
  return any_port || count_narrow(ports) > kBroadPorts || std::any_of(ports.begin(), ports.end(), is_broad);
}

bool Rule::expects(Application application, Transport transport, std::uint16_t port) const {
  if (!is_identified(application)) return true;
  if (applications.none()) return !is_broad_on(transport, port);
  return applications.test(static_cast<std::size_t>(application));
}

}  // namespace portproof
