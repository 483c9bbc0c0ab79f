// DNS messages (RFC 1035, 4), built section by section, valid or not.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace portproof::test {

class DnsMessage {
 public:
  explicit DnsMessage(std::uint16_t flags = 0x8180) : flags_(flags) {}

  // "a.example" as labels; `raw` appends bytes unchanged.
  static std::string name(std::string_view text) {
    std::string wire;
    while (!text.empty()) {
      const std::string_view label = text.substr(0, text.find('.'));
      wire += static_cast<char>(label.size());
      wire += label;
      text.remove_prefix(label.size() == text.size() ? label.size() : label.size() + 1);
    }
    return wire + '\0';
  }
  static std::string pointer(unsigned offset) {
    return {static_cast<char>(0xc0U | (offset >> 8U)), static_cast<char>(offset)};
  }
  static std::string be16(unsigned value) {
    return {static_cast<char>(value >> 8U), static_cast<char>(value)};
  }

  // The first question is at offset 12.
  DnsMessage& question(const std::string& wire_name, unsigned type = 1) {
    body_ += wire_name + be16(type) + be16(1);
    ++questions_;
    return *this;
  }
  DnsMessage& answer(const std::string& wire_name, unsigned type, std::uint32_t ttl,
                     const std::string& data) {
    body_ += wire_name + be16(type) + be16(1) + be16(ttl >> 16U) + be16(ttl & 0xffffU);
    body_ += be16(static_cast<unsigned>(data.size())) + data;
    ++answers_;
    return *this;
  }
  DnsMessage& a(std::string_view owner, std::uint32_t ttl, const std::string& four_bytes) {
    return answer(name(owner), 1, ttl, four_bytes);
  }
  DnsMessage& cname(std::string_view owner, std::uint32_t ttl, std::string_view target) {
    return answer(name(owner), 5, ttl, name(target));
  }

  [[nodiscard]] std::size_t size() const { return 12 + body_.size(); }
  [[nodiscard]] std::string bytes() const {
    return be16(7) + be16(flags_) + be16(questions_) + be16(answers_) + be16(0) + be16(0) + body_;
  }
  // With its length prefix, as over TCP.
  [[nodiscard]] std::string over_tcp() const { return be16(static_cast<unsigned>(size())) + bytes(); }

 private:
  std::uint16_t flags_;
  unsigned questions_{0};
  unsigned answers_{0};
  std::string body_;
};

}  // namespace portproof::test
