// make_seeds FOLDER: writes the initial inputs for fuzzing, one folder per target, with the tests' own
// writers. They are the same bytes every time. Inputs that fuzzing adds to a corpus have other names and
// stay.
#define DOCTEST_CONFIG_IMPLEMENT  // doctest checks the seeds of `compressed`
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <exception>

#include "tests/fuzz/seeds/seeds.hpp"

namespace portproof::test {
namespace {

void make(const std::filesystem::path& folder) {
  make_pcap({folder, "pcap"});
  make_pcapng({folder, "pcapng"});
  make_nstrace({folder, "nstrace"});
  make_compressed({folder, "compressed"});
  make_capture({folder, "capture"});
  make_decode({folder, "decode"});
  make_fragments({folder, "fragments"});
  make_identify({folder, "identify"});
  make_names({folder, "names"});
  make_evidence({folder, "evidence"});
  make_catalog({folder, "catalog"});
  make_inventory({folder, "inventory"});
}

}  // namespace
}  // namespace portproof::test

int main(int argc, char** argv) {
  if (argc != 2) {
    fmt::print(stderr, "usage: make_seeds FOLDER\n");
    return 64;
  }
  doctest::Context context;
  context.setAsDefaultForAssertsOutOfTestCases();
  try {
    portproof::test::make(argv[1]);
    return 0;
  } catch (const std::exception& fault) {
    fmt::print(stderr, "make_seeds: {}\n", fault.what());
    return 70;
  }
}
