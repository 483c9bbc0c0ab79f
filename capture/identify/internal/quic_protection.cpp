#include "capture/identify/internal/quic_protection.hpp"

#include <openssl/evp.h>

#include <algorithm>
#include <string_view>

// A client's first packet, and what protects what:
//
//   | first byte | version, ids, token, length | number, 1 to 4 bytes |      frames       |   tag   |
//     ^^^^ masked                                ^^^^^^ masked           encrypted           16 bytes
//     |<------------ authenticated, once the mask is off ------------>|
//                                            number_at + 4: the sample |--16 bytes--|
//
// The length of the number is in the masked first byte. The mask is made from 16 bytes of the encrypted part,
// taken from where the frames would begin if the number had four bytes. A packet is opened in this order:
//
// 1. Encrypt the sample with the header key: that is the mask.
// 2. Unmask the first byte, which gives the length of the number, then the number.
// 3. Nonce = iv XOR number. Decrypt the rest; the tag proves that the keys were right.
//
// The tag also makes guessing safe: a datagram that only looks like QUIC fails here.
//
// Keys: secret = HMAC(salt of the version, destination id), then one label each for key, iv and header
// key.

namespace portproof {
namespace {

constexpr std::size_t kHashSize = 32;   // SHA-256
constexpr std::size_t kHashBlock = 64;  // the same
constexpr std::size_t kTagSize = 16;    // AEAD_AES_128_GCM (RFC 5116, 5.1)
constexpr std::size_t kSampleSize = 16;
constexpr std::size_t kSampleBehindNumber = 4;  // RFC 9001, 5.4.2: as if the number had four bytes

using Hash = std::array<std::uint8_t, kHashSize>;

struct Version {
  std::uint32_t number;
  std::array<std::uint8_t, 20> salt;
  std::string_view key;
  std::string_view iv;
  std::string_view header;
};

constexpr std::array<Version, 3> kVersions{{
    // RFC 9001, 5.2.
    {kQuicVersion1,
     {0x38, 0x76, 0x2c, 0xf7, 0xf5, 0x59, 0x34, 0xb3, 0x4d, 0x17,
      0x9a, 0xe6, 0xa4, 0xc8, 0x0c, 0xad, 0xcc, 0xbb, 0x7f, 0x0a},
     "quic key",
     "quic iv",
     "quic hp"},
    // RFC 9369, 3.3.1 and 3.3.2.
    {kQuicVersion2,
     {0x0d, 0xed, 0xe3, 0xde, 0xf7, 0x00, 0xa6, 0xdb, 0x81, 0x93,
      0x81, 0xbe, 0x6e, 0x26, 0x9d, 0xcb, 0xf9, 0xbd, 0x2e, 0xd9},
     "quicv2 key",
     "quicv2 iv",
     "quicv2 hp"},
    // draft-ietf-quic-tls-29, 5.2.
    {kQuicDraft29,
     {0xaf, 0xbf, 0xec, 0x28, 0x99, 0x93, 0xd2, 0x4c, 0x9e, 0x97,
      0x86, 0xf1, 0x9c, 0x61, 0x11, 0xe0, 0x43, 0x90, 0xa8, 0x99},
     "quic key",
     "quic iv",
     "quic hp"},
}};

const Version* find_version(std::uint32_t number) {
  const auto* const found = std::find_if(kVersions.begin(), kVersions.end(),
                                         [number](const Version& known) { return known.number == number; });
  return found == kVersions.end() ? nullptr : found;
}

std::span<const std::uint8_t> bytes_of(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

}  // namespace

bool is_known_quic_version(std::uint32_t version) {
  return find_version(version) != nullptr;
}

// Keys are derived with SHA-256 directly, because OpenSSL's HKDF and HMAC allocate memory for each key.
struct QuicProtection::Ciphers {
  Ciphers() {
    EVP_DigestInit_ex(hash, EVP_sha256(), nullptr);
    EVP_EncryptInit_ex(mask, EVP_aes_128_ecb(), nullptr, nullptr, nullptr);
    EVP_CIPHER_CTX_set_padding(mask, 0);
    EVP_DecryptInit_ex(packet, EVP_aes_128_gcm(), nullptr, nullptr, nullptr);
  }
  ~Ciphers() {
    EVP_MD_CTX_free(hash);
    EVP_CIPHER_CTX_free(mask);
    EVP_CIPHER_CTX_free(packet);
  }
  Ciphers(const Ciphers&) = delete;
  Ciphers& operator=(const Ciphers&) = delete;

  // HMAC (RFC 2104); the key is no longer than a block.
  Hash hmac(std::span<const std::uint8_t> key, std::span<const std::uint8_t> text) {
    std::array<std::uint8_t, kHashBlock> inner{};
    std::copy(key.begin(), key.end(), inner.begin());
    std::array<std::uint8_t, kHashBlock> outer = inner;
    for (std::uint8_t& byte : inner) byte ^= 0x36U;
    for (std::uint8_t& byte : outer) byte ^= 0x5cU;
    const Hash inside = digest(inner, text);
    return digest(outer, inside);
  }

  Hash digest(std::span<const std::uint8_t> first, std::span<const std::uint8_t> second) {
    Hash result{};
    EVP_DigestInit_ex(hash, nullptr, nullptr);
    EVP_DigestUpdate(hash, first.data(), first.size());
    EVP_DigestUpdate(hash, second.data(), second.size());
    EVP_DigestFinal_ex(hash, result.data(), nullptr);
    return result;
  }

  // HKDF-Expand-Label without context (RFC 8446, 7.1). Fills `to`, for which one block of output suffices
  // (RFC 5869, 2.3).
  void expand(const Hash& secret, std::string_view label, std::span<std::uint8_t> to) {
    constexpr std::string_view kPrefix = "tls13 ";
    std::array<std::uint8_t, 32> info{};
    std::size_t size = 0;
    const auto put = [&info, &size](std::span<const std::uint8_t> part) {
      std::copy(part.begin(), part.end(), info.begin() + static_cast<std::ptrdiff_t>(size));
      size += part.size();
    };
    info[size++] = 0;
    info[size++] = static_cast<std::uint8_t>(to.size());
    info[size++] = static_cast<std::uint8_t>(kPrefix.size() + label.size());
    put(bytes_of(kPrefix));
    put(bytes_of(label));
    info[size++] = 0;  // no context
    info[size++] = 1;  // the first block
    const Hash block = hmac(secret, {info.data(), size});
    std::copy_n(block.begin(), to.size(), to.begin());
  }

  EVP_MD_CTX* hash{EVP_MD_CTX_new()};
  EVP_CIPHER_CTX* mask{EVP_CIPHER_CTX_new()};
  EVP_CIPHER_CTX* packet{EVP_CIPHER_CTX_new()};
};

QuicProtection::QuicProtection() : ciphers_(std::make_unique<Ciphers>()) {}
QuicProtection::~QuicProtection() = default;

QuicInitialKeys QuicProtection::client_keys(std::uint32_t version,
                                            std::span<const std::uint8_t> destination_id) {
  QuicInitialKeys keys;
  const Version* const known = find_version(version);
  if (known == nullptr) return keys;
  const Hash initial = ciphers_->hmac(known->salt, destination_id);  // HKDF-Extract
  Hash client{};
  ciphers_->expand(initial, "client in", client);
  ciphers_->expand(client, known->key, keys.key);
  ciphers_->expand(client, known->iv, keys.iv);
  ciphers_->expand(client, known->header, keys.header);
  keys.version = version;
  return keys;
}

std::span<const std::uint8_t> QuicProtection::open(const QuicInitial& initial, const QuicInitialKeys& keys,
                                                   std::span<std::uint8_t> to) {
  const std::span<const std::uint8_t> packet = initial.packet;
  const std::size_t sample_at = initial.number_at + kSampleBehindNumber;
  if (keys.version != initial.version || packet.size() < sample_at + kSampleSize) return {};

  std::array<std::uint8_t, kSampleSize> mask{};
  int written = 0;
  EVP_EncryptInit_ex(ciphers_->mask, nullptr, nullptr, keys.header.data(), nullptr);
  EVP_EncryptUpdate(ciphers_->mask, mask.data(), &written, packet.data() + sample_at, kSampleSize);

  const auto first = static_cast<std::uint8_t>(packet[0] ^ (mask[0] & 0x0fU));
  const std::size_t number_size = (first & 0x03U) + std::size_t{1};
  const std::size_t header_size = initial.number_at + number_size;
  if (packet.size() < header_size + kTagSize) return {};
  const std::size_t size = packet.size() - header_size - kTagSize;
  if (size > to.size()) return {};

  // Upper bytes of the number that are not sent are zero in a client's first packets.
  std::array<std::uint8_t, 4> number{};
  std::array<std::uint8_t, 12> nonce = keys.iv;
  for (std::size_t at = 0; at < number_size; ++at) {
    number[at] = static_cast<std::uint8_t>(packet[initial.number_at + at] ^ mask[1 + at]);
    nonce[nonce.size() - number_size + at] ^= number[at];
  }

  EVP_CIPHER_CTX* const cipher = ciphers_->packet;
  std::array<std::uint8_t, kTagSize> tag{};
  std::copy_n(packet.end() - kTagSize, kTagSize, tag.begin());
  EVP_DecryptInit_ex(cipher, nullptr, nullptr, keys.key.data(), nonce.data());
  EVP_CIPHER_CTX_ctrl(cipher, EVP_CTRL_AEAD_SET_TAG, kTagSize, tag.data());
  // The header is authenticated as it is without its protection.
  EVP_DecryptUpdate(cipher, nullptr, &written, &first, 1);
  EVP_DecryptUpdate(cipher, nullptr, &written, packet.data() + 1, static_cast<int>(initial.number_at - 1));
  EVP_DecryptUpdate(cipher, nullptr, &written, number.data(), static_cast<int>(number_size));
  EVP_DecryptUpdate(cipher, to.data(), &written, packet.data() + header_size, static_cast<int>(size));
  if (EVP_DecryptFinal_ex(cipher, to.data() + size, &written) <= 0) return {};
  return to.first(size);
}

}  // namespace portproof
