// Compressed streams and archives, and whatever they contain, opened as commands open them.
#include <utility>

#include "capture/source/captures.hpp"
#include "tests/fuzz/reading.hpp"

namespace portproof::fuzz {
namespace {

// Far below the real limits: a bomb must be detected before it has used up its time.
constexpr ExpansionLimits kLimits{.free = std::uint64_t{1} << 20, .in_all = std::uint64_t{8} << 20};

struct Totals {
  std::uint64_t captures{0};
  std::uint64_t frames{0};
  std::uint64_t skipped{0};
  bool damaged{false};  // in the archive, a member or a capture
  friend bool operator==(const Totals&, const Totals&) = default;
};

void read_capture(const Captures::Capture& capture, Totals& totals) {
  ++totals.captures;
  if (!capture.source) {
    totals.damaged = true;
    return;
  }
  const Account account = read_to_end(**capture.source);
  totals.frames += account.frames;
  totals.damaged = totals.damaged || !account.error.empty();
}

Totals read_captures(std::unique_ptr<ByteSource> bytes, std::size_t size) {
  auto captures = Captures::open(std::move(bytes), "x", kLimits);
  if (!captures) return Totals{.damaged = true};
  Totals totals;
  for (;;) {
    const auto capture = (*captures)->next();
    if (!capture) totals.damaged = true;
    if (!capture || !*capture) break;
    read_capture(**capture, totals);
  }
  totals.skipped = (*captures)->skipped().size();
  require((*captures)->bytes_read() <= size, "no more is read than there is");
  return totals;
}

}  // namespace

void fuzz_one(std::span<const std::uint8_t> bytes) {
  constexpr std::size_t kPiece = 61;
  const Totals whole = read_captures(bytes_in_memory(bytes), bytes.size());
  const Totals pieces = read_captures(std::make_unique<test::SlowBytes>(bytes, kPiece), bytes.size());
  require(whole.damaged == pieces.damaged, "damage is found however slow the input is");
  // How much a decoder yields before it finds the damage may depend on how much input it gets at a time.
  if (!whole.damaged) require(whole == pieces, "a slow input reads like a fast one");
}

}  // namespace portproof::fuzz
