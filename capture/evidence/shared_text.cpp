#include "capture/evidence/shared_text.hpp"

#include <atomic>
#include <cstdint>

namespace portproof {

struct SharedText::Held {
  std::string text;
  std::atomic<std::uint32_t> holders{1};
};

SharedText::SharedText(std::string_view text) {
  if (!text.empty()) held_ = new Held{std::string{text}};
}

SharedText::SharedText(const SharedText& other) : held_(other.held_) {
  if (held_ != nullptr) held_->holders.fetch_add(1, std::memory_order_relaxed);
}

void SharedText::release() {
  if (held_->holders.fetch_sub(1, std::memory_order_acq_rel) == 1) delete held_;
}

std::string_view SharedText::view() const {
  return held_ == nullptr ? std::string_view{} : std::string_view{held_->text};
}

}  // namespace portproof
