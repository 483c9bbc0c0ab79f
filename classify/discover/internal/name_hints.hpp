// What a host's own names say: people like to call a server what it is. A hint only, for roles that traffic
// speaks for as well.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "catalog/role.hpp"

namespace portproof {

class NameHints {
 public:
  explicit NameHints(const RoleTable& roles);

  // Roles whose id or alias is a word of the first label of one of the names: "vcenter01.example.net".
  // Digits at a word's end do not count, nor do words that say nothing ("users").
  [[nodiscard]] RoleSet of(const std::vector<std::string>& names) const;

 private:
  std::map<std::string, RoleId, std::less<>> words_;
};

}  // namespace portproof
