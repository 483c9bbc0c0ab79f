// Memory for arrays that may be huge. An array with one random access per packet belongs in huge pages: in
// small ones, address translation would take longer than the reads. An array that is filled from one end to
// the other belongs in small pages: a virtual machine may have returned its free huge pages to the host, and
// has to wait for each one.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <type_traits>
#include <utility>

namespace portproof {

// 2 MiB on the processors that we support. Smaller blocks come from the heap.
inline constexpr std::size_t kHugePage = std::size_t{2} << 20U;

enum class Pages : std::uint8_t { small, huge };

// Zeroed memory, aligned to a huge page if it is at least that large. Throws std::bad_alloc.
void* take_huge(std::size_t bytes, Pages pages);
void give_back_huge(void* memory, std::size_t bytes);

// Its values start as zero bytes. It can be neither copied nor resized.
template <typename T>
class HugeArray {
  static_assert(std::is_trivially_copyable_v<T> && std::is_trivially_destructible_v<T>);

 public:
  HugeArray() = default;
  explicit HugeArray(std::size_t size, Pages pages = Pages::huge)
      : values_(static_cast<T*>(take_huge(size * sizeof(T), pages)), GiveBack{size * sizeof(T)}),
        size_(size) {}
  // An array that was moved from is empty.
  HugeArray(HugeArray&& other) noexcept
      : values_(std::move(other.values_)), size_(std::exchange(other.size_, 0)) {}
  HugeArray& operator=(HugeArray&& other) noexcept {
    values_ = std::move(other.values_);
    size_ = std::exchange(other.size_, 0);
    return *this;
  }
  HugeArray(const HugeArray&) = delete;
  HugeArray& operator=(const HugeArray&) = delete;
  ~HugeArray() = default;

  [[nodiscard]] T& operator[](std::size_t index) { return values_.get()[index]; }
  [[nodiscard]] const T& operator[](std::size_t index) const { return values_.get()[index]; }
  [[nodiscard]] T* data() { return values_.get(); }
  [[nodiscard]] std::size_t size() const { return size_; }
  [[nodiscard]] const T* begin() const { return values_.get(); }
  [[nodiscard]] const T* end() const { return values_.get() + size_; }

 private:
  struct GiveBack {
    std::size_t bytes{0};
    void operator()(T* values) const { give_back_huge(values, bytes); }
  };
  std::unique_ptr<T, GiveBack> values_;
  std::size_t size_{0};
};

}  // namespace portproof
