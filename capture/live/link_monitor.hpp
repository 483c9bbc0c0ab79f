// Watches the links of interfaces through the kernel's routing socket (rtnetlink(7)), which is opened while
// the program still has its rights and needs none afterwards. libpcap says nothing when an interface goes
// down; this does.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "capture/error.hpp"
#include "capture/timestamp.hpp"

namespace portproof {

class LinkMonitor {
 public:
  struct Link {
    std::string name;
    int index{0};
    bool up{false};  // administratively up, and has a carrier
    bool gone{false};
    std::uint64_t dropped{0};  // what card and driver lost of what was received, since the monitor began
    Timestamp down_since{};    // meaningful while it is not up
    Duration without_link{};   // of the times before
  };

  // Error of kind unavailable where there is no such interface or no such socket. `now` is the system's time.
  static Expected<LinkMonitor> open(const std::vector<std::string>& names, Timestamp now);

  LinkMonitor(LinkMonitor&& other) noexcept;
  LinkMonitor& operator=(LinkMonitor&&) = delete;
  LinkMonitor(const LinkMonitor&) = delete;
  LinkMonitor& operator=(const LinkMonitor&) = delete;
  ~LinkMonitor();

  // Readable when there is news.
  [[nodiscard]] int descriptor() const { return socket_; }

  // Takes what the kernel has said since the last call; never waits.
  void take_news(Timestamp now);
  // Asks for the counters of all links; the answers are news.
  void ask();

  [[nodiscard]] const std::vector<Link>& links() const { return links_; }

 private:
  struct Counters {
    std::uint64_t first{0};  // what the counters said when the monitor began
    bool known{false};
  };
  LinkMonitor() = default;
  void take_message(const void* header, Timestamp now);

  int socket_{-1};
  std::vector<Link> links_;
  std::vector<Counters> counters_;
  std::vector<char> buffer_;
};

}  // namespace portproof
