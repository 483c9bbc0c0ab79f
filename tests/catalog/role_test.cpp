#include "catalog/role.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace portproof;

namespace {

Role role(std::string id, RoleKind kind = RoleKind::citrix) {
  Role role;
  role.id = std::move(id);
  role.kind = kind;
  return role;
}

// ddc implies sta; gateway is a group of snip and vip; snip implies base, which implies core.
RoleTable table() {
  RoleTable table;
  Role ddc = role("ddc");
  ddc.aliases = {"controller"};
  ddc.implies = {"sta"};
  Role snip = role("snip");
  snip.implies = {"base"};
  Role base = role("base");
  base.implies = {"core"};
  Role gateway = role("gateway", RoleKind::group);
  gateway.members = {"snip", "vip"};
  for (const Role& each : {ddc, role("sta"), snip, role("vip"), base, role("core"), gateway,
                           role("dns", RoleKind::infrastructure), role("any-citrix", RoleKind::group)}) {
    REQUIRE_FALSE(table.add(each));
  }
  return table;
}

std::vector<std::string> named(const RoleTable& roles, std::string_view id) {
  return roles.ids(roles.named_by(*roles.find(id)));
}

std::vector<std::string> held(const RoleTable& roles, std::string_view id) {
  return roles.ids(roles.held_by(*roles.find(id)));
}

using Ids = std::vector<std::string>;

}  // namespace

TEST_CASE("roles are found by ID and by alias, whatever the case") {
  const RoleTable roles = table();
  REQUIRE(roles.find("ddc"));
  CHECK(roles.find("controller") == roles.find("ddc"));
  CHECK(roles.at(*roles.find("controller")).id == "ddc");
  CHECK(roles.find("DDC") == roles.find("ddc"));
  CHECK(roles.find("Controller") == roles.find("ddc"));
  CHECK_FALSE(roles.find(""));
}

TEST_CASE("an ID or alias already in use is refused, and nothing is added") {
  RoleTable roles = table();
  const std::size_t before = roles.roles().size();
  CHECK(roles.add(role("vip")) == "there is already a role \"vip\"");
  CHECK(roles.add(role("controller")) == "\"controller\" is already an alias of the role \"ddc\"");
  Role other = role("other");
  other.aliases = {"sta"};
  CHECK(roles.add(other) == "there is already a role \"sta\"");
  other.aliases = {"STA"};
  CHECK(roles.add(other) == "there is already a role \"sta\"");
  CHECK(roles.roles().size() == before);
}

TEST_CASE("a full table takes no more") {
  RoleTable roles;
  for (std::size_t count = 0; count < kMaxRoles; ++count) {
    REQUIRE_FALSE(roles.add(role("role-" + std::to_string(count))));
  }
  CHECK(roles.add(role("one-more")) == "there are more than 256 roles");
  CHECK(roles.of_kind(RoleKind::citrix).size() == kMaxRoles);
}

TEST_CASE("a host holds what its role implies, a rule names the role alone") {
  const RoleTable roles = table();
  CHECK(held(roles, "ddc") == Ids{"ddc", "sta"});
  CHECK(named(roles, "ddc") == Ids{"ddc"});
  CHECK(held(roles, "snip") == Ids{"base", "core", "snip"});
  CHECK(held(roles, "sta") == Ids{"sta"});
}

TEST_CASE("a group stands for its members and is never in a set itself") {
  const RoleTable roles = table();
  CHECK(named(roles, "gateway") == Ids{"snip", "vip"});
  CHECK(held(roles, "gateway") == Ids{"base", "core", "snip", "vip"});
  CHECK(roles.of_kind(RoleKind::group).empty());
}

TEST_CASE("any-citrix is every role of kind citrix, including one that the site added") {
  RoleTable roles = table();
  CHECK(named(roles, kAnyCitrix) == Ids{"base", "core", "ddc", "snip", "sta", "vip"});
  REQUIRE_FALSE(roles.add(role("our-printer-gateway")));
  REQUIRE_FALSE(roles.add(role("our-router", RoleKind::infrastructure)));
  CHECK(named(roles, kAnyCitrix) == Ids{"base", "core", "ddc", "our-printer-gateway", "snip", "sta", "vip"});
}

TEST_CASE("any-cloud is every role of kind cloud, including one that the site added") {
  RoleTable roles = table();
  REQUIRE_FALSE(roles.add(role("any-cloud", RoleKind::group)));
  CHECK(named(roles, kAnyCloud).empty());
  REQUIRE_FALSE(roles.add(role("our-mail-service", RoleKind::cloud)));
  CHECK(named(roles, kAnyCloud) == Ids{"our-mail-service"});
}

TEST_CASE("nested groups are followed, cycles end") {
  RoleTable roles = table();
  Role outer = role("outer", RoleKind::group);
  outer.members = {"gateway", "dns", "outer", "missing"};
  REQUIRE_FALSE(roles.add(outer));
  CHECK(named(roles, "outer") == Ids{"dns", "snip", "vip"});
  Role all = role("all", RoleKind::group);
  all.members = {"any-citrix", "dns"};
  REQUIRE_FALSE(roles.add(all));
  CHECK(named(roles, "all").size() == 7);
  Role ring = role("ring-a");
  ring.implies = {"ring-b"};
  REQUIRE_FALSE(roles.add(ring));
  ring = role("ring-b");
  ring.implies = {"ring-a"};
  REQUIRE_FALSE(roles.add(ring));
  CHECK(held(roles, "ring-a") == Ids{"ring-a", "ring-b"});
}

TEST_CASE("undefined names are reported with their role") {
  RoleTable roles = table();
  CHECK(roles.unresolved().empty());
  Role odd = role("odd");
  odd.implies = {"nobody"};
  REQUIRE_FALSE(roles.add(odd));
  CHECK(roles.unresolved() == Ids{"odd: nobody"});
}

TEST_CASE("the nearest role is given by ID, even if an alias was meant") {
  const RoleTable roles = table();
  CHECK(roles.nearest("gatway") == "gateway");
  CHECK(roles.nearest("contoller") == "ddc");
  CHECK(roles.nearest("elephant").empty());
}

TEST_CASE("kinds parse by name") {
  CHECK(parse_role_kind("cloud") == RoleKind::cloud);
  CHECK(parse_role_kind("group") == RoleKind::group);
  CHECK_FALSE(parse_role_kind("Cloud"));
  CHECK(name(RoleKind::infrastructure) == "infrastructure");
}

TEST_CASE("sets of roles") {
  RoleSet set;
  CHECK(set.empty());
  set.insert(3);
  RoleSet other;
  other.insert(4);
  CHECK_FALSE(set.overlaps(other));
  other.insert(set);
  CHECK(set.overlaps(other));
  CHECK(other.size() == 2);
  other.erase(4);
  CHECK(other == set);
}
