#include "capture/identify/dns_message.hpp"

#include <doctest/doctest.h>

#include <memory>
#include <random>
#include <string>

#include "tests/support/dns_packet.hpp"

using namespace portproof;
using namespace portproof::test;
using namespace std::string_literals;

namespace {

const std::string kAddress = "\x0a\x00\x00\x07"s;

std::span<const std::uint8_t> span_of(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

// "10.0.0.7=a.example/60,b.example/60 " for each address; "no" if it is not an answer.
std::string read(std::string_view message) {
  const auto answer = std::make_unique<DnsAnswer>();
  if (!read_dns_answer(span_of(message), *answer)) return "no";
  std::string all;
  for (const DnsAnswer::Address& found : answer->addresses()) {
    all += to_string(found.address) + "=";
    for (std::size_t name = 0; name <= found.chain; ++name) {
      all += std::string(answer->name(name)) + "/" + std::to_string(answer->ttl(found, name)) + " ";
    }
  }
  return all;
}

DnsMessage asked(std::string_view name = "a.example") {
  return DnsMessage().question(DnsMessage::name(name));
}

}  // namespace

TEST_CASE("addresses of a name") {
  CHECK(read(asked().a("a.example", 60, kAddress).bytes()) == "10.0.0.7=a.example/60 ");
  CHECK(read(asked("A.Example").a("a.eXAMPLE", 60, kAddress).bytes()) == "10.0.0.7=a.example/60 ");
  CHECK(read(asked().answer(DnsMessage::pointer(12), 1, 60, kAddress).bytes()) == "10.0.0.7=a.example/60 ");
  CHECK(read(asked().answer(DnsMessage::pointer(12), 28, 9, std::string(15, '\0') + '\x01').bytes()) ==
        "::1=a.example/9 ");
  CHECK(read(asked().a("a.example", 60, kAddress).a("a.example", 5, "\x0a\0\0\x08"s).bytes()) ==
        "10.0.0.7=a.example/60 10.0.0.8=a.example/5 ");
  CHECK(read(asked().a("a.example", 0x80000001U, kAddress).bytes()) == "10.0.0.7=a.example/0 ");
}

TEST_CASE("aliases: every name on the way, each for the shortest lifetime between it and the address") {
  const std::string chain = asked()
                                .cname("a.example", 300, "b.example")
                                .cname("b.example", 20, "c.example")
                                .a("c.example", 60, kAddress)
                                .bytes();
  CHECK(read(chain) == "10.0.0.7=a.example/20 b.example/20 c.example/60 ");
  // An address of a name in the middle does not belong to the names after it.
  CHECK(read(asked().cname("a.example", 300, "b.example").a("a.example", 60, kAddress).bytes()) ==
        "10.0.0.7=a.example/60 ");
}

TEST_CASE("records that do not answer the question are not believed") {
  CHECK(read(asked().a("other.example", 60, kAddress).bytes()).empty());
  CHECK(read(asked().cname("x.example", 60, "y.example").a("y.example", 60, kAddress).bytes()).empty());
}

TEST_CASE("messages that are not answers") {
  CHECK(read("") == "no");
  CHECK(read(DnsMessage(0x0100).question(DnsMessage::name("a.example")).bytes()) == "no");
  CHECK(read(DnsMessage(0x8183).question(DnsMessage::name("a.example")).bytes()) == "no");  // NXDOMAIN
  CHECK(read(DnsMessage(0xa980).question(DnsMessage::name("a.example")).bytes()) == "no");  // UPDATE
  CHECK(read(DnsMessage().a("a.example", 60, kAddress).bytes()) == "no");                   // as in mDNS
  CHECK(read(asked().question(DnsMessage::name("b.example")).a("a.example", 60, kAddress).bytes()) == "no");
  CHECK(read(DnsMessage().question("\0"s).bytes()) == "no");
}

TEST_CASE("loops and cycles") {
  CHECK(read(DnsMessage().question(DnsMessage::pointer(12)).bytes()) == "no");
  CHECK(read(DnsMessage().question("\x01"s + "a" + DnsMessage::pointer(12)).bytes()) == "no");
  CHECK(read(DnsMessage().question(DnsMessage::pointer(40)).bytes()) == "no");  // forwards
  CHECK(read(asked()
                 .cname("a.example", 60, "b.example")
                 .cname("b.example", 60, "a.example")
                 .a("b.example", 60, kAddress)
                 .bytes()) == "10.0.0.7=a.example/60 b.example/60 ");
  CHECK(read(asked().cname("a.example", 60, "a.example").a("a.example", 60, kAddress).bytes()) ==
        "10.0.0.7=a.example/60 ");
  // Pointers to pointers, each valid in itself.
  DnsMessage message = asked();
  unsigned last = 12;
  for (int count = 0; count < 40; ++count) {
    const unsigned here = static_cast<unsigned>(message.size());
    message.answer(DnsMessage::pointer(last), 1, 60, kAddress);
    last = here;
  }
  const std::string found = read(message.bytes());
  CHECK(found.starts_with("10.0.0.7=a.example/60 10.0.0.7="));
  CHECK(found.size() < 40 * 22);
}

TEST_CASE("hostile names give no name, and displace no other") {
  const auto named = [](const std::string& wire) {
    return read(DnsMessage().question(wire).answer(DnsMessage::pointer(12), 1, 60, kAddress).bytes());
  };
  CHECK(named("\x03"
              "a.b\x07"
              "example\0"s) == "10.0.0.7=/60 ");  // a full stop within a label
  CHECK(named("\x06"
              "a:8080\0"s) == "10.0.0.7=/60 ");  // something like a port
  CHECK(named("\x03"
              "a\x1b[\x07"
              "example\0"s) == "10.0.0.7=/60 ");
  CHECK(named("\x05"
              "<img>\0"s) == "10.0.0.7=/60 ");
  CHECK(named("\x02"
              "\xc3\xa9\x07"
              "example\0"s) == "10.0.0.7=/60 ");
  CHECK(named(DnsMessage::name("10.0.0.1")) == "10.0.0.7=/60 ");  // an address is not a name
  std::string longest;
  for (int label = 0; label < 4; ++label) longest += '\x3f' + std::string(63, 'x');
  CHECK(named(longest + '\0') == "no");  // 257 bytes
  CHECK(named(longest.substr(0, 192) + '\x3c' + std::string(60, 'y') + '\0').size() > 253);
  CHECK(named("\x40" + std::string(64, 'x') + '\0') == "no");
}

TEST_CASE("bombs: no more aliases and addresses than there is room for") {
  DnsMessage chain = asked("n0.example");
  for (int link = 0; link < 40; ++link) {
    chain.cname("n" + std::to_string(link) + ".example", 60, "n" + std::to_string(link + 1) + ".example");
  }
  chain.a("n16.example", 60, kAddress).a("n40.example", 60, kAddress);
  const auto answer = std::make_unique<DnsAnswer>();
  REQUIRE(read_dns_answer(span_of(chain.bytes()), *answer));
  REQUIRE(answer->addresses().size() == 1);
  CHECK(answer->addresses()[0].chain == kMostAliases);
  CHECK(answer->omitted() == 1);

  DnsMessage many = asked();
  for (int count = 0; count < 1000; ++count) many.answer(DnsMessage::pointer(12), 1, 60, kAddress);
  REQUIRE(read_dns_answer(span_of(many.bytes()), *answer));
  CHECK(answer->addresses().size() == kMostAddresses);
  CHECK(answer->omitted() == 1000 - kMostAddresses);
}

TEST_CASE("a message cut at every byte gives the records that are whole") {
  const std::string message =
      asked().a("a.example", 60, kAddress).a("a.example", 60, "\x0a\0\0\x08"s).bytes();
  const std::string whole = read(message);
  for (std::size_t size = 0; size < message.size(); ++size) {
    const std::string found = read(std::string_view{message}.substr(0, size));
    CHECK((found == "no" || whole.starts_with(found)));
  }
}

TEST_CASE("questions and answers are DNS, other data is not") {
  const auto is_dns = [](const std::string& bytes) { return is_dns_message(span_of(bytes)); };
  CHECK(is_dns(DnsMessage(0x0100).question(DnsMessage::name("a.example")).bytes()));
  CHECK(is_dns(asked().a("a.example", 60, kAddress).bytes()));
  CHECK(is_dns(DnsMessage(0x0100).question("\0"s, 2).bytes()));
  CHECK_FALSE(is_dns(DnsMessage(0x0100).bytes()));
  CHECK_FALSE(is_dns("GET / HTTP/1.1\r\nHost: a\r\n\r\n"));
  CHECK_FALSE(is_dns(std::string(40, '\0')));
  CHECK_FALSE(is_dns(std::string(40, '\xff')));
}

TEST_CASE("any bytes do no harm") {
  std::mt19937 random(29);
  const std::string message = asked()
                                  .cname("a.example", 300, "b.example")
                                  .answer(DnsMessage::name("b.example"), 28, 9, std::string(16, '\x20'))
                                  .answer(DnsMessage::pointer(12), 1, 60, kAddress)
                                  .bytes();
  for (int round = 0; round < 20'000; ++round) {
    std::string bytes = message;
    for (int flips = 0; flips < 3; ++flips) bytes[random() % bytes.size()] = static_cast<char>(random());
    bytes.resize(random() % bytes.size());
    CHECK(read(bytes).size() < 10'000);
    is_dns_message(span_of(bytes));
  }
}
