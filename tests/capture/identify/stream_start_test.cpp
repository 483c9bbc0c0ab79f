#include "capture/identify/stream_start.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>

#include "capture/base/ip_protocol.hpp"

using namespace portproof;

namespace {

class Stream {
 public:
  // The stream around a segment as far as it is joined, then `~` if it is too short to tell.
  std::string add(std::uint32_t sequence, std::string_view text, std::uint32_t sent = 0) {
    const std::span<const std::uint8_t> bytes{reinterpret_cast<const std::uint8_t*>(text.data()),
                                              text.size()};
    const auto wire_length = static_cast<std::uint32_t>(sent == 0 ? text.size() : sent);
    const auto joined = starts_.add(start_, size_, {kProtocolTcp, bytes, wire_length}, sequence);
    const auto& data = joined.data.bytes;
    CHECK(joined.is_longer == (data.data() != bytes.data()));
    return std::string(data.begin(), data.end()) + (joined.is_short ? "~" : "");
  }

 private:
  StreamStarts starts_;
  StreamStart start_;
  std::uint8_t size_{0};
};

}  // namespace

TEST_CASE("the start of a stream is joined with what comes right behind or before it") {
  Stream stream;
  CHECK(stream.add(10, "SSH") == "SSH~");
  CHECK(stream.add(13, "-2") == "SSH-2~");
  CHECK(stream.add(15, ".0-example of a banner") == "SSH-2.0-example of a banner");
  CHECK(stream.add(18, "example") == "SSH-2.0-example");
  CHECK(stream.add(37, "more") == "more");
  CHECK(stream.add(8, "<>") == "<>SSH-2.0-example ");
}

TEST_CASE("what was sent again is not joined, unless it is longer") {
  Stream stream;
  CHECK(stream.add(10, "SSH") == "SSH~");
  CHECK(stream.add(10, "SSH") == "SSH~");
  CHECK(stream.add(10, "S") == "S~");
  CHECK(stream.add(11, "SH-2") == "SSH-2~");
  CHECK(stream.add(10, "SSH-2.0") == "SSH-2.0~");
  CHECK(stream.add(17, "-") == "SSH-2.0-~");
}

TEST_CASE("what repeats a short start, or less of it, says nothing new") {
  const StreamStart start{.sequence = 10, .bytes = {'S', 'S', 'H'}};
  CHECK(StreamStarts::only_repeats(start, 3, 3, 10));
  CHECK(StreamStarts::only_repeats(start, 3, 1, 10));
  CHECK_FALSE(StreamStarts::only_repeats(start, 3, 4, 10));
  CHECK_FALSE(StreamStarts::only_repeats(start, 3, 1, 11));
  CHECK_FALSE(StreamStarts::only_repeats(start, StreamStart::kMost, 3, 10));
  CHECK_FALSE(StreamStarts::only_repeats(StreamStart{}, 0, 1, 0));
}

TEST_CASE("behind a hole a segment stays alone, and so does one that the capture cut") {
  Stream stream;
  CHECK(stream.add(0xfffffffe, "SSH") == "SSH~");
  CHECK(stream.add(3, "2.0") == "2.0");
  CHECK(stream.add(1, "-") == "SSH-~");
  Stream cut;
  CHECK(cut.add(10, "SSH", 30) == "SSH");
}

TEST_CASE("a segment longer than any message is joined as far as that reaches") {
  Stream stream;
  const std::string longest(20'000, 'x');
  stream.add(0, "ab");
  CHECK(stream.add(2, longest) == "ab" + longest.substr(0, (std::size_t{16} << 10) - 2));
}
