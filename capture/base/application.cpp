#include "capture/base/application.hpp"

#include <algorithm>
#include <array>

#include "capture/base/applications.hpp"

namespace portproof {
namespace {

static_assert(kApplications.size() <= kMostApplications);

constexpr std::size_t index(Application application) {
  return static_cast<std::size_t>(application);
}

constexpr bool rows_follow_the_enum() {
  for (std::size_t row = 0; row < kApplications.size(); ++row) {
    if (index(kApplications[row].id) != row) return false;
  }
  return true;
}
static_assert(rows_follow_the_enum());

constexpr auto kNames = [] {
  std::array<std::string_view, kApplications.size()> names;
  for (std::size_t row = 0; row < names.size(); ++row) names[row] = kApplications[row].name;
  return names;
}();

// The answers of may_belong_to, a bit for each application.
constexpr auto kOwners = [] {
  std::array<std::uint64_t, kApplications.size()> owners{};
  for (std::size_t row = 0; row < owners.size(); ++row) {
    owners[row] |= std::uint64_t{1} << row;
    const Application other = kApplications[row].also_seen_as;
    if (is_identified(other)) owners[index(other)] |= std::uint64_t{1} << row;
  }
  return owners;
}();

const ApplicationFacts& facts(Application application) {
  return kApplications[index(application)];
}

}  // namespace

std::string_view name(Application application) {
  return kNames[index(application)];
}

std::optional<Application> parse_application(std::string_view name) {
  const auto* const found = std::find(kNames.begin(), kNames.end(), name);
  if (found == kNames.end()) return std::nullopt;
  return static_cast<Application>(found - kNames.begin());
}

std::span<const std::string_view> application_names() {
  return kNames;
}

bool is_citrix_protocol(Application application) {
  return facts(application).citrix;
}

bool is_encrypted(Application application) {
  return facts(application).encrypted;
}

bool is_web(Application application) {
  return facts(application).web;
}

bool needs_no_answer(Application application) {
  return facts(application).needs_no_answer;
}

ApplicationSet may_belong_to(Application spoken) {
  return kOwners[index(spoken)];
}

}  // namespace portproof
