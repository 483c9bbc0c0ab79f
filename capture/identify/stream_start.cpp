#include "capture/identify/stream_start.hpp"

#include <algorithm>

namespace portproof {
namespace {

// Appends as much as there is room for; returns how many bytes there are then.
std::size_t append(std::span<std::uint8_t> to, std::size_t size, std::span<const std::uint8_t> bytes) {
  const std::size_t room = std::min(to.size() - size, bytes.size());
  std::copy_n(bytes.begin(), room, to.begin() + static_cast<std::ptrdiff_t>(size));
  return size + room;
}

}  // namespace

StreamStarts::Joined StreamStarts::join(StreamStart& start, std::uint8_t& size, const FirstData& data,
                                        std::uint32_t sequence) {
  const std::size_t known = size;
  const auto length = static_cast<std::uint32_t>(data.bytes.size());
  const bool whole = length >= data.wire_length;
  const std::uint32_t behind = sequence - start.sequence;  // modulo 2^32: of the segment's begin
  const std::uint32_t before = start.sequence - sequence;  // of the start
  const std::span<const std::uint8_t> kept = std::span<const std::uint8_t>(start.bytes).first(known);

  std::size_t joined = 0;
  std::uint32_t first = sequence;
  std::uint32_t sent = data.wire_length;
  if (known > 0 && behind > 0 && behind <= known) {
    // It goes on where the start ends, or repeats some of it.
    joined = append(joined_, 0, kept.first(behind));
    joined = append(joined_, joined, data.bytes);
    first = start.sequence;
    sent += behind;
  } else if (known > 0 && whole && before > 0 && before <= length) {
    // It was overtaken by the start.
    joined = append(joined_, 0, data.bytes);
    const std::size_t overlap = std::min<std::size_t>(length - before, known);
    joined = append(joined_, joined, kept.subspan(overlap));
    sent = static_cast<std::uint32_t>(length + known - overlap);
  }
  const bool is_longer = joined > 0;
  const std::span<const std::uint8_t> bytes =
      is_longer ? std::span<const std::uint8_t>(joined_).first(joined) : data.bytes;
  const bool repeats = known > 0 && behind == 0;
  const bool is_news = known == 0 || first != start.sequence || bytes.size() > known;
  if ((is_longer || known == 0 || repeats) && is_news) {
    size = static_cast<std::uint8_t>(append(start.bytes, 0, bytes));
    start.sequence = first;
  }
  // Of what the capture cut, or behind a hole, no more is to be expected.
  const bool may_grow = whole && (is_longer || known == 0 || repeats);
  return {{data.protocol, bytes, sent}, first, is_longer, may_grow && size < StreamStart::kMost};
}

}  // namespace portproof
