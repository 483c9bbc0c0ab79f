#include "app/command/arguments.hpp"

#include <doctest/doctest.h>

using namespace portproof;

namespace {

const std::vector<Option> kOptions{
    {"inventory", 'I', {ValueKind::text, "FILE"}, "a file", OptionGroup::estate, {CommandId::audit}},
    {"with", 0, {ValueKind::texts, "NAME"}, "names", OptionGroup::estate, {CommandId::audit}},
    {"threads",
     0,
     {ValueKind::number, "N", OptionValue(std::int64_t{4}), NumberRange{1, 8}},
     "a number",
     OptionGroup::input,
     {CommandId::audit}},
    {"seed", 0, {ValueKind::seed, "N"}, "a seed", OptionGroup::flows, {CommandId::audit}},
    {"share", 0, {ValueKind::decimal, "N"}, "a share", OptionGroup::flows, {CommandId::audit}},
    {"no-hash", 0, {}, "a flag", OptionGroup::input, {CommandId::audit}},
};

Expected<Arguments> parse(const std::vector<std::string>& words) {
  std::vector<const Option*> options;
  for (const Option& option : kOptions) options.push_back(&option);
  return parse_arguments("audit", options, words);
}

std::string fault(const std::vector<std::string>& words) {
  const auto parsed = parse(words);
  REQUIRE(!parsed);
  CHECK(parsed.error().kind == ErrorKind::usage);
  return parsed.error().what;
}

using Words = std::vector<std::string>;

}  // namespace

TEST_CASE("arguments: options in any of their forms, and words between them") {
  const auto parsed = parse({"a.pcap", "-I", "estate.toml", "--with=x", "--with", "y", "b.pcap", "--no-hash",
                             "--seed", "18446744073709551615", "--", "--threads"});
  REQUIRE(parsed);
  CHECK(parsed->words() == Words{"a.pcap", "b.pcap", "--threads"});
  CHECK(parsed->text("inventory") == "estate.toml");
  CHECK(parsed->get<Words>("with") == Words{"x", "y"});
  CHECK(parsed->get<bool>("no-hash"));
  CHECK(parsed->get<std::uint64_t>("seed") == 18'446'744'073'709'551'615U);
  CHECK(parsed->given().size() == 12);
}

TEST_CASE("arguments: what was not given has its preset, or is not there; a flag is false") {
  const auto parsed = parse({});
  REQUIRE(parsed);
  CHECK(parsed->words().empty());
  CHECK(parsed->size("threads") == 4);
  CHECK(!parsed->has("inventory"));
  CHECK(parsed->text("inventory").empty());
  CHECK(!parsed->has("with"));
  CHECK(!parsed->get<bool>("no-hash"));
}

TEST_CASE("arguments: what does not fit is named") {
  CHECK(fault({"--threads", "9"}) == "--threads takes a number from 1 to 8, not \"9\"");
  CHECK(fault({"--threads", "0"}) == "--threads takes a number from 1 to 8, not \"0\"");
  for (const char* text : {"many", "4x", " 4", "", "4.0", "99999999999999999999"}) {
    CAPTURE(text);
    CHECK(fault({std::string("--threads=") + text}).find("--threads ") == 0);
  }
  CHECK(fault({"--threads", "many"}) == "--threads takes a number from 1 to 8, not \"many\"");
  CHECK(fault({"--seed", "0x10"}) == "--seed takes a whole number, not \"0x10\"");
  CHECK(fault({"--seed", "18446744073709551616"}).find("a whole number") != std::string::npos);
  for (const char* text : {"half", "nan", "inf", "0.5s"}) {
    CHECK(fault({"--share", text}) == "--share takes a number, not \"" + std::string(text) + "\"");
  }
  CHECK(parse({"--share", "0.5"})->get<double>("share") == 0.5);
  CHECK(fault({"--thread", "4"}) ==
        "unknown option '--thread' for 'audit'; did you mean '--threads'? ('portproof help audit' lists the "
        "options)");
  CHECK(fault({"-I"}) ==
        "--inventory needs a value: -I, --inventory FILE ('portproof help audit' says more)");
  CHECK(fault({"-I", "a", "-I", "b"}) ==
        "--inventory is given more than once ('portproof help audit' says more)");
  CHECK(fault({"--no-hash=yes"}) == "--no-hash takes no value ('portproof help audit' says more)");
  CHECK(parse({"--threads", "8"}));
}
