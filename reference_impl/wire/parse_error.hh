// What is wrong with bytes that came from outside, and where: the error half of every parser's
// result.
#pragma once

#include <tl/expected.hpp>

#include <cstddef>
#include <string>

namespace twinline::wire {

struct ParseError {
    std::size_t offset = 0;  // octets from the start of the input
    std::string reason;
};

template <typename T>
using Parsed = tl::expected<T, ParseError>;

}  // namespace twinline::wire
