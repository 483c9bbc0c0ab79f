// Evidence files.
#include <fmt/format.h>
#include <sstream>

#include "capture/evidence/evidence_file.hpp"
#include "capture/observe/observe.hpp"
#include "tests/capture/evidence/random_evidence.hpp"
#include "tests/fuzz/seeds/frames.hpp"
#include "tests/fuzz/seeds/seeds.hpp"
#include "tests/support/memory_source.hpp"

namespace portproof::test {
namespace {

std::string text_of(const Evidence& evidence) {
  std::ostringstream out;
  write_evidence(evidence, out);
  return out.str();
}

}  // namespace

void make_evidence(const Corpus& corpus) {
  std::vector<Bytes> first = mixture();
  const auto middle = first.begin() + static_cast<std::ptrdiff_t>(first.size() / 2);
  const std::vector<Bytes> second(middle, first.end());
  first.erase(middle, first.end());
  for (const auto& [name, frames] :
       {std::pair{"session", session()}, std::pair{"mixture-1", first}, std::pair{"mixture-2", second}}) {
    MemorySource source;
    for (const Bytes& frame : frames) source.add(frame);
    source.set_path("x.pcap");
    corpus.add(name, text_of(observe(source, {})));
  }
  corpus.add("none", text_of({}));
  RandomEvidence random(7);
  for (int count = 0; count < 12;) {
    const std::string text = text_of(random.make(4));
    if (text.size() <= kLargestSeed) corpus.add(fmt::format("random-{:02}", ++count), text);
  }
}

}  // namespace portproof::test
