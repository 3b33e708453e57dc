// Reading a good message must not touch the heap: a million packets a second leave no time for it.
// The operators new of this program count.
#include "probes/decode/decoder.hh"
#include "probes/decode/sip_scanner.hh"
#include "probes/timeline/json_lines.hh"
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

TEST(SipAllocation, AStreamedEventTakesNoMemoryOfItsOwn) {
    auto owned = test::frame(test::sip_frame(test::ok_response("")));
    owned.frame.bytes = owned.bytes;
    decode::Decoder decoder(test::cast());
    std::size_t events = 0, fields = 0;
    const decode::ViewSink sink = [&](const timeline::EventView& event) {
        ++events;
        fields += event.fields.size();
    };
    decoder.feed_views(owned.frame, sink);  // its first transmission is remembered
    allocations = 0;
    for (int again = 0; again < 1000; ++again) decoder.feed_views(owned.frame, sink);
    EXPECT_EQ(allocations, 0U);
    EXPECT_EQ(events, 1001U);
    EXPECT_GT(fields, 5 * events);
}

TEST(SipAllocation, AnEventThatIsKeptIsTheOneThatWasStreamed) {
    auto owned = test::frame(test::sip_frame(test::register_request()));
    owned.frame.bytes = owned.bytes;
    decode::Decoder kept(test::cast()), streamed(test::cast());
    timeline::Timeline events;
    timeline::JsonLines lines;
    kept.feed(owned.frame, [&](timeline::Event&& event) { events.push_back(std::move(event)); });
    streamed.feed_views(owned.frame, [&](const timeline::EventView& event) { lines.add(event); });
    ASSERT_EQ(events.size(), 1U);
    EXPECT_EQ(lines.text(), timeline::to_json_line(events.front()) + '\n');
}

}  // namespace
