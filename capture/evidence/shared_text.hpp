// Text that many hold and nobody changes: one pointer, the empty text none at all. Copies share what stands
// behind it, in whatever thread they are. It compares and sorts as the text does.
#pragma once

#include <compare>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace portproof {

class SharedText {
 public:
  SharedText() = default;
  SharedText(std::string_view text);
  SharedText(const std::string& text) : SharedText(std::string_view{text}) {}
  SharedText(const char* text) : SharedText(std::string_view{text}) {}
  SharedText(const SharedText& other);
  SharedText(SharedText&& other) noexcept : held_(std::exchange(other.held_, nullptr)) {}
  SharedText& operator=(SharedText other) noexcept {
    std::swap(held_, other.held_);
    return *this;
  }
  ~SharedText() {
    if (held_ != nullptr) release();
  }

  [[nodiscard]] bool empty() const { return held_ == nullptr; }
  // Valid as long as this, or any copy of it, holds the text.
  [[nodiscard]] std::string_view view() const;
  [[nodiscard]] std::string text() const { return std::string{view()}; }
  void clear() { *this = SharedText(); }

  friend bool operator==(const SharedText& left, const SharedText& right) {
    return left.held_ == right.held_ || left.view() == right.view();
  }
  friend std::strong_ordering operator<=>(const SharedText& left, const SharedText& right) {
    if (left.held_ == right.held_) return std::strong_ordering::equal;
    return left.view() <=> right.view();
  }

 private:
  struct Held;
  void release();

  Held* held_{nullptr};
};
static_assert(sizeof(SharedText) == sizeof(void*));

}  // namespace portproof
