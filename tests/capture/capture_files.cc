// Capture files for the tests; see capture_files.hh.
#include "tests/capture/capture_files.hh"

#include <array>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <sstream>
#include <stdexcept>

namespace twinline::test {

namespace {

std::string padded(std::string text) {
    text.append((4 - text.size() % 4) % 4, '\0');
    return text;
}

}  // namespace

std::string Layout::number(std::uint64_t value, std::size_t width) const {
    std::string text(width, '\0');
    for (std::size_t i = 0; i < width; ++i) {
        const std::size_t place = order_ == capture::ByteOrder::little ? i : width - 1 - i;
        text[place] = static_cast<char>(value >> (8 * i) & 0xffU);
    }
    return text;
}

std::string Layout::option(std::uint16_t code, const std::string& value) const {
    return u16(code) + u16(value.size()) + padded(value);
}

std::string Layout::block(std::uint32_t type, const std::string& body) const {
    const std::string whole = padded(body);
    return u32(type) + u32(whole.size() + 12) + whole + u32(whole.size() + 12);
}

std::string Layout::section(const std::string& options) const {
    return block(0x0a0d0d0a, u32(0x1a2b3c4d) + u16(1) + u16(0) + u64(~std::uint64_t{0}) + options);
}

std::string Layout::interface(std::uint16_t link, const std::string& options) const {
    return block(1, u16(link) + u16(0) + u32(0) + options);
}

std::string Layout::packet(std::uint32_t interface, std::uint64_t ticks, const std::string& octets,
                           const std::string& options) const {
    return block(6, u32(interface) + u32(ticks >> 32U) + u32(ticks & 0xffffffffU) +
                        u32(octets.size()) + u32(octets.size() + 10) + padded(octets) + options);
}

ReadFile read_all(const std::string& file, const capture::FileOptions& options) {
    std::istringstream in(file);
    capture::CaptureFile reader(in, options);
    ReadFile result;
    while (const auto frame = reader.next()) {
        result.frames.push_back(
            {*frame,
             {reinterpret_cast<const char*>(frame->bytes.data()), frame->bytes.size()},
             reader.comment()});
    }
    result.notes = reader.notes();
    result.fault = reader.fault();
    result.origin = reader.origin();
    return result;
}

ReadFile read_path(const std::filesystem::path& path) {
    std::ifstream in(path, std::ios::binary);
    return read_all({std::istreambuf_iterator<char>(in), {}});
}

TemporaryDirectory::TemporaryDirectory() {
    std::string pattern = std::filesystem::temp_directory_path() / "twinline-XXXXXX";
    if (mkdtemp(pattern.data()) == nullptr) {
        throw std::runtime_error("no temporary directory");
    }
    path_ = pattern;
}

TemporaryDirectory::~TemporaryDirectory() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
}

std::optional<std::string> output_of(const std::string& command) {
    std::FILE* pipe = popen((command + " 2>/dev/null").c_str(), "r");
    if (pipe == nullptr) {
        return std::nullopt;
    }
    std::string output;
    std::array<char, 4096> chunk{};
    for (std::size_t came = 1; came > 0;) {
        came = std::fread(chunk.data(), 1, chunk.size(), pipe);
        output.append(chunk.data(), came);
    }
    return pclose(pipe) == 0 ? std::optional(output) : std::nullopt;
}

}  // namespace twinline::test
