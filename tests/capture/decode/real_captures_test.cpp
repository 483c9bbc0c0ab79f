// Captures written by other programs, if their folder lies next to the repository.
#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <string>

#include "capture/decode/decode.hpp"
#include "capture/source/open_capture.hpp"

using namespace portproof;

namespace {

// Files for which the expectation has no frames because the program that made it does not know their link
// type. Reading them does not depend on that.
const std::map<std::string, std::uint64_t> kUnknownElsewhere{
    {"odd/brcm-tag-prepend.pcap", 15},
    {"odd/brcm-tag.pcap", 23},
    {"odd/dsa-high-vid.pcap", 4},
    {"odd/dsa.pcap", 8},
    {"odd/edsa-high-vid.pcap", 4},
    {"odd/edsa.pcap", 10},
    {"odd/frf16_magic_ie-oobr.pcap", 1},
    {"odd/hoobr_juniper3.pcap", 1},
    {"odd/juniper_es_oobr.pcap", 1},
    {"odd/juniper_monitor_invalid_cookie_length.pcap", 1},
    {"odd/kday6.pcap", 1},
    {"odd/vtp_asan-2.pcap", 1},
    {"odd/vtp_asan-3.pcap", 1},
    {"odd/vtp_asan.pcap", 5},
};

struct Counted {
  std::uint64_t frames{0};
  std::uint64_t answers{0};
};

Counted count(PacketSource& source) {
  Counted counted;
  FrameBatch batch;
  Packet packet;
  ReadOutcome outcome = ReadOutcome::frames;
  while (outcome == ReadOutcome::frames) {
    outcome = source.next(batch);
    for (const FrameView& frame : batch.view()) {
      ++counted.frames;
      CHECK(frame.number == counted.frames);
      const Decoded decoded = decode(frame, packet);
      const bool named = decoded.kind == Decoded::Kind::packet ||
                         (decoded.kind == Decoded::Kind::no_flow &&
                          static_cast<std::size_t>(decoded.no_flow) < kNoFlowReasonNames.size()) ||
                         (decoded.kind == Decoded::Kind::rejected &&
                          static_cast<std::size_t>(decoded.reject) < kRejectReasonNames.size());
      if (named) ++counted.answers;
    }
  }
  return counted;
}

}  // namespace

TEST_CASE("every frame of every real pcap file is read and answered") {
  const auto folder = std::filesystem::path(PORTPROOF_SOURCE_DIR).parent_path() / "shared" / "captures";
  std::ifstream expectations(folder / "expected.ndjson");
  if (!expectations) {
    MESSAGE("skipped: there is no folder with real captures at ", folder.string());
    return;
  }
  std::string line;
  int files = 0;
  while (std::getline(expectations, line)) {
    const auto expected = nlohmann::json::parse(line);
    const std::string name = expected.at("file");
    CAPTURE(name);
    auto source = open_capture((folder / name).string());
    if (!source) {
      // Formats that cannot be read yet are refused with exactly these words; nothing else may be refused.
      CHECK(source.error().what.find("cannot be read yet") != std::string::npos);
      continue;
    }
    if ((*source)->facts().format != "pcap") continue;
    ++files;
    const auto elsewhere = kUnknownElsewhere.find(name);
    const std::uint64_t frames =
        elsewhere != kUnknownElsewhere.end() ? elsewhere->second : expected.at("frames").get<std::uint64_t>();
    const Counted counted = count(**source);
    CHECK(counted.frames == frames);
    CHECK(counted.answers == frames);
  }
  MESSAGE("read ", files, " pcap files");
  CHECK(files > 0);
}
