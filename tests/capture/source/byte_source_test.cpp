#include "capture/source/byte_source.hpp"

#include <doctest/doctest.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <numeric>
#include <vector>

#include "tests/capture/source/scratch_file.hpp"
#include "tests/capture/source/slow_bytes.hpp"

using namespace portproof;
using namespace portproof::test;

namespace {

std::vector<std::uint8_t> counting(std::size_t size) {
  std::vector<std::uint8_t> bytes(size);
  std::iota(bytes.begin(), bytes.end(), std::uint8_t{0});
  return bytes;
}

}  // namespace

TEST_CASE("a file is read to its end") {
  const auto bytes = counting(1000);
  const ScratchFile file(bytes);
  auto source = open_bytes(file.path());
  REQUIRE(source);
  std::vector<std::uint8_t> read(4096);
  const auto count = (*source)->read(read);
  REQUIRE(count);
  read.resize(*count);
  CHECK(read == bytes);
  CHECK((*source)->read(read).value() == 0);
}

TEST_CASE("a file that cannot be opened is reported, with the kind of error that sets the exit status") {
  const auto missing = open_bytes("/nonexistent/x.pcap");
  REQUIRE_FALSE(missing);
  CHECK(missing.error().kind == ErrorKind::input_missing);
  CHECK(message(missing.error()) == "/nonexistent/x.pcap: cannot be opened: No such file or directory");

  const auto folder = open_bytes("/tmp");
  REQUIRE_FALSE(folder);
  CHECK(folder.error().kind == ErrorKind::input_missing);
  CHECK(message(folder.error()) == "/tmp: is a directory, not a file");

  if (::geteuid() == 0) {
    MESSAGE("skipped for root, who may read everything: a file without permission");
    return;
  }
  const ScratchFile secret(counting(10));
  std::filesystem::permissions(secret.path(), std::filesystem::perms::none);
  const auto refused = open_bytes(secret.path());
  REQUIRE_FALSE(refused);
  CHECK(refused.error().kind == ErrorKind::no_permission);
}

TEST_CASE("a window shows the bytes requested, however they arrive") {
  const auto bytes = counting(10'000);
  for (const std::size_t piece : {1U, 7U, 4096U, 100'000U}) {
    CAPTURE(piece);
    ByteWindow window(std::make_unique<SlowBytes>(bytes, piece));
    std::vector<std::uint8_t> seen;
    std::size_t step = 1;
    while (window.ensure(step)) {
      const auto visible = window.visible().first(step);
      seen.insert(seen.end(), visible.begin(), visible.end());
      window.consume(step);
      CHECK(window.consumed() == seen.size());
      step = step % 97 + 1;
    }
    CHECK(window.error() == nullptr);
    seen.insert(seen.end(), window.visible().begin(), window.visible().end());
    CHECK(seen == bytes);
    CHECK(window.received() == bytes.size());
  }
}

TEST_CASE("a window grows to what is requested, and no further than its limit") {
  const auto bytes = counting(3 * ByteWindow::kBlock);
  ByteWindow window(bytes_in_memory(bytes));
  REQUIRE(window.ensure(10));
  window.consume(10);
  REQUIRE(window.ensure(2 * ByteWindow::kBlock));
  CHECK(
      std::equal(bytes.begin() + 10, bytes.begin() + 10 + 2 * ByteWindow::kBlock, window.visible().begin()));
  CHECK_FALSE(window.ensure(ByteWindow::kLargest + 1));
  CHECK(window.error() == nullptr);
  CHECK_FALSE(window.ensure(bytes.size()));
  CHECK(window.visible().size() == bytes.size() - 10);
}

TEST_CASE("a window distinguishes a failed read from the end") {
  const auto bytes = counting(100);
  const Error fault{ErrorKind::io, "reading failed", "x"};
  ByteWindow window(std::make_unique<SlowBytes>(bytes, 64, &fault));
  CHECK(window.ensure(100));
  CHECK_FALSE(window.ensure(101));
  REQUIRE(window.error() != nullptr);
  CHECK(window.error()->kind == ErrorKind::io);
  CHECK(window.visible().size() == 100);
  CHECK_FALSE(window.ensure(101));
}
