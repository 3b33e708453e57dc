// The tests of the lab run inside its namespaces, as every program does that has a lab. Where the
// machine refuses, they are skipped and say why.
#include "rig/testbed/outer.hh"
#include "tests/testbed/as_program.hh"
#include "tests/testbed/lab_test.hh"

#include <gtest/gtest.h>

#include <algorithm>
#include <string_view>

int main(int argc, char** argv) {
    if (argc == 3 && argv[1] == twinline::testbed::as_program) {
        return twinline::testbed::run_program(argv[2]);
    }
    const auto only_lists = [](std::string_view word) { return word == "--gtest_list_tests"; };
    if (std::none_of(argv, argv + argc, only_lists)) {
        try {
            twinline::testbed::enter_lab_namespaces();
        } catch (const twinline::testbed::Unavailable& error) {
            twinline::testbed::why_no_lab() = error.what();
        }
    }
    testing::InitGoogleTest(&argc, argv);
    return RUN_ALL_TESTS();
}
