// Seeds for the target `identify`: at least one message for every protocol that is recognised.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "tests/support/packet_builder.hpp"

namespace portproof::test {

// Takes a seed's name, its IP protocol and the payload.
using AddWords = std::function<void(const std::string&, std::uint8_t, const Bytes&)>;

void add_first_words(const AddWords& add);

}  // namespace portproof::test
