// The keys of one object of JSON, each with the values that it may have. Private to reading evidence.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "capture/base/ip_address.hpp"
#include "capture/base/timestamp.hpp"

namespace portproof::evidence_file {

using Json = nlohmann::json;

// Reads the keys of one object. The first key that is missing, or has a value that it cannot have, is
// remembered; from then on every value is empty and nothing matters but that key's name.
class Fields {
 public:
  Fields(const Json& object, std::string& fault) : object_(object), fault_(fault) {}

  [[nodiscard]] std::uint64_t count(const char* key, std::uint64_t most = kMost) const {
    const Json* value = find(key);
    if (value == nullptr || !value->is_number_unsigned() || value->get<std::uint64_t>() > most) {
      return reject<std::uint64_t>(key);
    }
    return value->get<std::uint64_t>();
  }

  [[nodiscard]] std::int64_t nanoseconds(const char* key) const {
    const Json* value = find(key);
    const bool fits = value != nullptr && value->is_number_integer() &&
                      !(value->is_number_unsigned() && value->get<std::uint64_t>() > kMost);
    return fits ? value->get<std::int64_t>() : reject<std::int64_t>(key);
  }

  [[nodiscard]] std::optional<Timestamp> time_or_null(const char* key) const {
    const Json* value = find(key);
    if (value != nullptr && value->is_null()) return std::nullopt;
    return Timestamp{nanoseconds(key)};
  }

  [[nodiscard]] bool flag(const char* key) const {
    const Json* value = find(key);
    return value != nullptr && value->is_boolean() ? value->get<bool>() : reject<bool>(key);
  }

  [[nodiscard]] std::string text(const char* key) const {
    const Json* value = find(key);
    return value != nullptr && value->is_string() ? value->get<std::string>() : reject<std::string>(key);
  }

  [[nodiscard]] IpAddress address(const char* key) const {
    const auto parsed = parse_ip_address(text(key));
    return parsed ? *parsed : reject<IpAddress>(key);
  }

  // One of `names`, as the enum value of its index.
  template <typename Enum, std::size_t Size>
  [[nodiscard]] Enum one_of(const char* key, const std::array<std::string_view, Size>& names) const {
    const std::string wanted = text(key);
    for (std::size_t index = 0; index < Size; ++index) {
      if (names[index] == wanted) return static_cast<Enum>(index);
    }
    return reject<Enum>(key);
  }

  [[nodiscard]] bool has(const char* key) const { return find(key) != nullptr; }

  [[nodiscard]] bool is_null(const char* key) const {
    const Json* value = find(key);
    return value != nullptr && value->is_null();
  }

  [[nodiscard]] Fields object(const char* key) const {
    return {structure(key, Json::value_t::object), fault_};
  }
  [[nodiscard]] const Json& array(const char* key) const { return structure(key, Json::value_t::array); }

  // Calls `take` with each text of a list. One that it does not take is refused, and so is what is no text.
  template <typename Take>
  void each_text(const char* key, const Take& take) const {
    for (const Json& item : array(key)) {
      const bool taken = item.is_string() && take(item.get_ref<const std::string&>());
      require(taken, key);
      if (!taken) return;
    }
  }

  // Calls `take` with the fields of each object of a list of at most so many.
  template <typename Take>
  void each_object(const char* key, std::size_t most, const Take& take) const {
    const Json& items = array(key);
    require(items.size() <= most, key);
    for (const Json& item : items) {
      require(item.is_object(), key);
      if (!fault_.empty()) return;
      take(Fields(item, fault_));
    }
  }

  // A condition on values that were read well enough by themselves.
  void require(bool holds, const char* key) const {
    if (!holds) reject<bool>(key);
  }

 private:
  static constexpr std::uint64_t kMost =
      std::numeric_limits<std::int64_t>::max();  // of anything that is counted

  [[nodiscard]] const Json* find(const char* key) const {
    const auto found = object_.find(key);
    return found == object_.end() ? nullptr : &*found;
  }

  [[nodiscard]] const Json& structure(const char* key, Json::value_t type) const {
    static const Json kNothing = Json::object();
    const Json* value = find(key);
    if (value != nullptr && value->type() == type) return *value;
    reject<bool>(key);
    return kNothing;
  }

  template <typename Value>
  Value reject(const char* key) const {
    if (fault_.empty()) fault_ = std::string{"\""} + key + "\" is missing or has a value that it cannot have";
    return Value{};
  }

  const Json& object_;
  std::string& fault_;
};

}  // namespace portproof::evidence_file
