// What most sources include, compiled once where PORTPROOF_PRECOMPILE is on. Every source still names what it
// includes: the release build, and Clang's, go without this.
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
