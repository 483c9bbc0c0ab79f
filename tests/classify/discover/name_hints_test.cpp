#include "classify/discover/internal/name_hints.hpp"

#include <doctest/doctest.h>

#include "tests/classify/discover/evidence.hpp"

namespace portproof {
namespace {

TEST_CASE("the words of a name are compared with the roles") {
  const RoleTable& roles = test::built_in().roles;
  const NameHints hints(roles);
  const auto of = [&](const char* name) { return roles.ids(hints.of({name})); };
  CHECK(of("vcenter01.example.net") == std::vector<std::string>{"vcenter"});
  CHECK(of("eu-director-2.example.net") == std::vector<std::string>{"director"});
  CHECK(of("license-server.example.net") == std::vector<std::string>{"license-server"});
  CHECK(of("VDA-17") == std::vector<std::string>{"vda"});
  CHECK(of("www.director.example.net").empty());  // the first label alone
  CHECK(of("gateway.example.net").empty());       // many routers have that name, too
  CHECK(of("srv17.example.net").empty());
  CHECK(of("").empty());
}

}  // namespace
}  // namespace portproof
