#include "capture/base/applications.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <initializer_list>
#include <iterator>
#include <set>
#include <string>
#include <tuple>

using namespace portproof;

namespace {

bool is_asked(Application application, std::uint8_t protocol) {
  return std::any_of(kRecognitionOrder.begin(), kRecognitionOrder.end(), [&](const Asked& asked) {
    return asked.application == application && asked.protocol == protocol;
  });
}

std::string transports_of(Application application) {
  const bool tcp = is_asked(application, kProtocolTcp);
  const bool udp = is_asked(application, kProtocolUdp);
  return std::string{tcp ? "TCP" : ""} + (tcp && udp ? ", " : "") + (udp ? "UDP" : "");
}

constexpr std::array<std::string_view, 3> kHeadings{"### By a public specification\n",
                                                    "### From captures and scanners\n", "### By ranges\n"};
constexpr std::string_view kHead = "| application | over | recognised by | sent by | source |\n";

// A row of a table in the manual.
std::string row(std::initializer_list<std::string_view> cells) {
  std::string line = "|";
  for (const std::string_view cell : cells) line.append(cell.empty() ? "" : " ").append(cell).append(" |");
  return line + '\n';
}

// The applications of one basis, as the manual lists them.
std::string manual_table(Basis basis) {
  std::string table{kHead};
  table += "| --- | --- | --- | --- | --- |\n";
  for (const ApplicationFacts& facts : kApplications) {
    if (!is_identified(facts.id) || facts.basis != basis) continue;
    table += row({'`' + std::string{facts.name} + '`', transports_of(facts.id), facts.recognised_by,
                  facts.sent_by, facts.source});
  }
  return table;
}

bool writes_anew() {
  const char* const wanted = std::getenv("PORTPROOF_UPDATE_GOLDEN");
  return wanted != nullptr && std::string_view{wanted} == "1";
}

}  // namespace

TEST_CASE("the names of applications are single words, and unique") {
  constexpr std::string_view kLetters = "abcdefghijklmnopqrstuvwxyz0123456789-";
  std::set<std::string_view> names;
  for (const ApplicationFacts& facts : kApplications) {
    CAPTURE(facts.name);
    CHECK(facts.name.find_first_not_of(kLetters) == std::string_view::npos);
    CHECK((facts.name.front() >= 'a' && facts.name.front() <= 'z'));
    CHECK(names.insert(facts.name).second);
    CHECK(parse_application(facts.name) == facts.id);
    CHECK(name(facts.id) == facts.name);
  }
  CHECK_FALSE(parse_application("").has_value());
  CHECK_FALSE(parse_application("TLS").has_value());
}

TEST_CASE("every recognised application says how, and by which document") {
  for (const ApplicationFacts& facts : kApplications) {
    CAPTURE(facts.name);
    const bool recognised = is_asked(facts.id, kProtocolTcp) || is_asked(facts.id, kProtocolUdp);
    CHECK(recognised == !facts.sent_by.empty());
    CHECK(is_identified(facts.id) == !facts.recognised_by.empty());
    CHECK(is_identified(facts.id) == !facts.source.empty());
  }
}

TEST_CASE("no recogniser runs twice") {
  std::set<std::tuple<Application, std::uint8_t, Look>> asked;
  for (const Asked& one : kRecognitionOrder) {
    CAPTURE(name(one.application));
    CHECK(asked.insert({one.application, one.protocol, one.look}).second);
  }
}

TEST_CASE("questions about applications, answered by the table") {
  CHECK(is_citrix_protocol(Application::netscaler_mep));
  CHECK_FALSE(is_citrix_protocol(Application::flexlm));
  CHECK(is_encrypted(Application::ssh));
  CHECK_FALSE(is_encrypted(Application::http));
  CHECK(is_web(Application::quic));
  CHECK_FALSE(is_web(Application::dtls));
  CHECK(needs_no_answer(Application::syslog));
  CHECK_FALSE(needs_no_answer(Application::dns));
  const ApplicationSet owners = may_belong_to(Application::smb);
  CHECK(owners.count() == 2);
  CHECK(owners.test(static_cast<std::size_t>(Application::netbios_session)));
  CHECK(may_belong_to(kUnknownApplication).count() == 1);
}

// With PORTPROOF_UPDATE_GOLDEN=1 in the environment, it rewrites the tables.
TEST_CASE("the manual has the tables of applications, word for word") {
  const std::string path = PORTPROOF_SOURCE_DIR "/docs/reference/identification.md";
  std::ifstream manual(path);
  std::string page{std::istreambuf_iterator<char>(manual), {}};
  for (const Basis basis : {Basis::standard, Basis::observed, Basis::ranges}) {
    const std::string_view heading = kHeadings[static_cast<std::size_t>(basis)];
    CAPTURE(heading);
    const std::size_t begin = page.find(kHead, page.find(heading));
    REQUIRE(begin != std::string::npos);
    const std::size_t size = page.find("\n\n", begin) + 1 - begin;
    const std::string table = manual_table(basis);
    if (writes_anew()) {
      page.replace(begin, size, table);
    } else {
      CHECK(page.substr(begin, size) == table);
    }
  }
  if (writes_anew()) std::ofstream(path) << page;
}
