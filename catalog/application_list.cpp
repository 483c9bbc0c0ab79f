#include "catalog/application_list.hpp"

#include <optional>

#include "capture/base/applications.hpp"
#include "catalog/nearest.hpp"

namespace portproof {
namespace {

std::optional<Application> find_application(std::string_view word) {
  if (word == "https" || word == "ldaps") return Application::tls;
  if (word == name(kUnknownApplication)) return std::nullopt;
  return parse_application(word);
}

}  // namespace

ApplicationSet read_application_list(TableReader& reader) {
  ApplicationSet listed;
  for (const PlacedText& placed : reader.texts("application")) {
    if (const auto application = find_application(placed.text)) {
      listed.set(static_cast<std::size_t>(*application));
    } else if (placed.text == name(kUnknownApplication)) {
      reader.refuse(placed, "do not list \"unknown\": unidentified traffic is always accepted");
    } else {
      reader.refuse(placed, "unknown application " + in_quotes(placed.text) +
                                did_you_mean(placed.text, application_names()));
    }
  }
  return listed;
}

}  // namespace portproof
