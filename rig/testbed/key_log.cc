// The library is looked for beside the executable, in a build tree and where it was installed.
#include "rig/testbed/key_log.hh"

#include "rig/testbed/files.hh"
#include "rig/testbed/outer.hh"
#include "rig/testbed/process.hh"

namespace twinline::testbed {

namespace {

std::filesystem::path library() {
    constexpr auto name = "twinline-key-log.so";
    const auto here = programs_folder();
    for (const auto& folder : {here, here.parent_path(), here.parent_path() / "lib/twinline"})
        if (std::filesystem::exists(folder / name)) return folder / name;
    throw Unavailable("there is no " + std::string(name) + " in " + here.string(),
                      "build it: ninja twinline-key-log");
}

}  // namespace

KeyLog::KeyLog(std::filesystem::path file) : file_(std::move(file)) { write_file(file_, ""); }

std::vector<std::pair<std::string, std::string>> KeyLog::environment() const {
    return {{"LD_PRELOAD", library().string()}, {"TWINLINE_KEY_LOG", file_.string()}};
}

}  // namespace twinline::testbed
