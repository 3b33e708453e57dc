// What the tests of the lab share: a small topology, and the io_context turned until an awaitable
// is done.
#pragma once

#include "rig/testbed/lab.hh"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

#include <optional>
#include <string>

namespace twinline::testbed {

std::string& why_no_lab();  // empty when there is one

scenario::Topology small_topology();

class LabTest : public testing::Test {
  protected:
    void SetUp() override;

    template <typename T>
    T await(boost::asio::awaitable<T> work) {
        std::optional<T> result;
        await([](auto inner, auto& out) -> boost::asio::awaitable<void> {
            out = co_await std::move(inner);
        }(std::move(work), result));
        return std::move(*result);
    }
    void await(boost::asio::awaitable<void> work);

    // Turns the io_context until the condition holds; false when it did not in time.
    template <typename Condition>
    bool turn_until(Condition condition, Duration within) {
        const auto deadline = std::chrono::steady_clock::now() + within;
        while (!condition() && std::chrono::steady_clock::now() < deadline) {
            io.restart();
            io.run_one_for(std::chrono::milliseconds(10));
        }
        return condition();
    }

    // A lab that is ready; what it says of dying servers is collected in `troubles`.
    std::unique_ptr<Lab> ready_lab();

    boost::asio::io_context io;
    std::vector<std::string> troubles;
};

}  // namespace twinline::testbed
