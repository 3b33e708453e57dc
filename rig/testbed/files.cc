// A draft takes the place of the file by its name.
#include "rig/testbed/files.hh"

#include <fstream>
#include <sstream>
#include <stdexcept>

namespace twinline::testbed {

std::string read_file(const std::filesystem::path& path) {
    std::ifstream in(path, std::ios::binary);
    std::ostringstream text;
    if (!in || (in.peek() != std::ifstream::traits_type::eof() && !(text << in.rdbuf())))
        throw std::runtime_error("read " + path.string() + " failed");
    return text.str();
}

void write_file(const std::filesystem::path& path, std::string_view text) {
    const auto draft = path.parent_path() / ('.' + path.filename().string() + ".draft");
    if (!(std::ofstream(draft, std::ios::binary) << text))
        throw std::runtime_error("write " + path.string() + " failed");
    std::filesystem::rename(draft, path);
}

}  // namespace twinline::testbed
