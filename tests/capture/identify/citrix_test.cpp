#include <doctest/doctest.h>

#include <string>

#include "tests/capture/identify/data.hpp"

using namespace portproof;
using namespace portproof::test;
using namespace std::string_literals;

TEST_CASE("the ICA hello, once or twice, and nothing shorter") {
  const std::string hello = "\x7f\x7fICA\0"s;
  CHECK(application_of(hello) == "ica");
  CHECK(application_of(hello + hello) == "ica");
  CHECK(application_of(hello.substr(0, 5)) == "unknown");
  CHECK(application_of("x" + hello) == "unknown");
  CHECK(identify_text(hello, 0, kProtocolUdp).application == kUnknownApplication);
}

TEST_CASE("CGP by its first bytes, or by the service that it requests") {
  const std::string escape = "\x1a";
  CHECK(application_of(escape + "CGP/01\x01\x02") == "cgp");
  CHECK(application_of(escape + "CGP") == "cgp");
  CHECK(application_of(escape + "CG") == "unknown");
  CHECK(application_of(escape + "Citrix.TcpProxyService") == "cgp");
  CHECK(application_of("Citrix.TcpProxyService") == "unknown");
}

TEST_CASE("a page that mentions the service is a page") {
  CHECK(application_of("GET /?q=Citrix.TcpProxyService HTTP/1.1\r\n\r\n") == "http");
}

TEST_CASE("the client's list of modules by the name of its first, not by its length alone") {
  const std::string list = hex("01 1c00 1500 0100 0104") + "WFICA32.EXE"s + zeroes(11);
  check_said(kProtocolTcp, {{"modules", list, "ica", Speaker::asks},
                            {"an unknown name", with(list, 9, 'X')},
                            {"an incorrect length", with(list, 1, 0x1d)},
                            {"no end of the name", hex("01 1200 000000 000000") + "WFICA32WFICA3"},
                            {"the server's marker before it", hex("00 0300 070002")}});
}

TEST_CASE("the ICA browser, by length, kind and mark") {
  const std::string request = hex("1e00 01 30 02fda8e3") + zeroes(22);
  const std::string answer = hex("3000 02 31 02fda8e3 02000644") + zeroes(36);
  check_said(kProtocolUdp, {{"request", request, "ica-browser", Speaker::asks},
                            {"answer", answer, "ica-browser", Speaker::answers},
                            {"an incorrect length", request + "x"},
                            {"an incorrect mark", with(request, 4, 3)},
                            {"an unknown kind", with(request, 2, 3)}});
  check_said(kProtocolTcp, {{"not over TCP", request}});
}
