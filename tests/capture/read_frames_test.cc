// Keys of TLS count for what is said before them too: a file that holds its keys behind its last
// frame must be read like one that begins with them.
#include "probes/capture/read_frames.hh"

#include "tests/capture/capture_files.hh"

#include <gtest/gtest.h>

#include <sstream>

namespace {

using namespace twinline;
using namespace twinline::test;

struct Diary {
    void feed(const timeline::Frame& frame) {
        text.append(reinterpret_cast<const char*>(frame.bytes.data()), frame.bytes.size()) += ' ';
    }
    void add_keys(std::string_view lines) { text.append(lines) += ' '; }
    std::string text;
};

TEST(ReadFrames, TellsKeysWhereTheyStand) {
    const Layout in(capture::ByteOrder::little);
    const auto keys = [&](const std::string& lines) {
        return in.block(10, in.u32(0x544c534b) + in.u32(lines.size()) + lines);
    };
    std::istringstream octets(in.section() + in.interface(1) + keys("one") + in.packet(0, 1, "a") +
                              in.packet(0, 2, "b") + keys("two") + keys("three") +
                              in.packet(0, 3, "c") + keys("four"));
    capture::CaptureFile file(octets);
    Diary diary;
    EXPECT_EQ(capture::read_frames(file, diary), 3U);
    EXPECT_EQ(diary.text, "one a b twothree c four ");
    EXPECT_FALSE(file.fault());
}

}  // namespace
