// Events that go to a temporary file of the test, to be read back.
#pragma once

#include <doctest/doctest.h>
#include <stdlib.h>
#include <unistd.h>

#include <fstream>
#include <string>
#include <vector>

#include "app/watch/events.hpp"

namespace portproof::test {

class EventsFile {
 public:
  EventsFile() {
    const int descriptor = ::mkstemp(path_.data());
    REQUIRE(descriptor >= 0);
    ::close(descriptor);
  }
  EventsFile(const EventsFile&) = delete;
  EventsFile& operator=(const EventsFile&) = delete;
  ~EventsFile() { ::unlink(path_.c_str()); }

  [[nodiscard]] const std::string& path() const { return path_; }

  [[nodiscard]] Events open(EventOptions options = {}) const {
    options.path = path_;
    auto events = Events::open(options);
    REQUIRE(events);
    return std::move(*events);
  }

  [[nodiscard]] std::vector<std::string> lines() const {
    std::ifstream file(path_);
    std::vector<std::string> all;
    for (std::string line; std::getline(file, line);) all.push_back(line);
    return all;
  }

  // Name and fields of each event, without its time: `loss-began "packets":7`.
  [[nodiscard]] std::vector<std::string> events() const {
    constexpr std::string_view kName = R"({"event":")";
    std::vector<std::string> all;
    for (const std::string& line : lines()) {
      const std::size_t end = line.find('"', kName.size());
      const std::size_t members = line.find(',', line.find("\"time\""));
      std::string event = line.substr(kName.size(), end - kName.size());
      if (members != std::string::npos) event += " " + line.substr(members + 1, line.size() - members - 2);
      all.push_back(std::move(event));
    }
    return all;
  }

 private:
  std::string path_{"/tmp/portproof-events-XXXXXX"};
};

}  // namespace portproof::test
