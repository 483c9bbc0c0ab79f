// SHA-256 (FIPS 180-4), by OpenSSL: of captures, catalogs, inventories and the lines of evidence files.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

struct evp_md_ctx_st;  // OpenSSL's

namespace portproof {

// A hash in progress. Throws std::bad_alloc, its only error, if memory runs out.
class Sha256 {
 public:
  Sha256();

  void update(std::span<const std::uint8_t> bytes);
  void update(std::string_view text);
  // Lower-case hex of all bytes so far; more may follow.
  [[nodiscard]] std::string hex() const;

 private:
  struct Free {
    void operator()(evp_md_ctx_st* context) const;
  };
  std::unique_ptr<evp_md_ctx_st, Free> context_;
};

std::string sha256_of(std::string_view text);

}  // namespace portproof
