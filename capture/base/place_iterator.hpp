// Iterates over a container by index and returns each element by value, built on demand: for containers that
// store their values in another form.
#pragma once

#include <cstddef>
#include <iterator>
#include <utility>

namespace portproof {

template <typename Container>
class PlaceIterator {
 public:
  using iterator_category = std::input_iterator_tag;
  using value_type = decltype(std::declval<const Container&>()[std::size_t{0}]);
  using difference_type = std::ptrdiff_t;
  using pointer = const value_type*;
  using reference = value_type;

  // The container must outlive it.
  PlaceIterator(const Container& container, std::size_t place) : container_(&container), place_(place) {}
  value_type operator*() const { return (*container_)[place_]; }
  PlaceIterator& operator++() {
    ++place_;
    return *this;
  }
  friend bool operator==(const PlaceIterator& left, const PlaceIterator& right) {
    return left.place_ == right.place_;
  }

 private:
  const Container* container_;
  std::size_t place_;
};

}  // namespace portproof
