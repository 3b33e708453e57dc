// How co_await tells of an error: beside the result, not by an exception.
#pragma once

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace twinline::testbed {

inline constexpr auto as_pair = boost::asio::as_tuple(boost::asio::use_awaitable);

}  // namespace twinline::testbed
