// Seeds for the target `identify`: one message at least for every protocol that is recognised.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "tests/support/packet_builder.hpp"

namespace portproof::test {

// Takes a seed's name, its IP protocol and what is said.
using AddWords = std::function<void(const std::string&, std::uint8_t, const Bytes&)>;

void add_first_words(const AddWords& add);

}  // namespace portproof::test
