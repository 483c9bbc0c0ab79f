// The seeds of each fuzz target, one file per family. The tests' own writers make them, the same bytes every
// time.
#pragma once

#include "tests/fuzz/seeds/corpus.hpp"

namespace portproof::test {

void make_pcap(const Corpus& corpus);
void make_pcapng(const Corpus& corpus);
void make_nstrace(const Corpus& corpus);
void make_compressed(const Corpus& corpus);
void make_capture(const Corpus& corpus);
void make_decode(const Corpus& corpus);
void make_fragments(const Corpus& corpus);
void make_identify(const Corpus& corpus);
void make_names(const Corpus& corpus);
void make_evidence(const Corpus& corpus);
void make_catalog(const Corpus& corpus);
void make_inventory(const Corpus& corpus);

}  // namespace portproof::test
