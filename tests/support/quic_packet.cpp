#include "tests/support/quic_packet.hpp"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>
#include <openssl/params.h>

#include <array>
#include <stdexcept>

namespace portproof::test {
namespace {

constexpr std::uint32_t kVersion2 = 0x6b3343cf;

void require(bool done) {
  if (!done) throw std::runtime_error("OpenSSL refused");
}

std::string hkdf(int mode, const std::string& key, const std::string& salt_or_info, std::size_t size) {
  EVP_KDF* const kdf = EVP_KDF_fetch(nullptr, "HKDF", nullptr);
  EVP_KDF_CTX* const context = EVP_KDF_CTX_new(kdf);
  EVP_KDF_free(kdf);
  std::string digest = "SHA256";
  std::string secret = key;
  std::string other = salt_or_info;
  const bool extract = mode == EVP_KDF_HKDF_MODE_EXTRACT_ONLY;
  const std::array parameters{
      OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, digest.data(), 0),
      OSSL_PARAM_construct_int(OSSL_KDF_PARAM_MODE, &mode),
      OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_KEY, secret.data(), secret.size()),
      OSSL_PARAM_construct_octet_string(extract ? OSSL_KDF_PARAM_SALT : OSSL_KDF_PARAM_INFO, other.data(),
                                        other.size()),
      OSSL_PARAM_construct_end()};
  std::string result(size, '\0');
  auto* const to = reinterpret_cast<unsigned char*>(result.data());
  const bool done = EVP_KDF_derive(context, to, size, parameters.data()) > 0;
  EVP_KDF_CTX_free(context);
  require(done);
  return result;
}

std::string expand_label(const std::string& secret, const std::string& label, std::size_t size) {
  const std::string full = "tls13 " + label;
  std::string info{'\0', static_cast<char>(size), static_cast<char>(full.size())};
  info += full + '\0';
  return hkdf(EVP_KDF_HKDF_MODE_EXPAND_ONLY, secret, info, size);
}

std::string from_hex(std::string_view hex) {
  std::string bytes;
  for (std::size_t at = 0; at < hex.size(); at += 2) {
    bytes += static_cast<char>(std::stoi(std::string(hex.substr(at, 2)), nullptr, 16));
  }
  return bytes;
}

// From RFC 9001, 5.2; RFC 9369, 3.3.1; draft-ietf-quic-tls-29, 5.2.
std::string salt_of(std::uint32_t version) {
  if (version == kVersion2) return from_hex("0dede3def700a6db819381be6e269dcbf9bd2ed9");
  if (version == 0xff00001d) return from_hex("afbfec289993d24c9e9786f19c6111e04390a899");
  return from_hex("38762cf7f55934b34d179ae6a4c80cadccbb7f0a");
}

std::string be32(std::uint32_t value) {
  return {static_cast<char>(value >> 24U), static_cast<char>(value >> 16U), static_cast<char>(value >> 8U),
          static_cast<char>(value)};
}

const unsigned char* in(const std::string& text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}
unsigned char* out(std::string& text) {
  return reinterpret_cast<unsigned char*>(text.data());
}

std::string seal(const std::string& key, const std::string& nonce, const std::string& header,
                 const std::string& frames) {
  EVP_CIPHER_CTX* const cipher = EVP_CIPHER_CTX_new();
  std::string sealed(frames.size() + 16, '\0');
  int size = 0;
  require(EVP_EncryptInit_ex(cipher, EVP_aes_128_gcm(), nullptr, in(key), in(nonce)) > 0);
  EVP_EncryptUpdate(cipher, nullptr, &size, in(header), static_cast<int>(header.size()));
  EVP_EncryptUpdate(cipher, out(sealed), &size, in(frames), static_cast<int>(frames.size()));
  require(EVP_EncryptFinal_ex(cipher, out(sealed) + frames.size(), &size) > 0);
  EVP_CIPHER_CTX_ctrl(cipher, EVP_CTRL_AEAD_GET_TAG, 16, out(sealed) + frames.size());
  EVP_CIPHER_CTX_free(cipher);
  return sealed;
}

std::string mask_of(const std::string& key, const std::string& sample) {
  EVP_CIPHER_CTX* const cipher = EVP_CIPHER_CTX_new();
  std::string mask(32, '\0');
  int size = 0;
  require(EVP_EncryptInit_ex(cipher, EVP_aes_128_ecb(), nullptr, in(key), nullptr) > 0);
  EVP_EncryptUpdate(cipher, out(mask), &size, in(sample), 16);
  EVP_CIPHER_CTX_free(cipher);
  return mask;
}

}  // namespace

std::string quic_varint(std::uint64_t value, bool wide) {
  if (value < 64 && !wide) return {static_cast<char>(value)};
  if (value < 16384) return {static_cast<char>(0x40U | (value >> 8U)), static_cast<char>(value)};
  return be32(static_cast<std::uint32_t>(value) | 0x80000000U);
}

std::string quic_crypto(std::uint64_t offset, std::string_view data) {
  return '\x06' + quic_varint(offset) + quic_varint(data.size()) + std::string(data);
}

Bytes quic_initial(std::string_view frames, const QuicInitialOptions& options) {
  const bool second = options.version == kVersion2;
  const std::string prefix = second ? "quicv2 " : "quic ";
  const std::string initial =
      hkdf(EVP_KDF_HKDF_MODE_EXTRACT_ONLY, options.keys_of, salt_of(options.version), 32);
  const std::string secret = expand_label(initial, options.from_server ? "server in" : "client in", 32);
  std::string nonce = expand_label(secret, prefix + "iv", 12);
  const std::string number = be32(options.number).substr(4 - options.number_size);
  for (std::size_t at = 0; at < number.size(); ++at) {
    char& byte = nonce[nonce.size() - number.size() + at];
    byte = static_cast<char>(byte ^ number[at]);
  }

  const std::string& to = options.destination.empty() ? options.keys_of : options.destination;
  std::string header{static_cast<char>((second ? 0xd0U : 0xc0U) | (options.number_size - 1))};
  header += be32(options.version);
  header += static_cast<char>(to.size()) + to;
  header += static_cast<char>(options.source.size()) + options.source;
  header += quic_varint(options.token.size()) + options.token;
  header += quic_varint(number.size() + frames.size() + 16, true);
  const std::size_t number_at = header.size();
  header += number;

  std::string packet =
      header + seal(expand_label(secret, prefix + "key", 16), nonce, header, std::string(frames));
  const std::string mask = mask_of(expand_label(secret, prefix + "hp", 16), packet.substr(number_at + 4, 16));
  packet[0] = static_cast<char>(packet[0] ^ (mask[0] & 0x0f));
  for (std::size_t at = 0; at < number.size(); ++at) {
    packet[number_at + at] = static_cast<char>(packet[number_at + at] ^ mask[1 + at]);
  }
  return {packet.begin(), packet.end()};
}

}  // namespace portproof::test
