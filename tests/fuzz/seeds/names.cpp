// Opening messages in pieces, QUIC Initial packets, DNS answers. The first byte says which; the next eight
// give the sizes of the pieces.
#include "tests/capture/identify/hellos.hpp"
#include "tests/fuzz/seeds/frames.hpp"
#include "tests/fuzz/seeds/seeds.hpp"
#include "tests/support/dns_packet.hpp"
#include "tests/support/packet_builder.hpp"
#include "tests/support/quic_packet.hpp"

namespace portproof::test {

void make_names(const Corpus& corpus) {
  enum class Kind : std::uint8_t { stream, datagrams, frames, answer, answers };
  const auto add = [&corpus](const std::string& name, Kind kind, const std::string& content,
                             const Bytes& sizes = {}) {
    Bytes bytes{static_cast<std::uint8_t>(kind)};
    append(bytes, sizes);
    bytes.resize(9, 0xff);
    append(bytes, bytes_of(content));
    corpus.add(name, bytes);
  };
  const std::string hello = tls_handshake(1, hello_body(long_extensions("a.example", 300)));
  const Bytes hundred{99, 99, 99, 99, 99, 99};
  add("tls-split", Kind::stream, tls_record(22, hello), hundred);
  add("tls-records", Kind::stream, in_records(hello, 64), hundred);
  add("tls-no-name", Kind::stream, tls_record(22, tls_handshake(1, hello_body(tls_extension(51, "k")))),
      {39, 9});
  add("http-split", Kind::stream, "GET / HTTP/1.1\r\nCookie: c\r\nHost: a.example\r\n\r\n", {9, 9, 9, 9});
  const std::string body = dtls_hello_body(long_extensions("a.example", 20));
  const std::string first = dtls_record(dtls_fragment(body, 0, 75));
  add("dtls-fragments", Kind::datagrams, first + dtls_record(dtls_fragment(body, 75, 999)), {99});
  add("dtls-in-one", Kind::datagrams, first + dtls_record(dtls_fragment(body, 75, 999)));
  const Bytes initial = quic_initial(quic_crypto(0, hello));
  add("quic-initial", Kind::datagrams, {initial.begin(), initial.end()});
  add("quic-frames", Kind::frames,
      quic_crypto(100, hello.substr(100)) + '\x01' + quic_crypto(0, hello.substr(0, 100)));
  add("quic-two-packets", Kind::frames,
      quic_crypto(97, hello.substr(97)) + quic_crypto(0, hello.substr(0, 97)), {130});
  const std::string address{10, 0, 0, 7};
  DnsMessage answer;
  answer.question(DnsMessage::name("a.example")).cname("a.example", 300, "b.example");
  answer.a("b.example", 20, address).answer(DnsMessage::pointer(12), 28, 20, std::string(16, 'x'));
  add("dns-answer", Kind::answer, answer.bytes());
  add("dns-loop", Kind::answer, DnsMessage().question(DnsMessage::pointer(12)).bytes());
  add("dns-hostile", Kind::answer,
      DnsMessage()
          .question("\x03" + std::string("a.b") + '\0')
          .answer(DnsMessage::pointer(12), 1, 9, address)
          .bytes());
  add("dns-over-tcp", Kind::answers, answer.over_tcp() + answer.over_tcp(), {1, 30, 99});
}

}  // namespace portproof::test
