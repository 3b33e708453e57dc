// What several loaders check alike: identifiers, and that a file lies where its id says.
#pragma once

#include "rig/scenario/yaml_reader.hh"

#include <filesystem>
#include <string>
#include <string_view>

namespace twinline::scenario {

// Below a folder named `folder` the rest of the path is "ID.yaml"; elsewhere (a stored record) the
// name is free.
void check_path(const Map& map, const std::string& id, const std::filesystem::path& file,
                std::string_view folder);

// Lower-case letters, digits and hyphens, a letter first.
bool is_name(std::string_view text);
bool is_dotted_address(std::string_view text);

}  // namespace twinline::scenario
