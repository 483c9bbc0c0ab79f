// DNS messages (RFC 1035, 4): the addresses that an answer gives for the name in its question and for the
// aliases between them (CNAME). Everything is bounded: what exceeds the limits here is counted and left out.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "capture/base/ip_address.hpp"
#include "capture/identify/identify.hpp"

namespace portproof {

inline constexpr std::size_t kMostAliases = 16;     // resolvers follow fewer
inline constexpr std::size_t kMostAddresses = 128;  // of one answer; some content networks give a dozen

// The content of one answer. The object is large: make one and reuse it.
class DnsAnswer {
 public:
  struct Address {
    IpAddress address;
    std::size_t chain{0};  // the names 0 to `chain` lead to it
    std::uint32_t ttl{0};  // of this record, in seconds
  };

  [[nodiscard]] std::span<const Address> addresses() const { return {addresses_.data(), address_count_}; }

  // The names that lead to an address, that of the question first, as normalise_name returns them; empty if a
  // name has characters that no host name may have.
  [[nodiscard]] std::string_view name(std::size_t index) const {
    return {names_[index].text.data(), names_[index].size};
  }

  // For how many seconds the name leads to the address: the shortest lifetime of the records between them.
  [[nodiscard]] std::uint32_t ttl(const Address& address, std::size_t name) const;

  // Aliases and addresses beyond the limits.
  [[nodiscard]] std::uint32_t omitted() const { return omitted_; }

 private:
  friend class DnsAnswerReader;
  struct Name {
    std::array<char, 256> text;
    std::size_t size{0};
    std::uint32_t ttl{0};  // of the alias that leads to the next name
  };
  std::array<Name, kMostAliases + 1> names_;
  std::size_t name_count_{0};
  std::array<Address, kMostAddresses> addresses_;
  std::size_t address_count_{0};
  std::uint32_t omitted_{0};
};

// Reads an answer as far as it was captured. False unless the message is an answer to one question about
// addresses: questions, errors and anything that is not DNS give false. Only the answer section counts, and
// in it only what follows from the question; resolvers do not trust anything else either (RFC 2181, 5.4.1).
bool read_dns_answer(std::span<const std::uint8_t> message, DnsAnswer& answer);

// What ties an answer to its question (RFC 5452, 9.1), apart from addresses and ports.
struct DnsQuestion {
  bool is_answer{false};  // the message answers it
  std::uint16_t id{0};
  std::uint16_t type{0};  // of the records asked for
  std::array<char, 256> text;
  std::size_t size{0};

  // The name, in lower case. Bytes as in the message: not to be shown.
  [[nodiscard]] std::string_view name() const { return {text.data(), size}; }
};

// Reads the question of a message, which may be cut behind it. False where the message has not exactly one
// question, or is not a standard query or its answer.
bool read_dns_question(std::span<const std::uint8_t> message, DnsQuestion& question);

// Is this the beginning of a DNS message, query or answer, with one plausible question?
bool is_dns_message(std::span<const std::uint8_t> message);

// Over TCP each message follows its length (RFC 1035, 4.2.2).
inline constexpr std::size_t kDnsLengthSize = 2;
inline constexpr std::size_t kDnsHeaderSize = 12;

}  // namespace portproof
