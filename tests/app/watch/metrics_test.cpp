#include "app/watch/metrics.hpp"

#include <doctest/doctest.h>

#include <set>
#include <sstream>
#include <string>

using namespace portproof;

namespace {

WatchFigures figures() {
  WatchFigures figures;
  figures.packets = 12;
  figures.result = "fail";
  figures.by_verdict[1] = 3;
  InterfaceFigures interface;
  interface.name = "eth\"1";
  interface.kernel_dropped = 7;
  interface.interface_dropped = 2;
  figures.interfaces = {interface};
  return figures;
}

}  // namespace

TEST_CASE("the page is in Prometheus text format: every sample has its type, once") {
  std::istringstream page(metrics_page(figures()));
  std::set<std::string> typed;
  std::set<std::string> samples;
  for (std::string line; std::getline(page, line);) {
    if (line.rfind("# TYPE ", 0) == 0) CHECK(typed.insert(line.substr(7, line.find(' ', 7) - 7)).second);
    if (line.rfind('#', 0) == 0) continue;
    CHECK(typed.count(line.substr(0, line.find_first_of("{ "))) == 1);
    CHECK(samples.insert(line.substr(0, line.rfind(' '))).second);
  }
  CHECK(samples.size() > 20);
}

TEST_CASE("counts are present, and labels are escaped") {
  const std::string page = metrics_page(figures());
  CHECK(page.find("\nportproof_packets_total 12\n") != std::string::npos);
  CHECK(page.find("{interface=\"eth\\\"1\",cause=\"kernel\"} 7\n") != std::string::npos);
  CHECK(page.find("{interface=\"eth\\\"1\",cause=\"interface\"} 2\n") != std::string::npos);
  CHECK(page.find("portproof_reported_conversations{verdict=\"unexpected\"} 3\n") != std::string::npos);
  CHECK(page.find("portproof_result{result=\"fail\"} 1\n") != std::string::npos);
  CHECK(page.find("portproof_result{result=\"pass\"} 0\n") != std::string::npos);
}

TEST_CASE("the status view fits its width, and shows drops and link at any width") {
  WatchFigures now = figures();
  now.interfaces[0].kernel_dropped = 1234567;
  now.interfaces[0].interface_dropped = 89101112;
  now.interfaces[0].link_up = false;
  for (const int width : {40, 63, 64, 80}) {
    CAPTURE(width);
    const std::string text = status_screen(now, width);
    std::istringstream screen(text);
    for (std::string line; std::getline(screen, line);) CHECK(line.size() <= static_cast<std::size_t>(width));
    for (const char* const part : {"1234567", "89101112", "down", "kernel drop", "card drop"}) {
      CAPTURE(part);
      CHECK(text.find(part) != std::string::npos);
    }
  }
}

TEST_CASE("an interface name can neither steer a terminal nor spoil the page") {
  WatchFigures now = figures();
  now.interfaces[0].name = "x\x1b[31m\xff\n";
  const std::string screen = status_screen(now, 80);
  CHECK(screen.find('\x1b') == std::string::npos);
  CHECK(screen.find("x\\x1b[31m\\xff") != std::string::npos);
  const std::string page = metrics_page(now);
  CHECK(page.find('\xff') == std::string::npos);
  CHECK(page.find("{interface=\"x\\\\x1b[31m\\\\xff\\\\n\"}") != std::string::npos);
}
