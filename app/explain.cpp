// portproof explain: how a conversation would be judged, without a packet.
#include <fmt/format.h>

#include <charconv>
#include <ostream>

#include "app/command/command.hpp"
#include "app/command/estate.hpp"
#include "app/command/exit_status.hpp"
#include "app/command/output.hpp"
#include "app/sandbox/file_work.hpp"
#include "catalog/nearest.hpp"
#include "classify/explain.hpp"
#include "report/explain_view.hpp"

namespace portproof {
namespace {

Expected<std::uint16_t> port_of(const std::string& text, Transport transport) {
  unsigned port = 0;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), port);
  const bool number = fault == std::errc{} && end == text.data() + text.size() && port <= 65'535;
  if (!has_ports(transport) && number && port == 0) return std::uint16_t{0};
  if (!number || port == 0) {
    return fail(ErrorKind::usage, fmt::format("a port is a number from 1 to 65535, not '{}'", text));
  }
  return static_cast<std::uint16_t>(port);
}

Expected<ExplainRequest> request_of(const Arguments& arguments) {
  const std::vector<std::string>& words = arguments.words();
  // If the transport has no ports, the fourth word may be left out.
  const auto transport = words.size() < 3 ? std::nullopt : parse_transport(words[2]);
  const bool without_port = words.size() == 3 && transport && !has_ports(*transport);
  if (words.size() != 4 && !without_port) {
    return fail(ErrorKind::usage, "give FROM TO TRANSPORT PORT, as in 'explain gateway-snip vda tcp 1494'");
  }
  ExplainRequest request;
  request.from = words[0];
  request.to = words[1];
  if (!transport) {
    return fail(ErrorKind::usage, fmt::format("a transport is {}, not '{}'", kTransportsToWrite, words[2]));
  }
  request.transport = *transport;
  if (!without_port) {
    const auto port = port_of(words[3], *transport);
    if (!port) return tl::unexpected(port.error());
    request.port = *port;
  }
  if (arguments.has("application")) {
    const auto application = parse_application(arguments.text("application"));
    if (!application) {
      const std::string word = arguments.text("application");
      const std::string hint = did_you_mean(word, application_names());
      return fail(ErrorKind::usage,
                  fmt::format("unknown application {}{}", in_quotes(word),
                              hint.empty() ? "; take the word of a report, such as http, tls or ica" : hint));
    }
    request.application = *application;
  }
  return request;
}

}  // namespace

Expected<int> explain_command(const Arguments& arguments) {
  const auto request = request_of(arguments);
  if (!request) return tl::unexpected(request.error());
  const std::vector<std::string> read = paths_of_estate(arguments);
  if (auto confined = confine({read, {}}); !confined) return tl::unexpected(confined.error());
  const auto estate = estate_of(arguments);
  if (!estate) return tl::unexpected(estate.error());
  const Catalog& catalog = (*estate)->catalog;
  const Inventory* inventory = (*estate)->inventory_or_null();
  const RuleBook book(catalog, inventory);
  const auto explanations = explain(*request, catalog, inventory, book);
  if (!explanations) return tl::unexpected(explanations.error());
  const RoleTable& roles = inventory != nullptr ? inventory->roles : catalog.roles;
  return write_output({},
                      [&](std::ostream& out) {
                        write_explanations(*explanations, catalog, roles, terminal_width(stdout), out);
                      })
      .map([] { return kExitSuccess; });
}

}  // namespace portproof
