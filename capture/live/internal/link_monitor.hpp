// Watches the links of interfaces through the kernel's routing socket (rtnetlink(7)), which is opened while
// the program still has its rights and needs none afterwards. libpcap says nothing when an interface goes
// down; this does.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "capture/base/error.hpp"
#include "capture/base/timestamp.hpp"

namespace portproof {

class LinkMonitor {
 public:
  struct Link {
    std::string name;
    int index{0};
    bool up{false};  // administratively up, and has a carrier
    bool gone{false};
    std::uint64_t dropped{0};  // what card and driver lost of what was received, since the monitor began
    Duration down_since{};     // on the clock of `take_news`; meaningful while it is not up
    Duration without_link{};   // of the times before
  };

  // Error of kind unavailable where there is no such interface or no such socket. `elapsed` is that of a
  // clock that is never set, always the same one.
  static Expected<LinkMonitor> open(const std::vector<std::string>& names, Duration elapsed);

  LinkMonitor(LinkMonitor&& other) noexcept;
  LinkMonitor& operator=(LinkMonitor&&) = delete;
  LinkMonitor(const LinkMonitor&) = delete;
  LinkMonitor& operator=(const LinkMonitor&) = delete;
  ~LinkMonitor();

  // Readable when there is news.
  [[nodiscard]] int descriptor() const { return socket_; }

  // Takes what the kernel has said since the last call; never waits.
  void take_news(Duration elapsed);
  // Asks for the counters of all links; the answers are news.
  void ask();

  [[nodiscard]] const std::vector<Link>& links() const { return links_; }

 private:
  struct Counters {
    std::uint64_t first{0};  // what the counters said when the monitor began
    bool known{false};
  };
  LinkMonitor() = default;
  void take_message(const void* header, Duration elapsed);

  int socket_{-1};
  std::vector<Link> links_;
  std::vector<Counters> counters_;
  std::vector<char> buffer_;
};

}  // namespace portproof
