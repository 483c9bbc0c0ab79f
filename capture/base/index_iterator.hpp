// Iterates over a container by index and returns each element by value, built on demand: for containers that
// store their values in another form.
#pragma once

#include <cstddef>
#include <iterator>
#include <utility>

namespace portproof {

template <typename Container>
class IndexIterator {
 public:
  using iterator_category = std::input_iterator_tag;
  using value_type = decltype(std::declval<const Container&>()[std::size_t{0}]);
  using difference_type = std::ptrdiff_t;
  using pointer = const value_type*;
  using reference = value_type;

  // The container must outlive it.
  IndexIterator(const Container& container, std::size_t index) : container_(&container), index_(index) {}
  value_type operator*() const { return (*container_)[index_]; }
  IndexIterator& operator++() {
    ++index_;
    return *this;
  }
  friend bool operator==(const IndexIterator& left, const IndexIterator& right) {
    return left.index_ == right.index_;
  }

 private:
  const Container* container_;
  std::size_t index_;
};

}  // namespace portproof
