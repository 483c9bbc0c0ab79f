// Writes captures of gigabytes: frames go to the file as they come. An error ends the program.
#pragma once

#include <cstdint>
#include <cstdio>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace portproof::bench {

enum class FileFormat : std::uint8_t { pcap, pcapng };

class CaptureFile {
 public:
  // "-" is standard output.
  CaptureFile(std::string path, FileFormat format);
  CaptureFile(const CaptureFile&) = delete;
  CaptureFile& operator=(const CaptureFile&) = delete;
  // The file gets its name only when it is complete.
  ~CaptureFile();

  // `time`: nanoseconds since 1970, written as microseconds.
  void add(std::int64_t time, std::span<const std::uint8_t> frame);

 private:
  void put16(std::uint16_t value);
  void put32(std::uint32_t value);
  void flush();

  std::string path_;
  FileFormat format_;
  std::FILE* file_;
  std::vector<std::uint8_t> pending_;
};

}  // namespace portproof::bench
