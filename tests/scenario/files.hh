// Files for the loaders to read: a folder that goes away with the test, and the texts of files
// without a fault, in which a test changes one thing.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace twinline::scenario::test {

class Folder {
  public:
    Folder();
    ~Folder();
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;

    const std::filesystem::path& path() const { return path_; }
    // Makes the folders on the way.
    std::filesystem::path write(std::string_view name, std::string_view text) const;

  private:
    std::filesystem::path path_;
};

extern const std::string_view topology_text;
extern const std::string_view scenario_text;
extern const std::string_view clauses_text;
extern const std::string_view readings_text;
extern const std::string_view device_text;

// The text with the only occurrence of `from` replaced; an assertion when there is not exactly one.
std::string changed(std::string_view text, std::string_view from, std::string_view to);

// What a loader says, a string for each fault, without the folder of the test: "scenarios/a.yaml:3:
// ...".
std::vector<std::string> faults_of(const Folder& folder, const std::function<void()>& load);

}  // namespace twinline::scenario::test
