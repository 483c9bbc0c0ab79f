// Captures written by other programs, if their folder lies next to the repository: every pcap and pcapng file
// has as many frames here as elsewhere, and reading ends well if it does elsewhere.
#include <doctest/doctest.h>

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "capture/source/open_capture.hpp"
#include "capture/source/pcap_reader.hpp"
#include "capture/source/pcapng_reader.hpp"

using namespace portproof;

namespace {

struct Count {
  std::uint64_t frames{0};
  std::string fault;
};

Count count(PacketSource& source) {
  Count counted;
  FrameBatch batch;
  ReadOutcome outcome = ReadOutcome::frames;
  while (outcome == ReadOutcome::frames) {
    outcome = source.next(batch);
    counted.frames += batch.size;
    for (const FrameView& frame : batch.view()) {
      if (frame.wire_length < frame.captured) counted.fault = "a wrong length";
    }
  }
  if (outcome != ReadOutcome::end) counted.fault = source.error()->what;
  return counted;
}

// "pcap", "pcapng", or empty for anything else.
std::string_view family(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::vector<std::uint8_t> first;
  for (char byte = 0; first.size() < 4 && file.get(byte);) first.push_back(static_cast<std::uint8_t>(byte));
  if (PcapReader::recognises(first)) return "pcap";
  return PcapngReader::recognises(first) ? "pcapng" : "";
}

}  // namespace

TEST_CASE("real captures have as many frames as elsewhere") {
  const auto folder = std::filesystem::path(PORTPROOF_SOURCE_DIR).parent_path() / "shared" / "captures";
  std::ifstream expectations(folder / "expected.ndjson");
  if (!expectations) {
    MESSAGE("skipped: there is no folder with real captures at ", folder.string());
    return;
  }
  std::map<std::string_view, int> files;
  std::uint64_t frames = 0;
  std::string line;
  while (std::getline(expectations, line)) {
    const auto expected = nlohmann::json::parse(line);
    const std::string name = expected.at("file");
    const std::string_view kind = family(folder / name);
    if (kind.empty()) continue;
    ++files[kind];
    CAPTURE(name);
    auto source = open_capture((folder / name).string());
    REQUIRE(source);
    const Count counted = count(**source);
    frames += counted.frames;
    // If the other program gave up, it is enough that reading does no harm.
    if (expected.at("tshark_exit").get<int>() != 0) continue;
    CHECK(counted.frames == expected.at("frames").get<std::uint64_t>());
    CHECK(counted.fault == "");
  }
  for (const auto& [kind, number] : files) MESSAGE("read ", number, " files of the ", kind, " family");
  MESSAGE("read ", frames, " frames");
  CHECK(files["pcap"] > 0);
  CHECK(files["pcapng"] > 0);
}
