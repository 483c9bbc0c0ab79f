#include "capture/base/sha256.hpp"

#include <doctest/doctest.h>

#include <vector>

using namespace portproof;

namespace {

// The published example values: of "abc", and of nothing.
constexpr std::string_view kAbc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
constexpr std::string_view kNothing = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

}  // namespace

TEST_CASE("sha-256: of texts and of bytes, at once and in parts") {
  CHECK(sha256_of("abc") == kAbc);
  CHECK(sha256_of("") == kNothing);
  Sha256 hash;
  CHECK(hash.hex() == kNothing);
  hash.update(std::vector<std::uint8_t>{'a', 'b'});
  hash.update("c");
  CHECK(hash.hex() == kAbc);
  CHECK(hash.hex() == kAbc);  // asking changes nothing
}
