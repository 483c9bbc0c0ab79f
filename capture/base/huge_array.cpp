#include "capture/base/huge_array.hpp"

#include <sys/mman.h>

#include <cstdint>
#include <cstdlib>
#include <new>

namespace portproof {

void* take_huge(std::size_t bytes, Pages pages) {
  if (bytes < kHugePage) {
    void* const memory = std::calloc(1, bytes);
    if (memory == nullptr) throw std::bad_alloc();
    return memory;
  }
  // A mapping starts out as zeros and takes memory only where it is touched. Mapping one huge page more than
  // needed leaves room to start on a huge-page boundary; the excess is unmapped at once.
  const std::size_t rounded = (bytes + kHugePage - 1) / kHugePage * kHugePage;
  void* const mapped =
      mmap(nullptr, rounded + kHugePage, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (mapped == MAP_FAILED) throw std::bad_alloc();
  const auto address = reinterpret_cast<std::uintptr_t>(mapped);
  const std::size_t before = (kHugePage - address % kHugePage) % kHugePage;
  char* const memory = static_cast<char*>(mapped) + before;
  if (before > 0) munmap(mapped, before);
  if (before < kHugePage) munmap(memory + rounded, kHugePage - before);
  // The first huge page's worth stays in small pages: a small capture needs few of them, but would pay for
  // zeroing a whole huge page. If huge pages are refused, small ones serve.
  if (pages == Pages::huge && rounded > kHugePage) {
    madvise(memory + kHugePage, rounded - kHugePage, MADV_HUGEPAGE);
  }
  return memory;
}

void give_back_huge(void* memory, std::size_t bytes) {
  if (bytes < kHugePage) {
    std::free(memory);
  } else {
    munmap(memory, (bytes + kHugePage - 1) / kHugePage * kHugePage);
  }
}

}  // namespace portproof
