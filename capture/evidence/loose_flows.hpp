// Loose flows, millions of them: held in little more than half of what LooseFlow takes, and handed out one by
// one. Tunnels are kept once each.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "capture/base/index_iterator.hpp"
#include "capture/evidence/chunks.hpp"
#include "capture/evidence/loose_flow.hpp"

namespace portproof {

class LooseFlows {
 public:
  [[nodiscard]] std::size_t size() const { return flows_.size(); }
  [[nodiscard]] bool empty() const { return flows_.empty(); }
  [[nodiscard]] LooseFlow operator[](std::size_t index) const { return unpacked(flows_[index]); }
  [[nodiscard]] LooseFlow back() const { return unpacked(flows_.back()); }

  void push_back(const LooseFlow& flow) { push_back(flow.key, flow.facts, flow.name); }
  void push_back(const FlowKey& key, const FlowFacts& facts, const SharedText& name);

  // All of the others behind these.
  void append(LooseFlows&& others);

  // By loose_before.
  void sort();

  // Gives each flow its new input, by its old one.
  void move_inputs(const std::vector<std::uint32_t>& indexes);

  // The flow at this index, whose memory is given back sooner or later. In order, from the first; nothing
  // else may be asked for afterwards but the next, or `clear`.
  LooseFlow take(std::size_t index) { return unpacked(flows_.take(index)); }
  void clear() { *this = LooseFlows(); }

  [[nodiscard]] IndexIterator<LooseFlows> begin() const { return {*this, 0}; }
  [[nodiscard]] IndexIterator<LooseFlows> end() const { return {*this, size()}; }

  friend bool operator==(const LooseFlows& left, const LooseFlows& right);

 private:
  struct PackedSide {
    std::uint64_t packets;
    std::uint64_t bytes;
    std::uint64_t missed_bytes;
    std::uint32_t stream_first;
    std::uint32_t stream_next;
    std::uint32_t stream_acknowledged;
    std::uint16_t done;  // the booleans of SideFacts, from the lowest bit
    std::uint8_t examined;
    bool stream_known;
  };
  struct Packed {
    FlowKey key;
    std::uint32_t first_input;
    Timestamp first;
    Timestamp last;
    std::uint64_t first_frame;
    std::uint64_t banners;  // ApplicationSet
    std::array<PackedSide, 2> sides;
    SharedText name;
    std::uint32_t openings;
    std::uint32_t tunnels;  // in `stacks_`, from 1; 0 for none
    std::uint32_t details;  // of the streams, in `details_`, from 1; 0 for none
    std::uint16_t asked_port;
    std::uint8_t kinds;
    Side first_sender;
    std::uint8_t initiator;  // a Side, or kNobody
    DirectionBasis basis;
    Application application;
    std::uint8_t asker;  // a Side, or kNobody
    NameState name_state;
    Broadcasts broadcasts;
  };
  static_assert(sizeof(Packed) <= 200);
  static_assert(kMostApplications <= 64);
  static_assert(kHttpKindCount <= 8);
  static constexpr std::uint8_t kNobody = 2;

  static PackedSide packed(const SideFacts& facts);
  static SideFacts unpacked(const PackedSide& packed);
  // What few streams have.
  struct StreamDetails {
    StreamHoles holes;
    std::optional<std::uint32_t> heard;
    friend bool operator==(const StreamDetails&, const StreamDetails&) = default;
  };
  using DetailsOfSides = std::array<StreamDetails, 2>;
  [[nodiscard]] LooseFlow unpacked(const Packed& packed) const;
  [[nodiscard]] bool before(const Packed& left, const Packed& right) const;
  std::uint32_t intern(const TunnelStack& stack);
  std::uint32_t keep(const DetailsOfSides& details);

  Chunks<Packed> flows_;
  std::vector<TunnelStack> stacks_;
  std::map<TunnelStack, std::uint32_t> stack_ids_;
  std::vector<DetailsOfSides> details_;
};

}  // namespace portproof
