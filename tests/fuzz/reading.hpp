// What must hold for every packet source, whatever its bytes.
#pragma once

#include <xxhash.h>

#include <string>

#include "capture/source/byte_source.hpp"
#include "capture/source/packet_source.hpp"
#include "tests/capture/source/slow_bytes.hpp"
#include "tests/fuzz/run.hpp"

namespace portproof::fuzz {

// What a source reported until its end, small enough to compare.
struct Account {
  std::uint64_t frames{0};
  std::uint64_t bytes{0};   // of an input that was read to its end
  std::uint64_t digest{0};  // of all frames
  std::string error;
  friend bool operator==(const Account&, const Account&) = default;
};

inline std::uint64_t digest_of(const FrameView& frame, std::uint64_t so_far) {
  const std::uint64_t facts[]{frame.wire_length, frame.number, frame.link_type, frame.interface_index,
                              static_cast<std::uint64_t>(frame.time.nanoseconds)};
  // Reads every byte that the source vouches for, so that the sanitizer checks it.
  return XXH3_64bits_withSeed(frame.data, frame.captured, XXH3_64bits_withSeed(facts, sizeof facts, so_far));
}

inline Account read_to_end(PacketSource& source) {
  Account account;
  FrameBatch batch;
  std::uint64_t number = 0;
  auto outcome = ReadOutcome::frames;
  while (outcome == ReadOutcome::frames) {
    outcome = source.next(batch);
    for (const FrameView& frame : batch.view()) {
      require(frame.captured <= frame.wire_length, "a frame is no shorter on the wire than captured");
      require(frame.number > number, "frame numbers increase");
      number = frame.number;
      account.digest = digest_of(frame, account.digest);
      ++account.frames;
    }
  }
  require(outcome == ReadOutcome::end || outcome == ReadOutcome::failed, "a file ends or fails");
  require(source.error().has_value() == (outcome == ReadOutcome::failed), "failing comes with an error");
  require(source.next(batch) == outcome && batch.size == 0, "a final outcome stays final");
  if (source.error()) account.error = message(*source.error());
  // How far past damage the source reads depends on how much the input delivers at a time.
  if (outcome == ReadOutcome::end) account.bytes = source.facts().bytes;
  return account;
}

// One reader over the same bytes, as a file delivers them and as a slow pipe does: the result is the same.
template <typename Reader>
void fuzz_reader(std::span<const std::uint8_t> bytes) {
  if (!Reader::recognises(bytes)) return;
  auto whole = Reader::open(ByteWindow(bytes_in_memory(bytes)), "x");
  constexpr std::size_t kPiece = 7;
  auto pieces = Reader::open(ByteWindow(std::make_unique<test::SlowBytes>(bytes, kPiece)), "x");
  require(whole.has_value() == pieces.has_value(), "a slow input opens like a fast one");
  if (!whole) {
    require(whole.error() == pieces.error(), "a slow input fails like a fast one");
    return;
  }
  require(read_to_end(**whole) == read_to_end(**pieces), "a slow input reads like a fast one");
}

}  // namespace portproof::fuzz
