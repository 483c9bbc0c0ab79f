// The order in which recognisers are asked, and about what (kRecognitionOrder).
#include <doctest/doctest.h>

#include <array>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

#include "capture/identify/internal/recognisers.hpp"
#include "tests/capture/identify/data.hpp"

using namespace portproof;
using namespace portproof::test;

namespace {

using Recogniser = Recognition (*)(const FirstData& data);

template <std::size_t... turn>
std::array<Recogniser, sizeof...(turn)> recognisers(std::index_sequence<turn...> /*turns*/) {
  constexpr auto& order = kRecognitionOrder;
  return {recognise<order[turn].application, order[turn].protocol, order[turn].look>...};
}

using Data = std::vector<std::uint8_t>;

// First data of every application: what the fuzz target begins with, without its two bytes in front; and of
// protocols that put a length before it on TCP, the same with and without that.
std::vector<Data> samples() {
  std::vector<std::string> all{"<134>1 2026-11-21T08:00:00Z adc1 ns - - - logon",
                               hex("300c 020101 6507 0a0100 0400 0400"),  // LDAP over UDP: nothing found
                               hex("04 00 20 00 100000 00") + zeroes(16) + std::string(32, 'i') + zeroes(18) +
                                   hex("0400 0000 00 00") + "body"};  // DCE/RPC over UDP
  for (const auto& entry :
       std::filesystem::directory_iterator(PORTPROOF_SOURCE_DIR "/tests/fuzz/corpus/identify")) {
    std::ifstream file(entry.path(), std::ios::binary);
    const std::string bytes(std::istreambuf_iterator<char>(file), {});
    if (bytes.size() < 10) continue;
    const std::string data = bytes.substr(2);
    all.push_back(data);
    all.push_back(data.substr(4));
    all.push_back(std::string{static_cast<char>(data.size() >> 8U), static_cast<char>(data.size())} + data);
  }
  std::vector<Data> samples;
  for (const std::string& data : all) samples.emplace_back(data.begin(), data.end());
  return samples;
}

}  // namespace

TEST_CASE("no recogniser recognises data that begins with a byte outside its set") {
  const auto asked = recognisers(std::make_index_sequence<kRecognitionOrder.size()>{});
  const auto all = samples();
  REQUIRE(all.size() > 50);
  std::array<int, kRecognitionOrder.size()> recognised{};
  for (Data bytes : all) {
    for (unsigned first = 0; first < 256; ++first) {
      bytes.front() = static_cast<std::uint8_t>(first);
      for (std::size_t turn = 0; turn < asked.size(); ++turn) {
        const Asked& row = kRecognitionOrder[turn];
        const FirstData data{.protocol = row.protocol,
                             .bytes = bytes,
                             .wire_length = static_cast<std::uint32_t>(bytes.size())};
        if (!is_identified(asked[turn](data).application)) continue;
        ++recognised[turn];
        if (row.first.contains(bytes.front())) continue;
        CAPTURE(name(row.application));
        CAPTURE(first);
        CHECK(row.first.contains(bytes.front()));
      }
    }
  }
  // Otherwise the samples say nothing of that line.
  for (std::size_t turn = 0; turn < asked.size(); ++turn) {
    CAPTURE(name(kRecognitionOrder[turn].application));
    CAPTURE(kRecognitionOrder[turn].protocol);
    CHECK(recognised[turn] > 0);
  }
}
