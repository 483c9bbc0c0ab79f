#include "app/command/reading_hash.hpp"

#include <doctest/doctest.h>
#include <sys/stat.h>

#include <array>
#include <string>
#include <thread>

#include "tests/support/bytes.hpp"
#include "tests/support/temporary_folder.hpp"

using namespace portproof;
using namespace portproof::test;

namespace {

const Bytes kAbc{'a', 'b', 'c'};
// FIPS 180-4, the example of one block.
const std::string kAbcHash = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

std::size_t read_all(ByteSource& bytes) {
  std::array<std::uint8_t, 2> block{};
  std::size_t all = 0;
  for (auto count = bytes.read(block); count && *count > 0; count = bytes.read(block)) all += *count;
  return all;
}

}  // namespace

TEST_CASE("reading hash: of a file it is the hash of all of it, however little is read") {
  const TemporaryFolder folder;
  const std::string path = folder.save("abc", kAbc);
  ReadingHash hash(path);
  const auto bytes = hash.watch(open_bytes(path).value());
  CHECK(hash.finish().value() == kAbcHash);
}

TEST_CASE("reading hash: of a pipe it is the hash of what was read") {
  const TemporaryFolder folder;
  const std::string path = folder.file("pipe");
  REQUIRE(::mkfifo(path.c_str(), 0600) == 0);
  ReadingHash hash(path);
  const std::jthread writer([&] { folder.save("pipe", kAbc); });
  const auto bytes = hash.watch(open_bytes(path).value());
  CHECK(read_all(*bytes) == 3);
  CHECK(hash.finish().value() == kAbcHash);
}
