// HTTP and other protocols that begin with text; and one that begins with nothing known.
#include <fmt/format.h>

#include "samples/message.hpp"
#include "samples/payloads.hpp"

namespace portproof::samples {
namespace {

std::string http_post(std::string_view host, std::string_view path, std::string_view type,
                      std::string_view body) {
  return fmt::format("POST {} HTTP/1.1\r\nHost: {}\r\nContent-Type: {}\r\nContent-Length: {}\r\n\r\n{}", path,
                     host, type, body.size(), body);
}

}  // namespace

std::string http_get(std::string_view host, std::string_view path) {
  return fmt::format("GET {} HTTP/1.1\r\nHost: {}\r\nUser-Agent: sample/1.0\r\nAccept: */*\r\n\r\n", path,
                     host);
}

std::string soap(std::string_view host, std::string_view path) {
  return http_post(host, path, "application/soap+xml", "<s:Envelope/>");
}

std::string xml(std::string_view host, std::string_view path, std::string_view body) {
  return http_post(host, path, "text/xml", body);
}

std::string http_ok(std::string_view body) {
  return fmt::format("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {}\r\n\r\n{}",
                     body.size(), body);
}

// MC-NMF, 2.2.3: version 1.0, duplex mode, the address of the service.
std::string net_tcp_preamble(std::string_view address) {
  std::string preamble{'\0', '\1', '\0', '\1', '\2', '\2'};
  preamble.push_back(static_cast<char>(address.size()));
  preamble += address;
  return preamble + std::string{'\3', '\x08', '\x0c'};
}

Bytes syslog(std::string_view text) {
  return Message().text("<134>").text(text);
}

Bytes opaque(std::size_t size) {
  Message message;
  message.zeroes(2);
  for (std::size_t index = 2; index < size; ++index) message.u8(index);
  return message;
}

}  // namespace portproof::samples
