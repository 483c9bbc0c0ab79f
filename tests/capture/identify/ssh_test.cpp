#include <doctest/doctest.h>

#include "tests/capture/identify/data.hpp"

using namespace portproof;
using namespace portproof::test;

TEST_CASE("SSH announces itself") {
  CHECK(application_of("SSH-2.0-OpenSSH_9.2\r\n") == "ssh");
  CHECK(application_of("SSH-1.99-x\r\n") == "ssh");
  CHECK(application_of("SSH-3\r\n") == "unknown");
  CHECK(application_of("SSH") == "unknown");
}
