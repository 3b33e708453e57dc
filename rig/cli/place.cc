// Looked for from the executable upwards, so that a build tree works wherever it lies.
#include "rig/cli/place.hh"

#include "rig/testbed/outer.hh"

#include <cstdlib>

namespace twinline::cli {

std::filesystem::path fixtures_folder() {
    namespace fs = std::filesystem;
    const auto holds_fixtures = [](const fs::path& p) { return fs::is_directory(p / "scenarios"); };
    if (const char* told = std::getenv("TWINLINE_FIXTURES")) {
        if (!holds_fixtures(told))
            throw testbed::Unavailable(
                "TWINLINE_FIXTURES names no fixtures folder: " + std::string(told),
                "point it to the folder that holds scenarios/ and clauses/");
        return told;
    }
    for (auto folder = fs::read_symlink("/proc/self/exe").parent_path();
         folder != folder.root_path(); folder = folder.parent_path())
        for (const auto& candidate :
             {folder / "fixtures", folder / "share" / "twinline" / "fixtures"})
            if (holds_fixtures(candidate)) return candidate;
    throw testbed::Unavailable("no fixtures folder found", "set TWINLINE_FIXTURES to it");
}

}  // namespace twinline::cli
