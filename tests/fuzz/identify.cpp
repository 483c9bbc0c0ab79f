// The first data of a flow's side. The first byte is the IP protocol; the second is how many bytes were sent
// after the captured ones. Whatever the protocol, the data goes to the TCP recognisers and the UDP
// recognisers, and each must keep its promises.
#include "capture/identify/identify.hpp"

#include <algorithm>
#include <array>
#include <functional>
#include <string>

#include "capture/base/applications.hpp"
#include "capture/identify/banner.hpp"
#include "tests/fuzz/run.hpp"

namespace portproof::fuzz {
namespace {

// Names reach terminals, pages and files.
bool is_harmless(std::string_view name) {
  constexpr std::string_view kHarmless = "abcdefghijklmnopqrstuvwxyz0123456789-_.";
  return name.size() <= 255 && name.find_first_not_of(kHarmless) == std::string_view::npos;
}

void check_name(std::string_view text) {
  std::array<char, 256> buffer{};
  const std::string name(normalise_name(text, buffer));
  require(is_harmless(name), "a name that is kept has no byte with a special meaning");
  std::array<char, 256> other{};
  require(normalise_name(name, other) == name, "a name that is kept does not change");
}

void check(const FirstData& data) {
  const Recognition found = identify(data);
  const Recognition again = identify(data);
  require(
      found.application == again.application && found.speaker == again.speaker && found.kinds == again.kinds,
      "the same data gives the same answer");
  const bool known = found.application != kUnknownApplication;
  require(!known || !found.more_may_show, "more is wanted only if nothing was recognised");
  require(known || found.speaker == Speaker::unknown || found.skipped > 0,
          "the sender is known only if the application is recognised, or behind a proxy's header");
  const std::size_t sent = std::max<std::size_t>(data.bytes.size(), data.wire_length);
  require(found.skipped <= sent, "a proxy's header ends with the data");
  require(found.kinds.none() || found.application == Application::http, "only HTTP has kinds");
  if (!found.name.empty()) {
    const std::less_equal<const char*> before;
    const auto* const begin = reinterpret_cast<const char*>(data.bytes.data());
    require(before(begin, found.name.data()) &&
                before(found.name.data() + found.name.size(), begin + data.bytes.size()),
            "a name lies within the data that gave it");
  }
  check_name(found.name);
  const Application banner = banner_of(data.protocol, data.bytes);
  require(banner == kUnknownApplication || !data.bytes.empty(), "nothing begins without data");
}

}  // namespace

void fuzz_one(std::span<const std::uint8_t> bytes) {
  if (bytes.size() < 2) return;
  const std::span<const std::uint8_t> content = bytes.subspan(2);
  FirstData data{.protocol = bytes[0],
                 .bytes = content,
                 .wire_length = static_cast<std::uint32_t>(content.size() + bytes[1])};
  check(data);
  for (const std::uint8_t protocol : {kProtocolTcp, kProtocolUdp}) {
    data.protocol = protocol;
    check(data);
  }
  check_name({reinterpret_cast<const char*>(content.data()), content.size()});
}

}  // namespace portproof::fuzz
