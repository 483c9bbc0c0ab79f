#include "capture/evidence/protocol_count.hpp"

#include <algorithm>
#include <array>
#include <random>

#include <doctest/doctest.h>

using namespace portproof;

namespace {

IpAddress host(std::uint32_t number) {
  const std::array<std::uint8_t, 4> bytes{10, static_cast<std::uint8_t>(number >> 16U),
                                          static_cast<std::uint8_t>(number >> 8U),
                                          static_cast<std::uint8_t>(number)};
  return IpAddress::v4(bytes.data());
}

}  // namespace

TEST_CASE("hosts are kept once each, in order") {
  ProtocolCount count;
  for (const std::uint32_t number : {7U, 3U, 7U, 5U}) count.add_host(host(number));
  CHECK(count.hosts == std::vector{host(3), host(5), host(7)});
  CHECK(count.has_host(host(5)));
  CHECK_FALSE(count.has_host(host(6)));
  CHECK_FALSE(count.more_hosts);
}

TEST_CASE("which hosts are kept does not depend on the order, nor on how they were split") {
  std::vector<std::uint32_t> numbers(ProtocolCount::kMostHosts + 50);
  for (std::uint32_t number = 0; number < numbers.size(); ++number) numbers[number] = number;
  std::mt19937 random(5);
  ProtocolCount expected;
  for (const std::uint32_t number : numbers) expected.add_host(host(number));
  CHECK(expected.more_hosts);
  CHECK(expected.hosts.size() == ProtocolCount::kMostHosts);
  CHECK(expected.hosts.back() == host(ProtocolCount::kMostHosts - 1));
  std::shuffle(numbers.begin(), numbers.end(), random);
  ProtocolCount left;
  ProtocolCount right;
  for (const std::uint32_t number : numbers) (number % 3 == 0 ? left : right).add_host(host(number));
  left.add(right);
  CHECK(left == expected);
}
