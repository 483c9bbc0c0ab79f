#include "app/command/known_inputs.hpp"

#include <doctest/doctest.h>

using namespace portproof;

namespace {

using Share = KnownInputs::Share;

Input hashed(const std::string& path, const std::string& sha256) {
  Input input;
  input.path = path;
  input.sha256 = sha256;
  input.accounting.frames = 5;
  return input;
}

}  // namespace

TEST_CASE("known inputs: an input with a hash is known under any path, whatever its gaps") {
  const KnownInputs known({hashed("a.pcap", "11"), hashed("b.pcap", "22")});
  Input renamed = hashed("renamed.pcap", "11");
  renamed.gaps.one_way = 3;
  CHECK(known.hold(renamed));
  CHECK_FALSE(known.hold(hashed("a.pcap", "33")));
  // A member of an archive has the archive's hash, and its own frames.
  Input member = hashed("a.pcap", "11");
  member.accounting.frames = 6;
  CHECK_FALSE(known.hold(member));
  // Another part of the same capture.
  Input filtered = hashed("a.pcap", "11");
  filtered.filter = "udp";
  CHECK_FALSE(known.hold(filtered));
}

TEST_CASE("known inputs: without a hash an input is known by all that it says") {
  const KnownInputs known({hashed("eth1", "")});
  CHECK(known.hold(hashed("eth1", "")));
  CHECK_FALSE(known.hold(hashed("eth2", "")));
  Input later = hashed("eth1", "");
  later.accounting.frames = 9;
  CHECK_FALSE(known.hold(later));
}

TEST_CASE("known inputs: a capture from a file without a hash is doubtful if it looks like a known one") {
  const KnownInputs known({hashed("a.pcap", ""), hashed("b.pcap", "22"), hashed("c.pcap", "")});
  const std::vector<Input> more{hashed("b.pcap", "22"), hashed("d.pcap", ""), hashed("c.pcap", "")};
  REQUIRE(known.first_doubtful(more) != nullptr);
  CHECK(known.first_doubtful(more)->path == "c.pcap");
  CHECK(known.first_doubtful({hashed("b.pcap", "22"), hashed("d.pcap", "")}) == nullptr);
  // A live capture has nothing to hash, and one without frames nothing to lose.
  Input live = hashed("eth1", "");
  live.format = "live";
  CHECK(KnownInputs({live}).first_doubtful({live}) == nullptr);
  Input empty = hashed("a.pcap", "");
  empty.accounting.frames = 0;
  CHECK(KnownInputs({empty}).first_doubtful({empty}) == nullptr);
}

TEST_CASE("known inputs: how many of some are known") {
  const KnownInputs known({hashed("a", "11"), hashed("b", "22")});
  CHECK(known.share_of({}) == Share::none);
  CHECK(known.share_of({hashed("c", "33")}) == Share::none);
  CHECK(known.share_of({hashed("c", "33"), hashed("b", "22")}) == Share::some);
  CHECK(known.share_of({hashed("x", "22"), hashed("y", "11")}) == Share::all);
}
