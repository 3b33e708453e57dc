// The stored corpus through every fuzz target, with the sanitizers of this build: what once broke a
// reader, and what a good input looks like. Each file also cut short at many places.
#include "tests/fuzz/targets.hh"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>

namespace {

using namespace twinline;

// An exact copy on the heap: ASan sees a read of one octet too many.
void run(const fuzz::Target& target, std::string_view input) {
    const auto exact = std::make_unique<char[]>(input.size());
    input.copy(exact.get(), input.size());
    target.run({exact.get(), input.size()});
}

std::string read(const std::filesystem::path& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

class Corpus : public testing::TestWithParam<fuzz::Target> {};

TEST_P(Corpus, IsReadToItsEndAndCutShort) {
    const auto& target = GetParam();
    const auto folder = std::filesystem::path(TWINLINE_SOURCE) / "tests/fuzz/corpus" / target.name;
    run(target, {});
    std::size_t files = 0;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
        SCOPED_TRACE(entry.path());
        const auto text = read(entry.path());
        run(target, text);
        constexpr std::size_t cuts = 16;
        const auto step = std::max<std::size_t>(1, text.size() / cuts);
        for (auto at = step / 2; at < text.size(); at += step)
            run(target, std::string_view(text).substr(0, at));
        ++files;
    }
    EXPECT_GE(files, 3U) << folder;
}

INSTANTIATE_TEST_SUITE_P(Fuzz, Corpus, testing::ValuesIn(fuzz::targets),
                         [](const auto& named) { return std::string(named.param.name); });

}  // namespace
