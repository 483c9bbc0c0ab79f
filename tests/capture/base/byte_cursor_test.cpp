#include "capture/base/byte_cursor.hpp"

#include <doctest/doctest.h>

#include <array>

using namespace portproof;

namespace {

constexpr std::array<std::uint8_t, 8> kBytes{0x01, 0x02, 0x03, 0x04, 0x85, 0x86, 0x87, 0x88};

}  // namespace

TEST_CASE("a byte cursor reads either byte order") {
  ByteCursor big(kBytes);
  CHECK(big.u8() == 0x01);
  CHECK(big.be16() == 0x0203);
  CHECK(big.be32() == 0x04858687);
  CHECK(big.remaining() == 1);

  ByteCursor little(kBytes);
  CHECK(little.le16() == 0x0201);
  CHECK(little.le32() == 0x86850403);

  ByteCursor three(kBytes);
  CHECK(three.be24() == 0x010203);
  CHECK(three.be24() == 0x048586);
  CHECK_FALSE(three.failed());
}

TEST_CASE("a byte cursor asked for more than it has yields zero and stays failed") {
  const auto reads_zero = [](std::size_t size, auto read) {
    ByteCursor at(kBytes.data(), size);
    const bool zero = read(at) == 0;
    return zero && at.failed() && at.remaining() == 0;
  };
  CHECK(reads_zero(0, [](ByteCursor& at) { return at.u8(); }));
  CHECK(reads_zero(1, [](ByteCursor& at) { return at.be16(); }));
  CHECK(reads_zero(1, [](ByteCursor& at) { return at.le16(); }));
  CHECK(reads_zero(2, [](ByteCursor& at) { return at.be24(); }));
  CHECK(reads_zero(3, [](ByteCursor& at) { return at.be32(); }));
  CHECK(reads_zero(3, [](ByteCursor& at) { return at.le32(); }));
  CHECK(reads_zero(3, [](ByteCursor& at) { return at.bytes(4).size(); }));

  ByteCursor at(kBytes.data(), 3);
  at.skip(4);
  CHECK(at.failed());
  CHECK(at.u8() == 0);
  CHECK(at.rest().empty());
}

TEST_CASE("a byte cursor over an empty span is at its end") {
  ByteCursor at;
  CHECK(at.remaining() == 0);
  CHECK(at.has(0));
  CHECK_FALSE(at.has(1));
  CHECK(at.bytes(0).empty());
  CHECK_FALSE(at.failed());
}

TEST_CASE("a window never exceeds the bytes left, and does not move its cursor") {
  ByteCursor at(kBytes);
  at.skip(6);
  CHECK(at.window(1).remaining() == 1);
  CHECK(at.window(100).remaining() == 2);
  CHECK(at.remaining() == 2);
  CHECK(at.bytes(2).back() == 0x88);
}
