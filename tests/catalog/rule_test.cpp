#include "catalog/rule.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "tests/support/application.hpp"

using namespace portproof;
using portproof::test::application;

namespace {

Rule rule(std::vector<Transport> transports, std::vector<PortRange> ports) {
  Rule rule;
  for (const Transport transport : transports) rule.transports.set(static_cast<std::size_t>(transport));
  rule.ports = std::move(ports);
  return rule;
}

void expect(Rule& rule, Application application) {
  rule.applications.set(static_cast<std::size_t>(application));
}

}  // namespace

TEST_CASE("ports parse as one port or a range") {
  std::string fault;
  CHECK(parse_port_range("80", fault) == PortRange{80, 80});
  CHECK(parse_port_range("1", fault) == PortRange{1, 1});
  CHECK(parse_port_range("65535", fault) == PortRange{65535, 65535});
  CHECK(parse_port_range("16500-16509", fault) == PortRange{16500, 16509});
  CHECK(parse_port_range("9-9", fault) == PortRange{9, 9});
}

TEST_CASE("text that is not a port is refused with the reason") {
  std::string fault;
  for (const char* const text : {"", "0", "65536", "99999999999999999999", "-", "80-", "-80", "80-90-100",
                                 " 80", "80 ", "+80", "0x50", "080", "http", "80,443", "0-80"}) {
    CAPTURE(text);
    fault.clear();
    CHECK_FALSE(parse_port_range(text, fault));
    CHECK(fault.find("is not a port") != std::string::npos);
  }
  CHECK_FALSE(parse_port_range("90-80", fault));
  CHECK(fault == "\"90-80\" ends before it begins");
}

TEST_CASE("ranges print as they are written") {
  CHECK(to_string(PortRange{80, 80}) == "80");
  CHECK(to_string(PortRange{6910, 6930}) == "6910-6930");
}

TEST_CASE("a narrow range stays apart from a broad one that contains it") {
  std::vector<PortRange> ports{{49152, 65535}, {50000, 50000}, {60000, 65535}};
  sort_and_merge(ports);
  CHECK(ports == std::vector<PortRange>{{49152, 65535}, {50000, 50000}});
}

TEST_CASE("overlapping ranges become one, neighbours stay separate") {
  std::vector<PortRange> ports{{443, 443}, {80, 90}, {85, 100}, {101, 110}, {80, 80}, {443, 443}};
  sort_and_merge(ports);
  CHECK(ports == std::vector<PortRange>{{80, 100}, {101, 110}, {443, 443}});
}

TEST_CASE("a rule covers its transports and ports") {
  const Rule ica = rule({Transport::tcp, Transport::udp}, {{1494, 1494}, {2598, 2600}});
  CHECK(ica.covers(Transport::tcp, 1494));
  CHECK(ica.covers(Transport::udp, 2599));
  CHECK_FALSE(ica.covers(Transport::sctp, 1494));
  CHECK_FALSE(ica.covers(Transport::tcp, 1495));
  CHECK_FALSE(ica.covers(Transport::tcp, 2601));
}

TEST_CASE("any port is every port of every transport") {
  Rule any = rule({Transport::tcp}, {});
  any.any_port = true;
  CHECK(any.covers(Transport::tcp, 1));
  CHECK(any.covers(Transport::tcp, 65535));
  CHECK_FALSE(any.covers(Transport::udp, 1));
  CHECK(any.is_broad_on(Transport::tcp, 80));
  CHECK(any.has_broad_ports());
}

TEST_CASE("a rule for icmp covers only port 0 and is never broad") {
  Rule icmp = rule({Transport::icmp}, {});
  icmp.any_port = true;
  CHECK(icmp.covers(Transport::icmp, 0));
  CHECK_FALSE(icmp.covers(Transport::icmp, 8));
  CHECK_FALSE(icmp.covers(Transport::tcp, 0));
  CHECK_FALSE(icmp.has_broad_ports());
  icmp.transports.set(static_cast<std::size_t>(Transport::tcp));
  CHECK(icmp.has_broad_ports());
  CHECK(icmp.is_broad_on(Transport::tcp, 1));
  CHECK_FALSE(icmp.is_broad_on(Transport::icmp, 0));
}

TEST_CASE("broad means a range of more than a thousand ports") {
  CHECK_FALSE(rule({Transport::tcp}, {{1, 1000}}).has_broad_ports());
  CHECK(rule({Transport::tcp}, {{1, 1001}}).has_broad_ports());
  CHECK(rule({Transport::tcp}, {{1, 1001}}).is_broad_on(Transport::tcp, 80));
  CHECK_FALSE(rule({Transport::tcp}, {}).has_broad_ports());
}

TEST_CASE("a port is as broad as the range that names it, not as the rule") {
  const Rule rpc = rule({Transport::tcp}, {{135, 135}, {445, 445}, {49152, 65535}});
  CHECK(rpc.has_broad_ports());
  CHECK_FALSE(rpc.is_broad_on(Transport::tcp, 445));
  CHECK(rpc.is_broad_on(Transport::tcp, 49152));
  CHECK(rpc.is_broad_on(Transport::tcp, 65535));
  const Rule within = rule({Transport::tcp}, {{49152, 65535}, {50000, 50000}});
  CHECK_FALSE(within.is_broad_on(Transport::tcp, 50000));
  CHECK(within.is_broad_on(Transport::tcp, 50001));
}

TEST_CASE("many narrow ranges that are a thousand ports together are broad, however they are cut") {
  const Rule cut = rule({Transport::tcp}, {{1, 600}, {2001, 2600}});
  CHECK(cut.is_broad_on(Transport::tcp, 1));
  CHECK(cut.is_broad_on(Transport::tcp, 2600));
  const Rule neighbours = rule({Transport::tcp}, {{1, 1000}, {1001, 2000}});
  CHECK(neighbours.is_broad_on(Transport::tcp, 1000));
  CHECK_FALSE(rule({Transport::tcp}, {{1, 500}, {2001, 2500}}).has_broad_ports());
}

TEST_CASE("a rule with a list expects what is on it, and unidentified traffic") {
  Rule web = rule({Transport::tcp}, {{80, 80}});
  expect(web, application("http"));
  CHECK(web.expects(application("http"), Transport::tcp, 80));
  CHECK(web.expects(kUnknownApplication, Transport::tcp, 80));
  CHECK_FALSE(web.expects(application("ssh"), Transport::tcp, 80));
}

TEST_CASE("a rule without a list expects anything, except on a broad port") {
  Rule mixed = rule({Transport::tcp}, {{9004, 9004}, {49152, 65535}});
  CHECK(mixed.expects(application("rdp"), Transport::tcp, 9004));
  CHECK(mixed.expects(kUnknownApplication, Transport::tcp, 50000));
  CHECK_FALSE(mixed.expects(application("rdp"), Transport::tcp, 50000));
  expect(mixed, application("rdp"));
  CHECK(mixed.expects(application("rdp"), Transport::tcp, 50000));
}

TEST_CASE("versions compare on the components of the bound") {
  struct Case {
    const char* version;
    const char* bound;
    int order;
  };
  for (const Case& each : {
           Case{"2209", "1912", 1},
           Case{"1909", "1912", -1},
           Case{"1912", "1912", 0},
           Case{"1912.0.5000", "1912", 0},
           Case{"2209.1", "2209", 0},
           Case{"7", "7.1", -1},
           Case{"7", "7.0", 0},
           Case{"7.10", "7.9", 1},
           Case{"7.09", "7.9", 0},
           Case{"10", "9", 1},
           Case{"00010", "10", 0},
           Case{"", "1", -1},
           Case{"", "0", 0},
           Case{"13.1-55", "13.1-55", 0},
           Case{"18446744073709551617", "18446744073709551616", 1},
           Case{"1912.b", "1912.a", 1},
           Case{"1912.a", "1912.b", -1},
       }) {
    CAPTURE(each.version);
    CAPTURE(each.bound);
    const int order = compare_version(each.version, each.bound);
    CHECK((order > 0) == (each.order > 0));
    CHECK((order < 0) == (each.order < 0));
  }
}
