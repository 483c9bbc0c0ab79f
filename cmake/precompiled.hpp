// Headers that most sources include, compiled once if PORTPROOF_PRECOMPILE is on. Every source still includes
// what it uses, because the release build and Clang builds do without this file.
#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <utility>
#include <vector>
