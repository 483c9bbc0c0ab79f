#include "capture/source/input_hash.hpp"

#include <doctest/doctest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <string_view>
#include <vector>

#include "tests/capture/source/scratch_file.hpp"
#include "tests/capture/source/slow_bytes.hpp"

using namespace portproof;
using namespace portproof::test;

namespace {

// The published SHA-256 example values, for "abc" and for the empty input.
constexpr std::string_view kAbc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
constexpr std::string_view kNothing = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

const std::vector<std::uint8_t> kBytes{'a', 'b', 'c'};

}  // namespace

TEST_CASE("the hash of a file") {
  const ScratchFile file(kBytes);
  CHECK(InputHash::start(file.path()).finish().value() == kAbc);
  const ScratchFile empty;
  CHECK(InputHash::start(empty.path()).finish().value() == kNothing);
}

TEST_CASE("the hash of a large file equals the hash of its bytes") {
  const std::vector<std::uint8_t> bytes(3'000'001, 0x5a);
  const ScratchFile file(bytes);
  Sha256 hash;
  hash.update(bytes);
  CHECK(InputHash::start(file.path()).finish().value() == hash.hex());
}

TEST_CASE("a file that cannot be hashed is an error") {
  const auto missing = InputHash::start("/nonexistent").finish();
  REQUIRE_FALSE(missing);
  CHECK(missing.error().kind == ErrorKind::input_missing);

  const ScratchFile name;
  const std::string fifo = name.path() + ".fifo";
  REQUIRE(::mkfifo(fifo.c_str(), 0600) == 0);
  const auto pipe = InputHash::start(fifo).finish();
  ::unlink(fifo.c_str());
  REQUIRE_FALSE(pipe);
  CHECK(pipe.error().kind == ErrorKind::unavailable);
}

TEST_CASE("a hash that nobody waits for is abandoned") {
  const ScratchFile file(std::vector<std::uint8_t>(1'000'000, 1));
  const InputHash hash = InputHash::start(file.path());
}

TEST_CASE("a stream is hashed as it is read") {
  Sha256 hash;
  HashingByteSource source(std::make_unique<SlowBytes>(kBytes, 2), hash);
  std::vector<std::uint8_t> buffer(10);
  CHECK(source.read(buffer).value() == 2);
  CHECK(source.read(buffer).value() == 1);
  CHECK(hash.hex() == kAbc);
  CHECK(source.read(buffer).value() == 0);
  CHECK(hash.hex() == kAbc);
}
