#include "tests/capture/identify/data.hpp"

using namespace portproof;
using namespace portproof::test;

namespace {

const std::string kAddress = hex("01 0a000001 01bb");  // IPv4, and a port

std::string host(std::string_view name) {
  return hex("03") + static_cast<char>(name.size()) + std::string(name) + hex("01bb");
}

}  // namespace

TEST_CASE("version 4 asks for an address, 4A for a host name") {
  const std::string request = hex("04 01 01bb 5db8d877 00");
  const std::string named = hex("04 01 01bb 00000007") + "me" + hex("00") + "a.example" + hex("00");
  check_said(kProtocolTcp, {{"connect", request, "socks", Speaker::asks},
                            {"bind", with(request, 1, 2), "socks", Speaker::asks},
                            {"as a user", request.substr(0, 8) + "me" + hex("00"), "socks", Speaker::asks},
                            {"to a name", named, "socks", Speaker::asks},
                            {"another command", with(request, 1, 3)},
                            {"no port", with(with(request, 2, 0), 3, 0)},
                            {"no address", hex("04 01 01bb 00000000 00")},
                            {"an address that needs a name", hex("04 01 01bb 00000007 00")},
                            {"an unprintable name", with(named, 12, 7)},
                            {"more after it", request + "x"},
                            {"no end", request.substr(0, 8) + "me"}});
  check_said(kProtocolUdp, {{"not over UDP", request}});
}

TEST_CASE("version 5 offers methods, and may ask at once") {
  const std::string request = hex("05 01 00") + kAddress;
  check_said(kProtocolTcp, {{"one method", hex("05 01 00"), "socks", Speaker::asks},
                            {"three", hex("05 03 00 01 02"), "socks", Speaker::asks},
                            {"a private one", hex("05 02 00 80"), "socks", Speaker::asks},
                            {"with the request", hex("05 01 00") + request, "socks", Speaker::asks},
                            {"none", hex("05 00")},
                            {"the same twice", hex("05 02 00 00")},
                            {"a method that nobody assigned", hex("05 01 0a")},
                            {"\"none acceptable\"", hex("05 01 ff")},
                            {"more than it announces", hex("05 01 00 02")},
                            {"fewer", hex("05 02 00")},
                            {"something else behind it", hex("05 01 00 05 01 00 01")}});
}

TEST_CASE("requests and replies of version 5 have an address to the end") {
  check_said(kProtocolTcp,
             {{"success", hex("05 00 00") + kAddress, "socks", Speaker::answers},
              {"refused", hex("05 05 00") + kAddress, "socks", Speaker::answers},
              {"a request, or an error", hex("05 01 00") + kAddress, "socks"},
              {"to a name", hex("05 01 00") + host("a.example"), "socks"},
              {"over IPv6", hex("05 00 00 04") + zeroes(15) + hex("01 01bb"), "socks", Speaker::answers},
              {"an unknown error", hex("05 09 00") + kAddress},
              {"not reserved", hex("05 00 01") + kAddress},
              {"an unknown kind of address", hex("05 00 00 02 0a000001 01bb")},
              {"no name", hex("05 01 00") + host("")},
              {"an unprintable name", hex("05 01 00") + host("a\tb")},
              {"more after it", hex("05 00 00") + kAddress + "x"},
              {"too short", hex("05 00 00 01 0a000001 01")}});
}
