// What holds for every packet source, whatever its bytes.
#pragma once

#include <xxhash.h>

#include <string>

#include "capture/source/byte_source.hpp"
#include "capture/source/packet_source.hpp"
#include "tests/capture/source/slow_bytes.hpp"
#include "tests/fuzz/run.hpp"

namespace portproof::fuzz {

// What a source said until its end, small enough to be compared.
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
  // Reads every byte that the source vouches for, for the sanitizer to see.
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
      require(frame.number > number, "frame numbers grow");
      number = frame.number;
      account.digest = digest_of(frame, account.digest);
      ++account.frames;
    }
  }
  require(outcome == ReadOutcome::end || outcome == ReadOutcome::failed, "a file ends or fails");
  require(source.error().has_value() == (outcome == ReadOutcome::failed), "an error comes with failing");
  require(source.next(batch) == outcome && batch.size == 0, "what is final stays final");
  if (source.error()) account.error = message(*source.error());
  // How far behind a damage was read depends on how much the input gives at a time.
  if (outcome == ReadOutcome::end) account.bytes = source.facts().bytes;
  return account;
}

// One reader over the bytes, as a file gives them and as a slow pipe does: the same account.
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
