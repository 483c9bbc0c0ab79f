// make_estate FOLDER: writes the captures in this folder, the same bytes every time; see README.md.
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <exception>
#include <string>
#include <vector>

#include "samples/estate.hpp"
#include "tests/support/pcap_writer.hpp"
#include "tests/support/pcapng_writer.hpp"

namespace portproof::samples {
namespace {

using test::PcapWriter;

enum class Resolution : std::uint8_t { microseconds, nanoseconds };

PcapWriter writer(Resolution resolution) {
  return PcapWriter({.nanoseconds = resolution == Resolution::nanoseconds});
}

// Writes a capture without its last `missing` bytes.
bool save(const test::Bytes& bytes, std::size_t missing, const std::string& folder, const char* name) {
  const std::string path = folder + "/" + name;
  std::FILE* file = std::fopen(path.c_str(), "wb");
  bool written = file != nullptr && std::fwrite(bytes.data(), bytes.size() - missing, 1, file) == 1;
  if (file != nullptr) written = std::fclose(file) == 0 && written;
  if (!written) fmt::print(stderr, "make_estate: {} cannot be written\n", path);
  return written;
}

bool save(const PcapWriter& capture, const std::string& folder, const char* name) {
  return save(capture.bytes(), 0, folder, name);
}

// A capture whose last record is incomplete: what a full disk or a killed capture leaves behind.
bool save_cut(const PcapWriter& capture, const std::string& folder, const char* name) {
  constexpr std::size_t kMissing = 17;
  return save(capture.bytes(), kMissing, folder, name);
}

std::vector<PlayedFrame> morning() {
  Scenario play(test::kStart);
  name_hosts(play);
  long_sessions(play);
  network_noise(play);
  users_and_stores(play);
  gateway_and_cloud(play);
  brokering(play);
  services(play);
  appliances(play);
  provisioning(play);
  troubles(play);
  last_words(play);
  return play.frames();
}

// A scene apart from the morning, in a capture of its own.
bool make_scene(void (*scene)(Scenario&), const std::string& folder, const char* name) {
  Scenario play(test::kStart);
  name_hosts(play);
  scene(play);
  PcapWriter capture = writer(Resolution::microseconds);
  for (const PlayedFrame& played : play.frames()) capture.add(played.frame);
  return save(capture, folder, name);
}

// A pcapng file with an interface for each type of link, and a block of a type that nobody has defined.
bool make_unread(const std::string& folder) {
  Scenario play(test::kStart);
  name_hosts(play);
  unread_frames(play);
  test::PcapngWriter capture;
  std::vector<LinkType> interfaces;
  for (const PlayedFrame& played : play.frames()) {
    test::CapturedFrame frame = played.frame;
    auto at = std::find(interfaces.begin(), interfaces.end(), frame.link_type);
    if (at == interfaces.end()) {
      capture.add_interface({.link_type = frame.link_type});
      at = interfaces.insert(interfaces.end(), frame.link_type);
    }
    frame.interface_index = static_cast<std::uint32_t>(at - interfaces.begin());
    capture.add(frame);
  }
  constexpr std::uint32_t kNobodysBlock = 0x4711;
  capture.add_block(kNobodysBlock, test::Bytes(64));
  return save(capture.bytes(), 0, folder, "unread.pcapng");
}

bool make(const std::string& folder) {
  const std::vector<PlayedFrame> frames = morning();
  PcapWriter whole = writer(Resolution::microseconds);
  PcapWriter clean = writer(Resolution::microseconds);
  // The halves differ in time resolution, as captures from two sensors may; the times in them are the same.
  PcapWriter first = writer(Resolution::microseconds);
  PcapWriter second = writer(Resolution::nanoseconds);
  for (std::size_t index = 0; index < frames.size(); ++index) {
    const PlayedFrame& played = frames[index];
    whole.add(played.frame);
    if (!played.offending) clean.add(played.frame);
    (index < frames.size() / 2 ? first : second).add(played.frame);
  }
  return save(whole, folder, "estate.pcap") && save(clean, folder, "estate-clean.pcap") &&
         save_cut(clean, folder, "estate-cut.pcap") && save(first, folder, "estate-1.pcap") &&
         save(second, folder, "estate-2.pcap") && make_scene(disguises, folder, "disguise.pcap") &&
         make_scene(doubts, folder, "doubts.pcap") && make_unread(folder);
}

}  // namespace
}  // namespace portproof::samples

int main(int argc, char** argv) {
  if (argc != 2) {
    fmt::print(stderr, "usage: make_estate FOLDER\n");
    return 64;
  }
  try {
    return portproof::samples::make(argv[1]) ? 0 : 73;
  } catch (const std::exception& fault) {
    fmt::print(stderr, "make_estate: {}\n", fault.what());
    return 70;
  }
}
