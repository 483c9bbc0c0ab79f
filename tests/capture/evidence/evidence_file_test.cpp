#include "capture/evidence/evidence_file.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <fstream>
#include <random>
#include <sstream>

#include "capture/evidence/evidence_file_lines.hpp"
#include "capture/evidence/settle.hpp"
#include "capture/observe/observe.hpp"
#include "tests/capture/evidence/random_evidence.hpp"
#include "tests/support/memory_source.hpp"
#include "tests/support/packet_builder.hpp"

using namespace portproof;
using namespace portproof::test;
using namespace std::string_literals;

namespace {

std::string written(const Evidence& evidence) {
  std::ostringstream out;
  write_evidence(evidence, out);
  return out.str();
}

Expected<Evidence> read(const std::string& text) {
  std::istringstream in(text);
  return read_evidence(in, "x.evidence");
}

// The same lines with a matching last line: what a forger would write.
std::string sealed(const std::vector<std::string>& lines) {
  evidence_file::LineHash hash;
  std::string text;
  for (const std::string& line : lines) {
    hash.add_line(line);
    text += line + '\n';
  }
  return text + evidence_file::make_end_line(lines.size() + 1, hash.hex()) + '\n';
}

// All lines except the last.
std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  lines.pop_back();
  return lines;
}

std::string replaced(std::string text, const std::string& what, const std::string& with) {
  const std::size_t at = text.find(what);
  REQUIRE(at != std::string::npos);
  return text.replace(at, what.size(), with);
}

}  // namespace

TEST_CASE("evidence survives being written and read back, byte for byte") {
  for (std::uint32_t seed = 0; seed < 100; ++seed) {
    CAPTURE(seed);
    const Evidence evidence = RandomEvidence(seed).make();
    const std::string text = written(evidence);
    const auto back = read(text);
    if (!back) FAIL(message(back.error()));
    REQUIRE(*back == evidence);
    REQUIRE(written(*back) == text);
  }
}

TEST_CASE("evidence of nothing") {
  const auto back = read(written(Evidence{}));
  REQUIRE(back);
  CHECK(*back == Evidence{});
}

TEST_CASE("extreme times and counts survive") {
  Evidence evidence;
  Input input;
  input.path = "a \"path\"\n\x7f";
  input.first = Timestamp::earliest();
  input.last = Timestamp::latest();
  input.bytes = std::numeric_limits<std::int64_t>::max();
  evidence.inputs.push_back(input);
  const auto back = read(written(evidence));
  REQUIRE(back);
  CHECK(*back == evidence);
}

TEST_CASE("a path that is not UTF-8 is written as faithfully as possible") {
  Evidence evidence;
  evidence.inputs.resize(1);
  evidence.inputs[0].path = "caf\xe9.pcap";
  const std::string text = written(evidence);
  const auto back = read(text);
  REQUIRE(back);
  CHECK(back->inputs[0].path == "caf\xef\xbf\xbd.pcap");
  CHECK(written(*back) == text);
}

TEST_CASE("a file cut at any byte is an error with its line") {
  const std::string text = written(RandomEvidence(4).make(4));
  for (std::size_t size = 0; size < text.size(); ++size) {
    CAPTURE(size);
    const auto back = read(text.substr(0, size));
    REQUIRE_FALSE(back);
    REQUIRE(back.error().kind == ErrorKind::bad_data);
    REQUIRE(back.error().where.starts_with("x.evidence:"));
  }
}

TEST_CASE("a file with any byte changed, or with bytes after its end, is an error") {
  const std::string text = written(RandomEvidence(4).make(4));
  std::mt19937 random(9);
  for (std::size_t at = 0; at < text.size(); ++at) {
    CAPTURE(at);
    std::string changed = text;
    changed[at] = static_cast<char>(changed[at] ^ (1U << (random() % 8)));
    const auto back = read(changed);
    REQUIRE_FALSE(back);
    REQUIRE(back.error().kind == ErrorKind::bad_data);
  }
  CHECK_FALSE(read(text + "\n"));
  CHECK_FALSE(read(text + text));
}

TEST_CASE("an input keeps the filter that the kernel applied") {
  Evidence evidence = RandomEvidence(4).make(4);
  for (Input& input : evidence.inputs) input.kernel_filter.clear();
  const std::string without = written(evidence);
  CHECK(without.find("kernel_filter") == std::string::npos);
  evidence.inputs[0].kernel_filter = "not port 3260";
  const auto back = read(written(evidence));
  REQUIRE(back);
  CHECK(*back == evidence);
  std::vector<std::string> lines = lines_of(written(evidence));
  lines[1] = replaced(lines[1], "\"kernel_filter\":\"not port 3260\"", "\"kernel_filter\":\"\"");
  CHECK_FALSE(read(sealed(lines)));
}

namespace {

Evidence evidence_with_stations() {
  for (std::uint32_t seed = 1;; ++seed) {
    Evidence evidence = RandomEvidence(seed).make(4);
    if (!evidence.stations.empty()) return evidence;
  }
}

}  // namespace

TEST_CASE("what flows turned to is kept, and must be applications") {
  Evidence evidence;
  evidence.inputs.push_back(RandomEvidence(4).make(4).inputs[0]);
  ConversationKey key;
  key.protocol = kProtocolTcp;
  key.application = application("ica");
  ConversationFacts& facts = evidence.conversations[key];
  facts.first = facts.last = kStart;
  facts.sessions = facts.flows = 1;
  facts.packets = evidence.inputs[0].accounting.in_flows;
  facts.later_applications.set(static_cast<std::size_t>(application("ssh")));
  facts.later_applications.set(static_cast<std::size_t>(application("http")));
  LooseFlow flow;
  flow.key.protocol = kProtocolTcp;
  flow.facts.first = flow.facts.last = kStart;
  flow.facts.banners.set(static_cast<std::size_t>(application("ssh")));
  evidence.loose.push_back(flow.key, flow.facts, flow.name);
  const auto back = read(written(evidence));
  REQUIRE(back);
  CHECK(*back == evidence);

  const std::vector<std::string> lines = lines_of(written(evidence));
  const auto with = [&lines](std::size_t line, const std::string& what, const std::string& instead) {
    std::vector<std::string> changed = lines;
    changed[line] = replaced(changed[line], what, instead);
    return sealed(changed);
  };
  CHECK(read(with(2, "\"http\",\"ssh\"", "\"ssh\"")));
  CHECK_FALSE(read(with(2, "\"http\",\"ssh\"", "\"ssh\",\"http\"")));
  CHECK_FALSE(read(with(2, "\"http\",\"ssh\"", "\"ica\",\"ssh\"")));
  CHECK_FALSE(read(with(2, "\"http\",\"ssh\"", "\"unknown\",\"ssh\"")));
  CHECK_FALSE(read(with(2, "\"http\",\"ssh\"", "")));
  CHECK_FALSE(read(with(2, "\"ica\"", "\"unknown\"")));
  CHECK(read(with(3, "\"banners\":[\"ssh\"],", "")));
  CHECK_FALSE(read(with(3, "\"banners\":[\"ssh\"]", "\"banners\":[\"shell\"]")));
}

TEST_CASE("an input keeps what was not read, and it adds up") {
  Evidence evidence = RandomEvidence(4).make(4);
  Input& input = evidence.inputs[0];
  input.gaps.snapped_headers = 2;
  input.gaps.undecoded = 9;
  input.unread = {{UnreadKind::sliced_headers, std::nullopt, 2, 1},
                  {UnreadKind::unknown_ethertype, std::nullopt, 1, 4},
                  {UnreadKind::unknown_ethertype, 0x9200, 8, 3}};
  const auto back = read(written(evidence));
  REQUIRE(back);
  CHECK(*back == evidence);
  const std::vector<std::string> lines = lines_of(written(evidence));
  const std::string first = R"({"kind":"sliced-headers","count":2,"first_frame":1})";
  const std::string numbered = R"({"kind":"unknown-ethertype","number":37376,"count":8,"first_frame":3})";
  const std::vector<std::pair<std::string, std::string>> changes{
      {first, R"({"kind":"sliced-headers","count":3,"first_frame":1})"},
      {first, R"({"kind":"sliced-headers","number":1,"count":2,"first_frame":1})"},
      {first, R"({"kind":"none","count":2,"first_frame":1})"},
      {first + ",", ""},
      {numbered, R"({"kind":"unknown-ethertype","number":37376,"count":0,"first_frame":3})"},
      {numbered, R"({"kind":"unknown-ethertype","number":4294967296,"count":8,"first_frame":3})"},
      {numbered, R"({"kind":"layer-depth","count":8,"first_frame":3})"},
      {numbered, "7"},
      {R"("unread":[)" + first, R"("unread":[)" + first + "," + first},
  };
  for (const auto& [from, to] : changes) {
    CAPTURE(from);
    CAPTURE(to);
    std::vector<std::string> changed = lines;
    changed[1] = replaced(changed[1], from, to);
    CHECK_FALSE(read(sealed(changed)));
  }
}

TEST_CASE("a correctly sealed file that cannot be right") {
  const std::vector<std::string> lines = lines_of(written(evidence_with_stations()));
  REQUIRE(read(sealed(lines)));
  const auto index_of = [&lines](const std::string& type) {
    for (std::size_t at = 0; at < lines.size(); ++at) {
      if (lines[at].starts_with("{\"type\":\"" + type)) return at;
    }
    FAIL("no such line");
    return std::size_t{0};
  };
  const std::size_t conversation = index_of("conversation");
  const std::size_t loose = index_of("loose");
  const std::size_t station = index_of("station");
  struct Change {
    std::size_t line;
    std::string what;
    std::string with;
  };
  const std::vector<Change> changes{
      {0, "portproof-evidence/1", "portproof-evidence/2"},
      {0, "\"tcp\":", "\"tcp\":0.5,\"x\":"},
      {1, "\"frames\":10", "\"frames\":11"},
      {1, "\"frames\":10", "\"frames\":-1"},
      {1, "\"frames\":10", "\"frames\":1e1"},
      {1, "\"frames\":10", "\"frames\":99999999999999999999"},
      {1, "\"frames\":10", "\"frames\":\"10\""},
      {1, "\"frames\":10,", ""},
      {1, "\"link_types\":[1,", "\"link_types\":[70000,"},
      {1, "\"type\":\"input\"", "\"type\":\"output\""},
      {1, "\"gaps\":{", "\"gaps\":{\"more\":1,"},
      {1, "\"format\":\"pcap\"", "\"format\":\"pcap\",\"format\":\"pcap\""},
      {conversation, "\"protocol\":", "\"protocol\":47,\"x\":"},
      {conversation, "\"input\":", "\"input\":9,\"x\":"},
      {conversation, "\"initiator\":\"", "\"initiator\":\"x"},
      {conversation, "\"application\":\"", "\"application\":\"x"},
      {conversation, "\"basis\":\"", "\"basis\":\"x"},
      {conversation, "\"answered\":", "\"answered\":1,\"x\":"},
      {conversation, "{", " {"},
      {conversation, "{", "["},
      {loose, "\"input\":", "\"input\":9,\"x\":"},
      {loose, "\"did\":[", "\"did\":[\"x\","},
      {loose, "\"examined\":", "\"examined\":9,\"x\":"},
      {loose, "\"first_sender\":\"", "\"first_sender\":\"x"},
      {station, "\"mac\":\"0", "\"mac\":\"x"},
      {station, "\"vlans\":", "\"vlans\":16777216,\"x\":"},
      {station, "\"last\":", "\"last\":0,\"x\":"},
  };
  for (const Change& change : changes) {
    CAPTURE(change.what);
    CAPTURE(change.with);
    std::vector<std::string> changed = lines;
    changed[change.line] = replaced(changed[change.line], change.what, change.with);
    const auto back = read(sealed(changed));
    REQUIRE_FALSE(back);
    CHECK(back.error().kind == ErrorKind::bad_data);
    CHECK(back.error().where == "x.evidence:" + std::to_string(change.line + 1));
  }
}

TEST_CASE("a file that disagrees with its own sums, and says which") {
  std::vector<std::string> lines;
  const auto index_of = [&lines](const std::string& type) {
    std::size_t at = 0;
    while (at < lines.size() && !lines[at].starts_with("{\"type\":\"" + type)) ++at;
    return at;
  };
  const std::vector<std::string> types{"conversation", "loose", "attempts", "protocol"};
  // And an input without `unread`, whose sums would be compared first.
  const auto has_all = [&] {
    return lines.at(1).find("\"unread\"") == std::string::npos &&
           std::all_of(types.begin(), types.end(),
                       [&](const std::string& type) { return index_of(type) < lines.size(); });
  };
  for (std::uint32_t seed = 0; seed == 0 || !has_all(); ++seed) {
    lines = lines_of(written(RandomEvidence(seed).make(8)));
  }
  REQUIRE(read(sealed(lines)));
  const auto says = [](const std::vector<std::string>& changed, const std::string& what) {
    const auto back = read(sealed(changed));
    REQUIRE_FALSE(back);
    CHECK(back.error().kind == ErrorKind::bad_data);
    CAPTURE(back.error().what);
    CHECK(back.error().what.find(what) != std::string::npos);
  };
  // What somebody would do who wants to hide a conversation, and what shows it.
  for (const std::string& type : types) {
    CAPTURE(type);
    auto without = lines;
    without.erase(without.begin() + static_cast<std::ptrdiff_t>(index_of(type)));
    says(without, "packets in flows, but the lines after them add up to");
  }
  const auto changed_at = [&](std::size_t line, const std::string& what, const std::string& with) {
    auto changed = lines;
    changed[line] = replaced(changed[line], what, with);
    return changed;
  };
  const std::size_t conversation = index_of("conversation");
  says(changed_at(conversation, "\"packets\":", "\"packets\":1"), "packets in flows");
  says(changed_at(conversation, "\"bytes\":", "\"bytes\":99999999"), "bytes");
  says(changed_at(conversation, "\"missed_bytes\":0", "\"missed_bytes\":99"), "missed bytes");
  says(changed_at(conversation, "\"flows\":", "\"flows\":999"), "do not make");
  const std::string input =
      replaced(lines[1], "\"snapped_headers\":3,\"undecoded\":4", "\"snapped_headers\":2,\"undecoded\":0");
  says(changed_at(1, lines[1], input), "3 frames were rejected");
  auto more = lines;
  more.push_back(R"({"type":"limit","limit":"names","hits":7})");
  says(more, "limits that were hit");
}

TEST_CASE("evidence of all kinds of frames agrees with its own sums") {
  MemorySource source;
  const std::string listed = "10.0.0.1";
  const std::string other = "10.0.0.2";
  for (std::uint16_t port = 1; port < 40; ++port) {
    source.add(Eth().ipv4(listed, other).tcp(port, 1494, kTcpSyn));
    source.add(Eth().ipv4(other, listed).tcp(1494, port, kTcpSyn | kTcpAck));
    source.add(Eth().ipv4(listed, other).tcp(port, 1494, kTcpAck).seq(port).payload("data"));
    source.add(Eth().ipv4(listed, other).ipv4("10.1.0.1", "10.1.0.2").udp(port, 53).payload("?"));
    source.add(Eth().ipv4(listed, other).ipv6("fd20::1", "fd20::2").tcp(port, 80, kTcpSyn));
    source.add(Eth().ipv4(listed, other).udp(port, 4789).payload("no tunnel after all"));
    source.add(Eth().ipv4(listed, other).fragment(0, true, port).udp(port, 500).payload("first"));
    source.add(Eth().ipv4(listed, other).fragment(64, false, port).payload("later"));
    source.add(Eth().ipv4(listed, other).protocol(static_cast<std::uint8_t>(200 + port)).payload("odd"));
    source.add(Eth().ipv4(listed, other).echo_request(port));
    source.add(Eth().ipv4(listed, other).icmp(13, 0));
    source.add(Eth().ipv4(other, listed).unreachable(3, Ip().ipv4(listed, other).udp(port, 9)));
    source.add(Eth().arp(listed, other));
    source.add(Eth().ipv4(listed, other).ip_version(7).udp(port, 9));
    source.add(Eth().ipv4(listed, other).tcp(port, 80, kTcpSyn).cut(36));
  }
  const Evidence evidence = observe(source, {});
  const auto back = read(written(evidence));
  if (!back) FAIL(message(back.error()));
  CHECK(*back == evidence);
}

TEST_CASE("lines that are out of order, repeated, too long or of another kind") {
  const std::vector<std::string> lines = lines_of(written(RandomEvidence(4).make(4)));
  auto swapped = lines;
  std::swap(swapped[4], swapped[5]);
  CHECK_FALSE(read(sealed(swapped)));
  auto doubled = lines;
  doubled.insert(doubled.begin() + 5, doubled[5]);
  CHECK_FALSE(read(sealed(doubled)));
  auto two_heads = lines;
  two_heads.insert(two_heads.begin(), lines[0]);
  CHECK_FALSE(read(sealed(two_heads)));
  auto headless = lines;
  headless.erase(headless.begin());
  CHECK_FALSE(read(sealed(headless)));
  auto padded = lines;
  padded[1] += std::string(2 << 20, ' ');
  CHECK_FALSE(read(sealed(padded)));
  auto nested = lines;
  nested[1] = std::string(500'000, '[');
  CHECK_FALSE(read(sealed(nested)));
  auto empty = lines;
  empty[1].clear();
  CHECK_FALSE(read(sealed(empty)));
  CHECK_FALSE(read(sealed({})));
  CHECK_FALSE(read("\xd4\xc3\xb2\xa1\x02\x00\x04"s));
}

TEST_CASE("limits are known, were hit, and stand in order") {
  const auto with_limits = [](const std::vector<std::string>& limits) {
    std::vector<std::string> lines = lines_of(written(Evidence{}));
    for (const std::string& limit : limits) lines.push_back("{\"type\":\"limit\"," + limit + "}");
    return read(sealed(lines));
  };
  const std::string flows = R"("limit":"flows","hits":3)";
  const std::string names = R"("limit":"dns-names","hits":1)";
  const auto both = with_limits({names, flows});
  REQUIRE(both);
  CHECK(both->limits_hit[Limit::flows] == 3);
  CHECK(both->limits_hit[Limit::dns_names] == 1);
  CHECK_FALSE(with_limits({flows, names}));
  CHECK_FALSE(with_limits({flows, flows}));
  CHECK_FALSE(with_limits({R"("limit":"flow","hits":3)"}));
  CHECK_FALSE(with_limits({R"("limit":"flows","hits":0)"}));
}

TEST_CASE("the example in the documentation is evidence") {
  std::ifstream file(PORTPROOF_SOURCE_DIR "/docs/reference/evidence.md");
  REQUIRE(file);
  std::string example;
  bool inside = false;
  for (std::string line; std::getline(file, line);) {
    if (line == "```ndjson" || (inside && line == "```")) {
      inside = !inside;
    } else if (inside) {
      example += line + '\n';
    }
  }
  const auto evidence = read(example);
  if (!evidence) FAIL(message(evidence.error()));
  CHECK(evidence->inputs.size() == 1);
  CHECK(evidence->conversations.size() == 1);
  CHECK(evidence->loose.size() == 1);
  CHECK(evidence->names.size() == 1);
  CHECK(settled_conversations(*evidence, no_oracle).size() == 2);
}
