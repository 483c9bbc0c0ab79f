#include <doctest/doctest.h>

#include <string>

#include "tests/capture/identify/data.hpp"

using namespace portproof;
using namespace portproof::test;
using namespace std::string_literals;

TEST_CASE("the ICA hello, once or twice, and nothing shorter") {
  const std::string hello = "\x7f\x7fICA\0"s;
  CHECK(application_of(hello) == Application::ica);
  CHECK(application_of(hello + hello) == Application::ica);
  CHECK(application_of(hello.substr(0, 5)) == Application::unknown);
  CHECK(application_of("x" + hello) == Application::unknown);
  CHECK(identify_text(hello, 0, kProtocolUdp).application == Application::unknown);
}

TEST_CASE("CGP by its first bytes, or by the service that it asks for") {
  const std::string escape = "\x1a";
  CHECK(application_of(escape + "CGP/01\x01\x02") == Application::cgp);
  CHECK(application_of(escape + "CGP") == Application::cgp);
  CHECK(application_of(escape + "CG") == Application::unknown);
  CHECK(application_of(escape + "Citrix.TcpProxyService") == Application::cgp);
  CHECK(application_of("Citrix.TcpProxyService") == Application::unknown);
}

TEST_CASE("a page that speaks of the service is a page") {
  CHECK(application_of("GET /?q=Citrix.TcpProxyService HTTP/1.1\r\n\r\n") == Application::http);
}
