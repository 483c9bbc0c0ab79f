#include "classify/name_index.hpp"

#include <doctest/doctest.h>

namespace portproof::test {
namespace {

std::vector<std::uint32_t> owners(const NameIndex& index, std::string_view name) {
  std::vector<std::uint32_t> owners;
  for (const auto& match : index.matches(name)) owners.push_back(match.owner);
  return owners;
}

}  // namespace

TEST_CASE("name index: finds every matching pattern, in order") {
  NameIndex index;
  index.add("*.nssvc.net", 0);
  index.add("*.c.nssvc.net", 1);
  index.add("a.c.NSSVC.net.", 2);
  index.add("foo.*.net", 3);
  index.add("*", 4);
  index.add("localhost", 5);
  CHECK(owners(index, "a.c.nssvc.net") == std::vector<std::uint32_t>{0, 1, 2, 4});
  CHECK(owners(index, "A.B.NsSvc.Net.") == std::vector<std::uint32_t>{0, 4});
  CHECK(owners(index, "foo.bar.net") == std::vector<std::uint32_t>{3, 4});
  CHECK(owners(index, "localhost") == std::vector<std::uint32_t>{4, 5});
  CHECK(owners(index, "nssvc.net") == std::vector<std::uint32_t>{4});
  CHECK(owners(index, "").empty());
}

TEST_CASE("name index: a domain is shared if its pattern is as wide as the provider's") {
  CHECK(is_shared_domain("*.servicebus.windows.net", "abc.servicebus.windows.net"));
  CHECK(is_shared_domain("*.windows.net", "abc.blob.core.windows.net"));
  CHECK(is_shared_domain("s3.amazonaws.com", "s3.amazonaws.com"));
  CHECK(is_shared_domain("*.azureedge.net", "x.azureedge.net"));
  CHECK(is_shared_domain("*.cloudapp.net", "x.cloudapp.net"));
  CHECK(is_shared_domain("*.ShareFile.com", "x.sharefile.com"));
  // A single name under it belongs to one customer.
  CHECK_FALSE(is_shared_domain("ours.blob.core.windows.net", "ours.blob.core.windows.net"));
  CHECK_FALSE(is_shared_domain("*.windows.net", "abc.other.windows.net"));
  CHECK_FALSE(is_shared_domain("*.nssvc.net", "a.nssvc.net"));
}

}  // namespace portproof::test
