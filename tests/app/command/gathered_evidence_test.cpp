#include "app/command/gathered_evidence.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace portproof;

namespace {

Evidence evidence_of(const std::string& path) {
  Evidence evidence;
  evidence.inputs.resize(1);
  evidence.inputs[0].path = path;
  return evidence;
}

InputEvidence whole(const std::string& path) {
  InputEvidence input;
  input.evidence = evidence_of(path);
  input.used = true;
  return input;
}

InputEvidence damaged(const std::string& path, bool used) {
  InputEvidence input = whole(path);
  input.used = used;
  input.fault = Error{ErrorKind::bad_data, path + " is damaged", path};
  return input;
}

std::vector<std::string> paths(const Evidence& evidence) {
  std::vector<std::string> all;
  for (const Input& input : evidence.inputs) all.push_back(input.path);
  return all;
}

// What is shown, "(not shown)" where nothing is.
std::vector<std::string> shown(GatheredEvidence& gathered) {
  std::vector<std::string> seen{"(not shown)"};
  const auto look = [&](const Evidence& evidence) -> Expected<void> {
    seen = paths(evidence);
    return {};
  };
  REQUIRE(gathered.show_whole(look).has_value());
  return seen;
}

using Paths = std::vector<std::string>;

}  // namespace

TEST_CASE("gathered evidence: damaged inputs are never shown, and are there in the end") {
  GatheredEvidence gathered({}, kMostAttempts, evidence_of("0"));
  CHECK(shown(gathered) == Paths{"(not shown)"});  // nothing new
  REQUIRE(gathered.add(1, whole("b")).has_value());
  CHECK(shown(gathered) == Paths{"0", "b"});
  REQUIRE(gathered.add(2, damaged("c", true)).has_value());
  CHECK(shown(gathered) == Paths{"(not shown)"});
  REQUIRE(gathered.leave_out_saved(0).has_value());
  REQUIRE(gathered.add(3, whole("d")).has_value());
  CHECK(shown(gathered) == Paths{"0", "b", "d"});
  CHECK(gathered.inputs() == 4);
  CHECK(paths(gathered.take().value()) == Paths{"0", "b", "c", "d"});
}

TEST_CASE("gathered evidence: where nothing could be used, the first input's error is returned") {
  GatheredEvidence gathered({}, kMostAttempts, {});
  REQUIRE(gathered.add(1, damaged("b", false)).has_value());
  REQUIRE(gathered.add(0, damaged("a", false)).has_value());
  const auto all = gathered.take();
  REQUIRE_FALSE(all);
  CHECK(all.error().what == "a is damaged");
}

TEST_CASE("gathered evidence: nothing but other files is an input that is missing") {
  GatheredEvidence gathered({}, kMostAttempts, {});
  REQUIRE(gathered.leave_out_skipped(0, "x.zip").has_value());
  CHECK(gathered.take_skipped() == Paths{"x.zip"});
  const auto all = gathered.take();
  REQUIRE_FALSE(all);
  CHECK(all.error().kind == ErrorKind::input_missing);
}

TEST_CASE("gathered evidence: what an earlier run saved is enough") {
  GatheredEvidence gathered({}, kMostAttempts, evidence_of("a"));
  REQUIRE(gathered.leave_out_saved(0).has_value());
  CHECK(paths(gathered.take().value()) == Paths{"a"});
}
