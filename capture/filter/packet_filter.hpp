// A BPF filter, as in tcpdump and Wireshark's capture dialogue, applied to captured frames.
// docs/use/filters.md explains what it does.
//
// A filter looks for IP where an untagged frame has it, so `port 443` would miss every frame with a VLAN tag,
// and `not port 443` would let all of them through. Therefore this filter sees a tagged frame without its
// tags, unless the expression names `vlan` itself.
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

// Does the expression name `vlan` as a separate word?
bool names_vlan(std::string_view expression);

// An expression and its programs, one per link type, each compiled when the first frame of that type arrives.
// Several threads may use it at once.
class PacketFilter {
 public:
  class Program;

  // Compiles for Ethernet, so that a mistake shows before anything is read. Error of kind usage, with the
  // expression and libpcap's message.
  static Expected<std::shared_ptr<const PacketFilter>> compile(std::string expression);

  explicit PacketFilter(std::string expression);
  PacketFilter(const PacketFilter&) = delete;
  PacketFilter& operator=(const PacketFilter&) = delete;
  ~PacketFilter();

  // Error if the expression does not apply to the link type, or libpcap does not know the type.
  [[nodiscard]] Expected<const Program*> program(LinkType type) const;

  // Compiles for the usual link types, so that names in the expression need not be looked up later, when the
  // program may no longer be allowed to open files and sockets.
  void look_names_up() const;

  [[nodiscard]] const std::string& expression() const { return expression_; }
  [[nodiscard]] bool sees_tags() const { return sees_tags_; }

 private:
  const std::string expression_;
  const bool sees_tags_;
  mutable std::mutex mutex_;  // protects `programs_`
  mutable std::map<LinkType, std::unique_ptr<const Program>> programs_;
};

// The filter applied to one input. Allocates and locks only for the first frame of a link type and for the
// first tagged frame.
class FrameFilter {
 public:
  explicit FrameFilter(std::shared_ptr<const PacketFilter> filter) : filter_(std::move(filter)) {}

  // Does the frame pass? Errors as in PacketFilter::program.
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
  std::vector<std::uint8_t> untagged_;  // the current frame without its tags, if it had any
};

}  // namespace portproof
