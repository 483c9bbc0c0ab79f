// A BPF filter, as tcpdump and Wireshark's capture dialogue take them, run on frames that were captured
// already. docs/use/filters.md tells what it means.
//
// A filter looks for IP where an untagged frame has it, so that `port 443` would miss every frame with a VLAN
// tag, and `not port 443` would let them all through. Here it sees a tagged frame without its tags, unless it
// names `vlan` itself and so wants to see them.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "capture/base/error.hpp"
#include "capture/base/frame.hpp"

namespace portproof {

// Does the expression name `vlan`, as a word of its own?
bool names_vlan(std::string_view expression);

// An expression and its programs, one a link type, compiled when the first frame of that type comes. May be
// used by several threads at once.
class PacketFilter {
 public:
  class Program;

  // Compiles for Ethernet, so that what makes no sense is found out before anything is read. Error of kind
  // usage, with the expression and libpcap's words.
  static Expected<std::shared_ptr<const PacketFilter>> compile(std::string expression);

  explicit PacketFilter(std::string expression);
  PacketFilter(const PacketFilter&) = delete;
  PacketFilter& operator=(const PacketFilter&) = delete;
  ~PacketFilter();

  // Error where the expression has no meaning for the link type, or none that libpcap knows.
  [[nodiscard]] Expected<const Program*> program(LinkType type) const;

  // Compiles for the usual link types, so that the names in it need not be looked up later, when files and
  // sockets may be closed to the program.
  void look_names_up() const;

  [[nodiscard]] const std::string& expression() const { return expression_; }
  [[nodiscard]] bool sees_tags() const { return sees_tags_; }

 private:
  const std::string expression_;
  const bool sees_tags_;
  mutable std::mutex mutex_;  // of the programs
  mutable std::map<LinkType, std::unique_ptr<const Program>> programs_;
};

// The filter on its way through one input. Allocates and locks when the first frame of a link type comes and
// when the first tagged one does, and never again.
class FrameFilter {
 public:
  explicit FrameFilter(std::shared_ptr<const PacketFilter> filter) : filter_(std::move(filter)) {}

  // Does the frame pass? Error as for PacketFilter::program.
  Expected<bool> passes(const FrameView& frame);

  [[nodiscard]] const std::string& expression() const { return filter_->expression(); }

 private:
  struct Seen {
    std::span<const std::uint8_t> bytes;
    std::uint32_t wire_length{0};
  };
  Seen without_tags(const FrameView& frame);

  std::shared_ptr<const PacketFilter> filter_;
  const PacketFilter::Program* program_{nullptr};  // for frames of `type_`
  LinkType type_{0};
  std::vector<std::uint8_t> untagged_;  // the frame that is looked at, where it had tags
};

}  // namespace portproof
