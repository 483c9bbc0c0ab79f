#include "samples/message.hpp"
#include "tests/capture/identify/data.hpp"

using namespace portproof;
using namespace portproof::test;
using portproof::samples::Message;

namespace {

// Its length, then the code and the parameters.
std::string client_start(std::uint32_t code, const std::string& parameters = "") {
  return text(Message().u32(8 + parameters.size()).u32(code).text(parameters));
}

std::string authentication(std::uint32_t kind, const std::string& rest = "") {
  return text(Message().u8('R').u32(8 + rest.size()).u32(kind).text(rest));
}

const std::string kUser = "user" + zeroes(1) + "reader" + zeroes(1);
const std::string kDatabase = "database" + zeroes(1) + "site" + zeroes(1);
constexpr std::uint32_t kVersion = 0x0003'0000;

}  // namespace

TEST_CASE("PostgreSQL: what a client begins with") {
  const std::string startup = client_start(kVersion, kUser + kDatabase + zeroes(1));
  check_said(
      kProtocolTcp,
      {{"startup", startup, "postgresql", Speaker::asks},
       {"another order", client_start(kVersion, kDatabase + kUser + zeroes(1)), "postgresql", Speaker::asks},
       {"version 3.2", client_start(0x0003'0002, kUser + zeroes(1)), "postgresql", Speaker::asks},
       {"requests TLS", hex("00000008 04d2162f"), "postgresql", Speaker::asks},
       {"requests GSSAPI", hex("00000008 04d21630"), "postgresql", Speaker::asks},
       {"cancels", hex("00000010 04d2162e 00001a2b 0badcafe"), "postgresql", Speaker::asks},
       {"version 2", client_start(0x0002'0000, kUser + zeroes(1))},
       {"nobody", client_start(kVersion, kDatabase + zeroes(1))},
       {"user as a value", client_start(kVersion, "database" + zeroes(1) + kUser)},
       {"one byte too many", startup + "x"},
       {"a cancellation without a key", hex("00000008 04d2162e")}});
}

TEST_CASE("PostgreSQL: what a server answers") {
  const std::string accepted = authentication(0);
  check_said(kProtocolTcp,
             {{"accepted", accepted, "postgresql", Speaker::answers},
              {"and ready", accepted + "Z" + hex("00000005 49"), "postgresql", Speaker::answers},
              {"clear password", authentication(3), "postgresql", Speaker::answers},
              {"MD5", authentication(5, "salt"), "postgresql", Speaker::answers},
              {"SCRAM", authentication(10, "SCRAM-SHA-256" + zeroes(2)), "postgresql", Speaker::answers},
              {"MD5 without a salt", authentication(5)},
              {"an unknown mechanism", authentication(10, "PLAIN" + zeroes(2))},
              {"an unknown kind", authentication(4)},
              {"more data after a question", authentication(3) + "x"},
              {"an unknown message", with(accepted, 0, 'S')}});
}

TEST_CASE("PostgreSQL: only over TCP") {
  check_said(kProtocolUdp, {{"requests TLS", hex("00000008 04d2162f")}});
}
