#include "app/command/side_by_side.hpp"

#include <algorithm>
#include <atomic>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include "app/command/faults.hpp"

namespace portproof {

Expected<void> side_by_side(std::size_t count, unsigned threads, Stop& stop,
                            const std::function<Expected<void>(std::size_t number)>& work) {
  std::atomic<std::size_t> next{0};
  std::mutex mutex;  // of `result`
  Expected<void> result;
  const auto try_one = [&](std::size_t number) -> Expected<void> {
    try {
      return work(number);
    } catch (...) {
      return tl::unexpected(error_of_exception());
    }
  };
  const auto work_on = [&] {
    for (std::size_t number = next++; number < count && !stop.requested(); number = next++) {
      auto done = try_one(number);
      if (done) continue;
      const std::lock_guard hold(mutex);
      if (result) result = std::move(done);
      stop.request();
    }
  };
  {
    std::vector<std::jthread> helpers;
    for (std::size_t helper = 1; helper < std::min<std::size_t>(threads, count); ++helper) {
      helpers.emplace_back(work_on);
    }
    work_on();
  }
  return result;
}

}  // namespace portproof
