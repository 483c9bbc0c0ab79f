#include "capture/evidence/names_seen.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "capture/base/transport.hpp"
#include "capture/flow/checksum.hpp"
#include "capture/identify/identify.hpp"

namespace portproof {
namespace {

constexpr std::uint16_t kNetbiosNames = 137;
constexpr std::uint16_t kMulticastDns = 5353;  // RFC 6762
constexpr std::uint16_t kLlmnr = 5355;         // RFC 4795

// Is it spoken among hosts, without a server?
bool is_among_peers(const Packet& packet) {
  const auto is_peers_port = [](std::uint16_t port) {
    return port == kNetbiosNames || port == kMulticastDns || port == kLlmnr;
  };
  return is_peers_port(packet.source_port) || is_peers_port(packet.destination_port) ||
         is_multicast(packet.destination) || is_broadcast(packet.destination);
}

// An answer that leads nowhere, as filters give it, names no host.
bool is_of_a_host(const IpAddress& address) {
  return !is_unspecified(address) && !is_loopback(address) && !is_multicast(address) &&
         !is_broadcast(address);
}

}  // namespace

void NamesSeen::observe(const Packet& packet, Timestamp now) {
  if (is_among_peers(packet)) return;
  if (now != recent_time_ || recent_.size() >= kMostRecent) recent_.clear();
  recent_time_ = now;
  frame_ = packet.frame_number;
  if (packet.protocol == kProtocolUdp) {
    take_message(packet, packet.payload, now);
  } else if (packet.protocol == kProtocolTcp) {
    streams_.add(packet, [this, &packet, now](std::span<const std::uint8_t> message) {
      take_message(packet, message, now);
    });
  }
}

void NamesSeen::take_message(const Packet& packet, std::span<const std::uint8_t> message, Timestamp now) {
  if (!read_dns_question(message, question_)) return;
  if (!question_.is_answer) {
    questions_.ask(packet, question_, now);
    return;
  }
  const bool asked = questions_.answers(packet, question_, now);
  // Of a message over TCP, this is the segment in which it ends.
  const Checksum checksum = checksum_of(packet);
  if (checksum == Checksum::right && summing_.size() < kMostSumming) summing_.insert(packet.source);
  const bool wrong = asked && checksum == Checksum::wrong;
  take_answer(message, asked ? NameSource::dns : NameSource::unasked, packet.source,
              wrong ? doubted_ : names_, now);
}

void NamesSeen::take_answer(std::span<const std::uint8_t> message, NameSource source, const IpAddress& server,
                            Names& names, Timestamp now) {
  if (!read_dns_answer(message, answer_)) return;
  refused_ += answer_.omitted();
  for (const DnsAnswer::Address& found : answer_.addresses()) {
    if (!is_of_a_host(found.address)) continue;
    for (std::size_t name = 0; name <= found.chain; ++name) {
      if (answer_.name(name).empty()) continue;
      const Duration lifetime = seconds(std::min(answer_.ttl(found, name), kLongestTtl));
      const NameInterval interval{now, now + lifetime + kNameGrace};
      const auto seen = add(names, {found.address, answer_.name(name), source, server}, interval);
      if (seen != names.end()) recent_.push_back({seen, lifetime, frame_});
    }
  }
}

void NamesSeen::catch_up(std::uint64_t first_frame, Timestamp from, Timestamp to) {
  if (recent_time_ != from) return;
  for (const Recent& answered : recent_) {
    if (answered.frame >= first_frame)
      extend(answered.name->second, {to, to + answered.lifetime + kNameGrace});
  }
}

Names::iterator NamesSeen::add(Names& names, const NameRef& name, const NameInterval& interval) {
  auto seen = names.find(name);
  if (seen == names.end()) {
    const bool is_full = names_.size() + doubted_.size() >= limits_.names || intervals_ >= limits_.intervals;
    if (is_full || of_address_[name.address] >= limits_.of_address) {
      ++refused_;
      return seen;
    }
    ++of_address_[name.address];
    seen =
        names
            .emplace(NameKey{name.address, std::string{name.name}, name.source, name.server}, NameIntervals{})
            .first;
  }
  extend(seen->second, interval);
  return seen;
}

void NamesSeen::extend(NameIntervals& intervals, const NameInterval& interval) {
  const bool touches = holds_between(intervals, interval.first, interval.until);
  if (!touches && intervals_ >= limits_.intervals) {
    ++refused_;
    return;
  }
  intervals_ -= intervals.size();
  add_interval(intervals, interval);
  intervals_ += intervals.size();
}

void NamesSeen::add_records(const SourceFacts& facts, Timestamp first, Timestamp last) {
  records_omitted_ += facts.names_omitted;
  std::array<char, 256> buffer;
  for (const NameRecord& record : facts.names) {
    const std::string_view name = normalise_name(record.name, buffer);
    if (name.empty() || !is_of_a_host(record.address)) continue;
    add(names_, {record.address, name, NameSource::name_record, {}}, {first, last});
  }
}

// A server that shows right checksums elsewhere did not send the answers that have wrong ones. Where it shows
// none, its network card fills them in behind the capture point.
void NamesSeen::settle_doubted() {
  const bool unknown = summing_.size() >= kMostSumming;
  for (const auto& [doubted, spans] : doubted_) {
    NameKey key = doubted;
    if (unknown || summing_.count(key.server) != 0) key.source = NameSource::unasked;
    NameIntervals& intervals = names_[key];
    for (const NameInterval& interval : spans) add_interval(intervals, interval);
  }
  doubted_.clear();
}

void NamesSeen::give_to(Evidence& evidence) {
  settle_doubted();
  evidence.names = std::exchange(names_, {});
  of_address_.clear();
  intervals_ = 0;
  recent_.clear();
  evidence.limits_hit.set(Limit::dns_names, refused_);
  evidence.limits_hit.set(Limit::dns_messages, streams_.unread());
  evidence.limits_hit.set(Limit::dns_questions, questions_.forgotten());
  evidence.limits_hit.set(Limit::name_records, records_omitted_);
}

}  // namespace portproof
