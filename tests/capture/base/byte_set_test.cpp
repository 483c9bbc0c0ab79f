#include "capture/base/byte_set.hpp"

#include <doctest/doctest.h>

using namespace portproof;

namespace {

int size_of(const ByteSet& set) {
  int size = 0;
  for (unsigned byte = 0; byte < 256; ++byte) size += set.contains(static_cast<std::uint8_t>(byte)) ? 1 : 0;
  return size;
}

}  // namespace

TEST_CASE("a set of bytes has those that it was made of") {
  CHECK(size_of(ByteSet{}) == 0);
  constexpr ByteSet kLetters = ByteSet::of('a', 0x00, 0xff);
  CHECK(size_of(kLetters) == 3);
  CHECK(kLetters.contains('a'));
  CHECK(kLetters.contains(0x00));
  CHECK(kLetters.contains(0xff));
  CHECK_FALSE(kLetters.contains('b'));
  CHECK(size_of(ByteSet::range(0x3f, 0x40)) == 2);
  CHECK(size_of(ByteSet::range(0x00, 0xff)) == 256);
  CHECK(size_of(ByteSet::range('0', '9') | ByteSet::of('9', '<')) == 11);
}
