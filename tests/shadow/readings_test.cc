// An open question that makes no difference to anybody who listens is none: every value of every
// reading is told from the default by what the reference sends, in one scenario at least.
#include "tests/shadow/stage.hh"

#include <gtest/gtest.h>

#include <set>
#include <sstream>
#include <utility>

namespace twinline::test {
namespace {

using Readings = shadow::Readings;

// None today; an entry says here what its scenario would need.
const std::set<std::pair<std::string, std::string>> not_heard_yet{};

struct Heard {
    std::string wire;             // what the phone sent, when and to whom
    std::set<std::string> asked;  // the readings that it came upon
};

Heard play_alone(const scenario::Scenario& scenario, const Readings& readings) {
    Heard heard;
    std::ostringstream wire;
    for (const auto& event : shadow::play(scenario, {{"device", {}}}, 1, readings)) {
        if (event.subject != "device") continue;
        if (event.kind == "rig.reading") heard.asked.emplace(event.field("id"));
        if (event.direction != timeline::Direction::out) continue;
        wire << event.at.time_since_epoch().count() << ' ' << event.kind << ' ' << event.peer;
        for (const auto* name : {"method", "send", "cseq", "auth", "uri", "to_uri", "route", "type",
                                 "name", "path", "transport"})
            wire << ' ' << event.field(name);
        wire << '\n';
    }
    heard.wire = wire.str();
    return heard;
}

class Survey {
  public:
    Survey() {
        for (const auto& [id, reading] : catalogue().readings)
            for (const auto& value : reading.values)
                if (value.value != reading.fallback) open_.emplace(id, value.value);
        for (const auto& unheard : not_heard_yet) open_.erase(unheard);
    }
    // A reading may be come upon only under another answer to a reading before it.
    void look_at(const scenario::Scenario& scenario, const Readings& base, int depth) {
        const auto usual = play_alone(scenario, base);
        for (const auto& id : usual.asked) {
            if (base.contains(id)) continue;
            for (const auto& value : catalogue().readings.at(id).values) {
                if (value.value == catalogue().readings.at(id).fallback || open_.empty()) continue;
                auto other = base;
                other[id] = value.value;
                if (open_.contains({id, value.value}) &&
                    play_alone(scenario, other).wire != usual.wire)
                    open_.erase({id, value.value});
                if (depth > 0) look_at(scenario, other, depth - 1);
            }
        }
    }
    const std::set<std::pair<std::string, std::string>>& open() const { return open_; }

  private:
    std::set<std::pair<std::string, std::string>> open_;
};

TEST(Readings, EachAnswerIsHeardInAScenario) {
    Survey survey;
    for (const int depth : {0, 1})
        for (const auto& [id, scenario] : catalogue().scenarios)
            if (!survey.open().empty()) survey.look_at(scenario, {}, depth);
    for (const auto& [id, value] : survey.open())
        ADD_FAILURE() << id << "=" << value << " sounds like the default in every scenario";
}

}  // namespace
}  // namespace twinline::test
