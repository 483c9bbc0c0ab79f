#include "app/command/destination.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "tests/support/temporary_folder.hpp"

using portproof::Destination;
using portproof::destination_of;
using portproof::test::TemporaryFolder;

namespace fs = std::filesystem;

TEST_CASE("a link to a file is resolved, also where the file is not there yet") {
  const TemporaryFolder folder;
  fs::create_directory(folder.file("far"));
  fs::create_symlink("far/report", folder.file("near"));
  fs::create_symlink(folder.file("near"), folder.file("further"));
  for (const bool exists : {false, true}) {
    if (exists) std::ofstream(folder.file("far/report")) << "x";
    const auto destination = destination_of(folder.file("further"));
    REQUIRE(destination);
    CHECK(destination->kind == Destination::Kind::file);
    CHECK(destination->path == folder.file("far/report"));
  }
}

TEST_CASE("what leads to a descriptor of the program is that descriptor") {
  const TemporaryFolder folder;
  fs::create_symlink("/proc/self/fd/1", folder.file("stdout"));
  for (const std::string& output : {std::string{"-"}, std::string{}, std::string{"/dev/stdout"},
                                    std::string{"/dev/fd/1"}, folder.file("stdout")}) {
    CAPTURE(output);
    const auto destination = destination_of(output);
    REQUIRE(destination);
    CHECK(destination->kind == Destination::Kind::descriptor);
    CHECK(destination->descriptor == 1);
  }
  // That of another process is opened as it stands there, whatever its text says.
  const auto other = destination_of("/proc/1/fd/1");
  REQUIRE(other);
  CHECK(other->kind != Destination::Kind::descriptor);
}

TEST_CASE("devices are special, and links that lead nowhere are an error") {
  const TemporaryFolder folder;
  fs::create_symlink("/dev/null", folder.file("null"));
  const auto device = destination_of(folder.file("null"));
  REQUIRE(device);
  CHECK(device->kind == Destination::Kind::special);
  CHECK(device->path == "/dev/null");
  fs::create_symlink("circle", folder.file("circle"));
  const auto circle = destination_of(folder.file("circle"));
  REQUIRE(!circle);
  CHECK(circle.error().kind == portproof::ErrorKind::cannot_create);
}

TEST_CASE("the folder of a bare name is the one that the program runs in") {
  CHECK(portproof::folder_of("report.json") == ".");
  CHECK(portproof::folder_of("out/report.json") == "out");
  CHECK(portproof::folder_of("/report.json") == "/");
}
