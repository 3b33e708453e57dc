// Strict like every file that a person writes: a waiver with a mistyped clause would waive nothing,
// and nobody would see why.
#include "reports/waivers.hh"

#include "rig/scenario/yaml_reader.hh"

#include <fmt/format.h>

#include <charconv>
#include <stdexcept>

namespace twinline::reports {

namespace {

using std::chrono::year_month_day;

bool read_number(std::string_view text, unsigned& number) {
    const auto* end = text.data() + text.size();
    const auto [at, error] = std::from_chars(text.data(), end, number);
    return error == std::errc{} && at == end;
}

year_month_day read_day(const scenario::Map& map) {
    const auto text = map.text("expires");
    unsigned year = 0;
    unsigned month = 0;
    unsigned day = 0;
    if (text.size() == 10 && text[4] == '-' && text[7] == '-' &&
        read_number(std::string_view(text).substr(0, 4), year) &&
        read_number(std::string_view(text).substr(5, 2), month) &&
        read_number(std::string_view(text).substr(8, 2), day)) {
        const year_month_day read{std::chrono::year(static_cast<int>(year)),
                                  std::chrono::month(month), std::chrono::day(day)};
        if (read.ok()) return read;
    }
    if (!text.empty())
        map.faults().add(*map.find("expires"),
                         "expires: \"" + text + "\" is no day; wanted is one such as 2027-03-31");
    return {};
}

void check_selection(const scenario::Map& map, const std::string& expression) {
    if (expression.empty()) return;
    try {
        const scenario::Selection selection(expression);
    } catch (const std::invalid_argument& error) {
        map.faults().add(*map.find("scenarios"), std::string("scenarios: ") + error.what());
    }
}

}  // namespace

std::string day_text(year_month_day day) {
    return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(day.year()),
                       static_cast<unsigned>(day.month()), static_cast<unsigned>(day.day()));
}

bool Waiver::concerns(const judge::Finding& finding, const std::string& scenario) const {
    if (finding.clause != clause) return false;
    if (finding.weight != judge::Weight::fail && finding.weight != judge::Weight::deviation)
        return false;
    return scenarios.empty() || scenario::Selection(scenarios).matches(std::vector{scenario});
}

std::vector<Waiver> load_waivers(const std::filesystem::path& file, const Clauses& clauses) {
    scenario::Document document(file);
    auto& faults = document.faults;
    const scenario::Map root(document.root, faults, "a file of waivers", {"waivers"});
    std::vector<Waiver> waivers;
    if (const auto list = root.require("waivers"))
        for (const auto& item : scenario::read_items(*list, faults, "waivers")) {
            const scenario::Map map(item, faults, "a waiver",
                                    {"clause", "scenarios", "reason", "signer", "expires"});
            Waiver waiver{map.text("clause"), map.text("scenarios", ""), map.text("reason"),
                          map.text("signer"), read_day(map)};
            if (!waiver.clause.empty() && !clauses.contains(waiver.clause))
                faults.add(*map.find("clause"), "clause: there is no clause " + waiver.clause +
                                                    "; `twinline list clauses` shows them");
            check_selection(map, waiver.scenarios);
            waivers.push_back(std::move(waiver));
        }
    faults.check();
    return waivers;
}

std::string to_text(const Waiver& waiver, year_month_day today) {
    return fmt::format("{} by {} until {}: {}",
                       waiver.holds_on(today) ? "waived" : "a waiver that has run out, signed",
                       waiver.signer, day_text(waiver.expires), waiver.reason);
}

}  // namespace twinline::reports
