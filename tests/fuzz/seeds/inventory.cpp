// Inventories.
#include "tests/fuzz/seeds/seeds.hpp"

namespace portproof::test {
namespace {

constexpr std::string_view kSite =
    "[site]\nname = \"Example\"\ninternal = [\"10.20.0.0/16\", \"fd20::/48\"]\n"
    "internal_roles = [\"user-device\", \"workspace-app\"]\nexternal_roles = [\"internet\"]\n";
constexpr std::string_view kHost =
    "[[host]]\nname = \"ddc1\"\naddresses = [\"10.20.1.10\", \"10.20.1.11-10.20.1.14\", \"10.20.9.0/28\"]\n"
    "roles = [\"ddc\"]\n[[host]]\nname = \"cloud\"\nnames = [\"*.nssvc.net\"]\nroles = "
    "[\"gateway-service\"]\n";
constexpr std::string_view kAllow =
    "[[allow]]\nid = \"site-8080\"\nfrom = [\"storefront\"]\nto = [\"ddc\"]\ntransport = [\"tcp\", \"udp\"]\n"
    "ports = [\"8080\", \"9000-9010\"]\nowner = \"o\"\nreason = \"r\"\n";
constexpr std::string_view kAllowBetween =
    "[[allow]]\nid = \"site-rpc\"\nfrom = [\"ddc1\", \"10.20.9.0/24\", \"role:DDC\"]\n"
    "to = [\"host:ddc1\", \"10.20.1.1-10.20.1.9\", \"any-citrix\"]\ntransport = \"tcp\"\n"
    "ports = [\"445\", \"49152-65535\"]\napplication = [\"ms-rpc\", \"https\"]\n";
constexpr std::string_view kWaiver =
    "[[waiver]]\nid = \"W-7\"\nfrom = \"10.20.5.9\"\nto = \"role:vda\"\ntransport = \"tcp\"\nports = "
    "[\"any\"]\n"
    "owner = \"o\"\nreason = \"r\"\nexpires = 2027-01-31\napprover = \"a\"\nticket = \"t\"\n";

}  // namespace

void make_inventory(const Corpus& corpus) {
  const std::string site(kSite);
  corpus.add("site", site);
  corpus.add("hosts", site + std::string(kHost));
  corpus.add("allow", site + std::string(kAllow));
  corpus.add("allow-between", std::string(kHost) + std::string(kAllowBetween));
  corpus.add("waiver", std::string(kHost) + std::string(kWaiver));
  corpus.add("versions", site + "[versions]\nprovisioning-services = \"2203\"\n");
  corpus.add("limits",
             site + "[limits]\nlost_packets = 0.0001\nmissed_bytes = 0.001\nundecoded = 0.0\none_way = 1\n");
  corpus.add("role", site + "[[role]]\nid = \"print-server\"\nname = \"Print\"\nkind = \"citrix\"\n");
  corpus.add("everything", site + std::string(kHost) + std::string(kAllow) + std::string(kWaiver));
  corpus.add("twice", std::string(kHost) + std::string(kHost));
  corpus.add("wrong-address",
             "[[host]]\nname = \"x\"\naddresses = [\"10.20.1.256\", \"10.0.0.1/33\"]\nroles = [\"ddc\"]\n");
  corpus.add("wrong-date", std::string(kWaiver) + "expires = 2027-02-30\n");
  corpus.add("no-toml", "[site\n");
  corpus.add("empty", "");
}

}  // namespace portproof::test
