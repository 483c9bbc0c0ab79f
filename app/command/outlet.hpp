// Something that is written to without ever waiting for its reader: a full pipe, a stopped terminal, a socket
// that nobody empties.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace portproof {

class Outlet {
 public:
  // For an open descriptor, which stays open and unchanged: others that hold it may rely on waiting. For a
  // pipe or a terminal, the outlet opens a description of its own, so make it before rights are given up.
  static Outlet of(int descriptor);
  // For a descriptor that was opened without waiting; the outlet closes it.
  static Outlet owning(int descriptor);

  Outlet(Outlet&& other) noexcept;
  Outlet& operator=(Outlet&& other) noexcept;
  Outlet(const Outlet&) = delete;
  Outlet& operator=(const Outlet&) = delete;
  ~Outlet();

  // True if all of the text was taken, or its beginning: then the rest goes before whatever comes next, so
  // that no line is ever cut. False if nothing was taken. Throws only if there is no memory.
  bool offer(std::string_view text);

 private:
  enum class Kind : std::uint8_t { plain, pollable, socket };
  Outlet(int descriptor, bool is_own, Kind kind) : descriptor_(descriptor), is_own_(is_own), kind_(kind) {}
  [[nodiscard]] std::size_t write(std::string_view text) const;

  int descriptor_;
  bool is_own_;
  Kind kind_;
  std::string rest_;  // of the last text
};

}  // namespace portproof
