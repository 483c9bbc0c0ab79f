#include "classify/internal/waiver.hpp"

#include <doctest/doctest.h>

#include "tests/classify/estate_builder.hpp"

namespace portproof::test {
namespace {

// What a waiver with these ends covers, between addresses of the estate.
class Covering {
 public:
  Covering(std::string_view from, std::string_view to, std::string_view transport = "\"tcp\"",
           std::string_view ports = "\"5985\"")
      : catalog_(estate_catalog()) {
    auto read = parse_inventory(
        std::string(kEstate) +
            "\n[[host]]\nname = \"special\"\naddresses = [\"10.20.2.50\"]\nroles = [\"vda\"]\n" +
            "[[waiver]]\nid = \"w\"\nfrom = \"" + std::string(from) + "\"\nto = \"" + std::string(to) +
            "\"\ntransport = [" + std::string(transport) + "]\nports = [" + std::string(ports) +
            "]\nowner = \"o\"\nreason = \"r\"\nexpires = 2027-01-31\n",
        "site.toml", catalog_);
    REQUIRE_MESSAGE(read, (read ? std::string() : message(read.error())));
    inventory_ = std::move(*read);
  }
  [[nodiscard]] bool operator()(std::string_view from, std::string_view to, std::uint16_t port = 5985,
                                Transport transport = Transport::tcp) const {
    const Parties parties(catalog_, &inventory_, names_);
    return covers(inventory_.waivers[0], parties.at(ip(from)), parties.at(ip(to)), transport, port);
  }

 private:
  Catalog catalog_;
  Inventory inventory_;
  Names names_;
};

}  // namespace

TEST_CASE("waiver: covers by address, network and range, in its direction") {
  const Covering covering("10.20.5.9", "10.20.2.0/24");
  CHECK(covering("10.20.5.9", "10.20.2.1"));
  CHECK_FALSE(covering("10.20.5.10", "10.20.2.1"));
  CHECK_FALSE(covering("10.20.5.9", "10.20.3.1"));
  CHECK_FALSE(covering("10.20.2.1", "10.20.5.9"));
  const Covering range("10.20.5.1-10.20.5.9", "::/0");
  CHECK(range("10.20.5.9", "fd20::1"));
  CHECK_FALSE(range("10.20.5.9", "10.20.2.1"));
}

TEST_CASE("waiver: a transport without client and server is covered in both directions") {
  const Covering covering("10.20.5.9", "10.20.2.0/24", "\"esp\", \"icmp\"", "\"any\"");
  CHECK(covering("10.20.5.9", "10.20.2.1", 0, Transport::esp));
  CHECK(covering("10.20.2.1", "10.20.5.9", 0, Transport::esp));
  CHECK_FALSE(covering("10.20.2.1", "10.20.5.8", 0, Transport::esp));
  CHECK_FALSE(covering("10.20.2.1", "10.20.5.9", 0, Transport::icmp));
  CHECK_FALSE(covering("10.20.5.9", "10.20.2.1", 0, Transport::gre));
}

TEST_CASE("waiver: covers by role and by group") {
  const Covering role("role:ddc", "role:vda");
  CHECK(role("10.20.1.10", "10.20.2.1"));
  CHECK_FALSE(role("10.20.1.20", "10.20.2.1"));
  const Covering group("role:any-citrix", "role:internet");
  CHECK(group("10.20.1.20", "203.0.113.7"));
  CHECK_FALSE(group("10.20.9.9", "203.0.113.7"));
}

TEST_CASE("waiver: a host covers the addresses that the inventory assigns to it") {
  const Covering covering("ddc1", "vdas");
  CHECK(covering("10.20.1.10", "10.20.2.1"));
  // 10.20.2.50 lies in the network of "vdas", but has a host entry of its own.
  CHECK_FALSE(covering("10.20.1.10", "10.20.2.50"));
}

TEST_CASE("waiver: ports and transports must match") {
  const Covering some("10.20.5.9", "role:vda", "\"tcp\", \"udp\"", "\"80\", \"100-200\"");
  CHECK(some("10.20.5.9", "10.20.2.1", 80));
  CHECK(some("10.20.5.9", "10.20.2.1", 200, Transport::udp));
  CHECK_FALSE(some("10.20.5.9", "10.20.2.1", 81));
  CHECK_FALSE(some("10.20.5.9", "10.20.2.1", 80, Transport::sctp));
  const Covering any("10.20.5.9", "role:vda", "\"tcp\", \"icmp\"", "\"any\"");
  CHECK(any("10.20.5.9", "10.20.2.1", 65535));
  CHECK(any("10.20.5.9", "10.20.2.1", 0, Transport::icmp));
  CHECK_FALSE(any("10.20.5.9", "10.20.2.1", 80, Transport::udp));
}

}  // namespace portproof::test
