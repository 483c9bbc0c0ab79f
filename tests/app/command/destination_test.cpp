#include "app/command/destination.hpp"

#include <doctest/doctest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <string>

using portproof::Destination;
using portproof::destination_of;

namespace fs = std::filesystem;

namespace {

struct Folder {
  Folder() {
    std::string name = "/tmp/portproof-destination-XXXXXX";
    REQUIRE(::mkdtemp(name.data()) != nullptr);
    path = fs::canonical(name);
  }
  ~Folder() { fs::remove_all(path); }
  fs::path path;
};

}  // namespace

TEST_CASE("a link to a file is resolved, also where the file is not there yet") {
  const Folder folder;
  fs::create_directory(folder.path / "far");
  fs::create_symlink("far/report", folder.path / "near");
  fs::create_symlink(folder.path / "near", folder.path / "further");
  for (const bool exists : {false, true}) {
    if (exists) std::ofstream(folder.path / "far/report") << "x";
    const auto destination = destination_of(folder.path / "further");
    REQUIRE(destination);
    CHECK(destination->kind == Destination::Kind::file);
    CHECK(destination->path == (folder.path / "far/report").string());
  }
}

TEST_CASE("what leads to a descriptor of the program is that descriptor") {
  const Folder folder;
  fs::create_symlink("/proc/self/fd/1", folder.path / "stdout");
  for (const std::string& output : {std::string{"-"}, std::string{}, std::string{"/dev/stdout"},
                                    std::string{"/dev/fd/1"}, (folder.path / "stdout").string()}) {
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
  const Folder folder;
  fs::create_symlink("/dev/null", folder.path / "null");
  const auto device = destination_of(folder.path / "null");
  REQUIRE(device);
  CHECK(device->kind == Destination::Kind::special);
  CHECK(device->path == "/dev/null");
  fs::create_symlink("circle", folder.path / "circle");
  const auto circle = destination_of(folder.path / "circle");
  REQUIRE(!circle);
  CHECK(circle.error().kind == portproof::ErrorKind::cannot_create);
}
