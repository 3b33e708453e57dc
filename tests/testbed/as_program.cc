// Each program shows one property of the way into the lab by its exit code, its files or its
// staying alive.
#include "tests/testbed/as_program.hh"

#include "rig/testbed/outer.hh"
#include "tests/testbed/lab_test.hh"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/signal_set.hpp>

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <thread>

namespace twinline::testbed {
namespace {

// A lab that stays until a signal ends it.
int keep_lab() {
    boost::asio::io_context io;
    boost::asio::signal_set signals(io, SIGINT, SIGTERM);
    int code = 3;
    signals.async_wait([&](const auto&, int) {
        code = 130;
        io.stop();
    });
    Lab lab(io, small_topology(), TWINLINE_SOURCE "/fixtures");
    boost::asio::co_spawn(io, lab.ready(), [&](std::exception_ptr failure) {
        if (failure)
            io.stop();
        else
            std::cout << "ready" << std::endl;
    });
    io.run();
    return code;
}

int sleep_without_handlers() {
    std::cout << "ready" << std::endl;
    std::this_thread::sleep_for(std::chrono::minutes(1));
    return 0;
}

// An orphan ends with 3 while the child that is waited for ends with 5.
int leave_an_orphan() {
    int status = 0;
    try {
        run_command({"sh", "-c", "(sleep 0.05; exit 3) & (exit 5)"});
    } catch (const std::exception& error) {
        status = std::string_view(error.what()).find("exit code 5") != std::string_view::npos;
    }
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(5);
    const auto processes = [] {
        long count = 0;
        for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
            const auto first = entry.path().filename().string().front();
            if (first >= '1' && first <= '9') ++count;
        }
        return count;
    };
    while (processes() > 2) {  // the first process, and this one
        if (std::chrono::steady_clock::now() > deadline) return 4;
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    return status == 1 ? 0 : 5;
}

}  // namespace

std::vector<std::string> program_argv(const std::string& name) {
    // The marker of the lab that the tests are in must not count for the child, which enters one of
    // its own.
    return {"env",
            "-u",
            "TWINLINE_LAB",
            std::filesystem::read_symlink("/proc/self/exe").string(),
            std::string(as_program),
            name};
}

int run_program(std::string_view name) {
    enter_lab_namespaces();
    if (name == "lab") return keep_lab();
    if (name == "sleep") return sleep_without_handlers();
    if (name == "orphan") return leave_an_orphan();
    if (name == "seven") return 7;
    if (name == "write") return std::ofstream("written") << "here" ? 0 : 1;
    if (name == "crash") std::raise(SIGSEGV);
    return 2;
}

}  // namespace twinline::testbed
