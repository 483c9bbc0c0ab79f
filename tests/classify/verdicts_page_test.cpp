// docs/use/verdicts.md explains every word that a judged conversation can bear, and each of them once.
#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "capture/base/flow_facts.hpp"
#include "capture/base/transport.hpp"
#include "classify/verdict.hpp"

namespace portproof::test {
namespace {

using Words = std::vector<std::string>;

const std::string& page() {
  static const std::string text = [] {
    std::ifstream stream(PORTPROOF_SOURCE_DIR "/docs/use/verdicts.md", std::ios::binary);
    return std::string{std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
  }();
  return text;
}

// The text from the heading to the next one.
std::string section(const std::string& heading) {
  const std::string line = "\n## " + heading + "\n";
  const std::size_t begin = page().find(line);
  if (begin == std::string::npos) return {};
  return page().substr(begin + line.size(), page().find("\n## ", begin + 1) - begin - line.size());
}

// All words between `opening` and `closing`, in the order of the text.
Words words_between(const std::string& text, std::string_view opening, std::string_view closing) {
  Words words;
  for (std::size_t at = text.find(opening); at != std::string::npos; at = text.find(opening, at)) {
    at += opening.size();
    const std::size_t end = text.find(closing, at);
    if (end == std::string::npos) break;
    words.push_back(text.substr(at, end - at));
    at = end + closing.size();
  }
  return words;
}

// The words in the first column of the tables in the text.
Words first_column(const std::string& text) {
  Words words;
  for (const std::string& cell : words_between(text, "\n| ", " |")) {
    for (std::string& word : words_between(cell, "`", "`")) words.push_back(std::move(word));
  }
  return words;
}

template <std::size_t size>
Words words_of(const std::array<std::string_view, size>& names) {
  Words words;
  for (const std::string_view name : names) {
    if (!name.empty()) words.emplace_back(name);
  }
  return words;
}

Words sorted(Words words) {
  std::sort(words.begin(), words.end());
  return words;
}

Words without_copies(Words words) {
  words = sorted(std::move(words));
  words.erase(std::unique(words.begin(), words.end()), words.end());
  return words;
}

}  // namespace

TEST_CASE("verdicts page: a row for each verdict, state and qualifier, in the order of the code") {
  const std::string beginning = page().substr(0, page().find("\n## "));
  CHECK(first_column(beginning) == words_of(kVerdictNames));
  CHECK(first_column(section("State")) == words_of(kFlowStateNames));
  CHECK(first_column(section("Qualifiers")) == words_of(kQualifierNames));
}

TEST_CASE("verdicts page: each reason is in bold once, and nothing else is") {
  CHECK(sorted(words_between(page(), "**`", "`**")) == sorted(words_of(kReasonNames)));
}

TEST_CASE("verdicts page: each basis of a direction has an item of a list, except for contested ones") {
  Words listed;
  std::istringstream lines(section("Direction"));
  for (std::string line; std::getline(lines, line);) {
    if (line.find(". `") == 1) listed.push_back(words_between(line, "`", "`").front());
  }
  listed.emplace_back(name(DirectionBasis::contested));
  CHECK(without_copies(listed) == without_copies(words_of(kDirectionBasisNames)));
}

TEST_CASE("verdicts page: each transport that has a name is in the table") {
  Words named = words_of(kTransportWords);
  named.emplace_back("ip-N");
  CHECK(sorted(first_column(section("Transports"))) == sorted(named));
}

}  // namespace portproof::test
