// Reads hints from a host's names: people like to name a server after its role. Only a hint, for roles that
// traffic supports as well.
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

  // Roles whose id or alias is a word in the first label of one of the names: "vcenter01.example.net". Digits
  // at the end of a word do not count, nor do words that are too general ("users").
  [[nodiscard]] RoleSet of(const std::vector<std::string>& names) const;

 private:
  std::map<std::string, RoleId, std::less<>> words_;
};

}  // namespace portproof
