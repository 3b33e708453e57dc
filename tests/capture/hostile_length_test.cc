// A length in a file is a claim: whatever it claims, no more memory is taken than the file fills,
// and one step. The operators new of this program keep the largest request.
#include "tests/capture/capture_files.hh"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <new>
#include <random>

namespace {

std::size_t largest_request = 0;

void* counted(std::size_t octets) {
    largest_request = std::max(largest_request, octets);
    if (void* memory = std::malloc(octets == 0 ? 1 : octets)) {
        return memory;
    }
    throw std::bad_alloc();
}

}  // namespace

void* operator new(std::size_t octets) { return counted(octets); }
void* operator new[](std::size_t octets) { return counted(octets); }
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete[](void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
void operator delete[](void* memory, std::size_t) noexcept { std::free(memory); }

namespace {

using namespace twinline::test;
using twinline::capture::ByteOrder;

constexpr std::size_t step = 256 * 1024;

TEST(HostileLength, TakesNoMoreThanAStepBeyondTheFile) {
    const Layout in(ByteOrder::little);
    const std::string head = in.section() + in.interface(1);
    const std::string classic = in.u32(0xa1b2c3d4) + std::string(16, '\0') + in.u32(1) + in.u64(0);
    const std::vector<std::string> files{head + in.u32(10) + in.u32(16 * 1024 * 1024) + "x",
                                         head + in.u32(6) + in.u32(300'000) + "x",
                                         head + in.u32(0xbad) + in.u32(0xfffffffc) + "x",
                                         classic + in.u32(262'144) + in.u32(1) + "x",
                                         classic + in.u32(0xffffffff) + in.u32(1) + "x"};
    for (const std::string& file : files) {
        largest_request = 0;
        const ReadFile read = read_all(file);
        EXPECT_TRUE(read.fault);
        EXPECT_LE(largest_request, file.size() + step);
    }
}

TEST(HostileLength, MutatedFilesDoNoHarm) {
    const auto seed = std::random_device{}();
    std::cout << "seed " << seed << std::endl;
    std::mt19937 random(seed);
    const Layout in(ByteOrder::big);
    const std::string good =
        in.section() + in.interface(1, in.option(9, "\x09") + in.option(0, "")) +
        in.packet(0, 1, "abc", in.option(1, "c") + in.option(0, "")) +
        in.block(10, in.u32(0x544c534b) + in.u32(4) + "keys") + in.packet(0, 2, "d");
    std::size_t frames = 0;
    for (int round = 0; round < 20000; ++round) {
        std::string file = good;
        for (auto change = random() % 3; change < 3; ++change) {
            file[random() % file.size()] = static_cast<char>(random());
        }
        largest_request = 0;
        frames += read_all(file).frames.size();
        ASSERT_LE(largest_request, 2 * file.size() + step);
    }
    EXPECT_GT(frames, 0U);
}

}  // namespace
