// Reading a good message must not touch the heap: a million packets a second leave no time for it.
// The operators new of this program count.
#include "probes/decode/sip_scanner.hh"
#include "tests/decode/frame_builder.hh"
#include "tests/decode/torture.hh"

#include <gtest/gtest.h>

#include <cstdlib>
#include <new>

namespace {

std::size_t allocations = 0;

void* counted(std::size_t octets) {
    ++allocations;
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

using namespace twinline;

TEST(SipAllocation, AGoodMessageIsReadWithoutTheHeap) {
    for (const test::GoodMessage& good : test::good_messages()) {
        allocations = 0;
        const auto view = decode::scan_sip(good.bytes);
        const std::size_t taken = allocations;
        EXPECT_TRUE(view) << good.what;
        EXPECT_EQ(taken, 0U) << good.what;
    }
}

TEST(SipAllocation, TheCounterCounts) {
    allocations = 0;
    const std::string bad = test::register_request("z9hG4bK-1", "x");
    EXPECT_FALSE(decode::scan_sip(bad));
    EXPECT_GT(allocations, 0U);
}

}  // namespace
