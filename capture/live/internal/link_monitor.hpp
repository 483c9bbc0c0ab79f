// Watches the links of interfaces through the kernel's routing socket (rtnetlink(7)), which is opened while
// the program still has its privileges and needs none afterwards. libpcap does not report when an interface
// goes down; this does.
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
    std::uint64_t dropped{0};  // received frames that card and driver lost since the monitor began
    Duration down_since{};     // on the clock of `take_news`; valid while the link is not up
    Duration without_link{};   // total of earlier outages
  };

  // Error of kind unavailable if the interface does not exist or the socket cannot be opened. `elapsed` comes
  // from a clock that is never set; always use the same one.
  static Expected<LinkMonitor> open(const std::vector<std::string>& names, Duration elapsed);

  LinkMonitor(LinkMonitor&& other) noexcept;
  LinkMonitor& operator=(LinkMonitor&&) = delete;
  LinkMonitor(const LinkMonitor&) = delete;
  LinkMonitor& operator=(const LinkMonitor&) = delete;
  ~LinkMonitor();

  // Readable when there are events.
  [[nodiscard]] int descriptor() const { return socket_; }

  // Processes the kernel's messages since the last call; never waits.
  void take_news(Duration elapsed);
  // Asks for the counters of all links; the answers arrive as events.
  void ask();

  [[nodiscard]] const std::vector<Link>& links() const { return links_; }

 private:
  struct Counters {
    std::uint64_t first{0};  // the counters when the monitor began
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
