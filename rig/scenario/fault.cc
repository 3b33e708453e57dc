// How places and faults read: the one form that the command line prints and that editors can jump
// to.
#include "rig/scenario/catalogue.hh"

#include <utility>

namespace twinline::scenario {

// Line 0 means the file as a whole.
std::string Place::to_string() const {
    return line == 0 ? file : file + ":" + std::to_string(line);
}

std::string Fault::to_string() const { return place.to_string() + ": " + text; }

BadInput::BadInput(std::vector<Fault> faults) : faults_(std::move(faults)) {
    for (const Fault& fault : faults_) {
        if (!text_.empty()) text_ += '\n';
        text_ += fault.to_string();
    }
}

const char* BadInput::what() const noexcept { return text_.c_str(); }

std::string_view to_string(Level level) {
    switch (level) {
        case Level::must:
            return "must";
        case Level::should:
            return "should";
        case Level::observed:
            return "observed";
    }
    return "?";
}

}  // namespace twinline::scenario
