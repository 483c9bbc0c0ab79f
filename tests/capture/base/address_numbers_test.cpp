#include "capture/base/address_numbers.hpp"

#include <doctest/doctest.h>

using namespace portproof;

TEST_CASE("addresses are numbered in order of arrival and found again") {
  AddressNumbers numbers;
  const auto address = [](std::uint32_t number) {
    const std::array<std::uint8_t, 4> bytes{10, static_cast<std::uint8_t>(number >> 16U),
                                            static_cast<std::uint8_t>(number >> 8U),
                                            static_cast<std::uint8_t>(number)};
    return IpAddress::v4(bytes.data());
  };
  for (std::uint32_t number = 0; number < 100'000; ++number) {
    REQUIRE(numbers.number_of(address(number)) == number);
  }
  for (std::uint32_t number = 0; number < 100'000; number += 77) {
    REQUIRE(numbers.number_of(address(number)) == number);
    REQUIRE(numbers[number] == address(number));
  }
  CHECK(numbers.size() == 100'000);
  CHECK(numbers.number_of(parse_ip_address("0.0.0.0").value()) == 100'000);
  CHECK(numbers.number_of(parse_ip_address("::").value()) == 100'001);
}
