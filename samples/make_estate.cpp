// make_estate FOLDER: writes the captures in this folder, the same bytes every time; see README.md.
#include <fmt/format.h>

#include <cstdio>
#include <exception>
#include <string>

#include "samples/estate.hpp"
#include "tests/support/pcap_writer.hpp"

namespace portproof::samples {
namespace {

using test::PcapWriter;

enum class Resolution : std::uint8_t { microseconds, nanoseconds };

PcapWriter writer(Resolution resolution) {
  return PcapWriter({.nanoseconds = resolution == Resolution::nanoseconds});
}

bool save(const PcapWriter& capture, const std::string& folder, const char* name) {
  const std::string path = folder + "/" + name;
  if (capture.save(path)) return true;
  fmt::print(stderr, "make_estate: {} cannot be written\n", path);
  return false;
}

// A capture whose last record is incomplete: what a full disk or a killed capture leaves behind.
bool save_cut(const PcapWriter& capture, const std::string& folder, const char* name) {
  constexpr std::size_t kMissing = 17;
  const std::string path = folder + "/" + name;
  const auto& bytes = capture.bytes();
  std::FILE* file = std::fopen(path.c_str(), "wb");
  bool written = file != nullptr && std::fwrite(bytes.data(), bytes.size() - kMissing, 1, file) == 1;
  if (file != nullptr) written = std::fclose(file) == 0 && written;
  if (!written) fmt::print(stderr, "make_estate: {} cannot be written\n", path);
  return written;
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

bool make_disguise(const std::string& folder) {
  Scenario play(test::kStart);
  name_hosts(play);
  disguises(play);
  PcapWriter capture = writer(Resolution::microseconds);
  for (const PlayedFrame& played : play.frames()) capture.add(played.frame);
  return save(capture, folder, "disguise.pcap");
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
         save(second, folder, "estate-2.pcap") && make_disguise(folder);
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
