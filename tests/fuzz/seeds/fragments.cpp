// Steps for the table of first fragments, eight bytes each: see tests/fuzz/fragments.cpp.
#include "tests/fuzz/seeds/seeds.hpp"

namespace portproof::test {

void make_fragments(const Corpus& corpus) {
  constexpr std::uint8_t kFirst = 1;
  constexpr std::uint8_t kLater = 2;
  const auto steps = [](std::initializer_list<Bytes> all) {
    Bytes bytes;
    for (const Bytes& one : all) append(bytes, one);
    return bytes;
  };
  corpus.add("in-order", steps({{kFirst, 1, 2, 17, 7, 0, 9, 0}, {kLater, 1, 2, 17, 7, 1, 0, 0}}));
  corpus.add("first-one-last", steps({{kLater, 1, 2, 17, 7, 1, 0, 0}, {kFirst, 1, 2, 17, 7, 0, 9, 0}}));
  corpus.add("other-way-round", steps({{kFirst, 1, 2, 17, 7, 0, 9, 0}, {kLater, 2, 1, 17, 7, 1, 0, 0}}));
  corpus.add("too-late", steps({{kFirst, 1, 2, 17, 7, 0, 9, 0}, {kLater, 1, 2, 17, 7, 180, 0, 0}}));
  corpus.add("two-first-ones", steps({{kFirst, 1, 2, 17, 7, 0, 9, 0},
                                      {kFirst, 1, 2, 17, 7, 1, 8, 0},
                                      {kLater, 1, 2, 17, 7, 1, 0, 0}}));
  corpus.add("in-a-tunnel", steps({{0x82, 1, 2, 47, 7, 0, 9, 200}, {kLater, 1, 2, 47, 7, 1, 0, 0}}));
  corpus.add("ipv6", steps({{kFirst, 129, 130, 6, 7, 0, 9, 0}, {kLater, 129, 130, 6, 7, 1, 0, 0}}));
  corpus.add("many", steps({{kFirst, 1, 2, 17, 7, 0, 9, 0},
                            {0x40, 1, 2, 17, 7, 0, 9, 0},
                            {kFirst + 0x42, 1, 2, 17, 8, 0, 9, 0},
                            {kLater, 1, 2, 17, 7, 1, 0, 0}}));
  corpus.add("whole-packets", steps({{0, 1, 2, 17, 7, 0, 9, 0}, {kLater, 1, 2, 17, 7, 1, 0, 0}}));
}

}  // namespace portproof::test
