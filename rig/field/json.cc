// The shape that scripts rely on; see README.md.
#include "rig/field/told.hh"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace twinline::field {

namespace {

using nlohmann::json;

double ms(timeline::Instant at) {
    return std::chrono::duration<double, std::milli>(at.time_since_epoch()).count();
}

json between_json(const Between& between) {
    return {{"after_ms", between.after ? json(ms(*between.after)) : json(nullptr)},
            {"before_ms", ms(between.before)}};
}

json spell_json(const Spell& spell) {
    json result{{"behaviour", to_string(spell.treatment.kind)},
                {"operands", spell.treatment.operands()},
                {"onset", between_json(spell.onset)},
                {"end", spell.end ? between_json(*spell.end) : json(nullptr)},
                {"frame", spell.frame}};
    return result;
}

json environment_json(const Environment& met) {
    json servers = json::array();
    for (const auto& server : met.servers) {
        json spells = json::array();
        for (const auto& spell : server.spells) spells.push_back(spell_json(spell));
        servers.push_back({{"role", server.role},
                           {"address", server.address},
                           {"port", server.names ? 53 : server.port},
                           {"runs", server.names ? "dns" : "sip"},
                           {"contacted", server.contacted},
                           {"spells", std::move(spells)}});
    }
    json zones = json::array();
    for (const auto& zone : met.zones)
        zones.push_back({{"onset", zone.onset ? between_json(*zone.onset) : json(nullptr)},
                         {"zone", zone.text}});
    json acts = json::array();
    for (const auto& act : met.acts)
        acts.push_back({{"at_ms", ms(act.at)},
                        {"what", act.kind == scenario::ActionKind::caller
                                     ? "caller " + act.deed
                                     : std::string(scenario::command_of(act.kind))},
                        {"target", act.target}});
    return {{"begin_ms", ms(met.begin)}, {"end_ms", ms(met.end)},  {"late_start", met.late_start},
            {"dns_seen", met.saw_dns},   {"grants_s", met.grants}, {"servers", std::move(servers)},
            {"zones", std::move(zones)}, {"acts", std::move(acts)}};
}

json divergence_json(const std::optional<Divergence>& divergence) {
    if (!divergence) return nullptr;
    return {{"clause", divergence->clause.empty() ? json(nullptr) : json(divergence->clause)},
            {"level", to_string(divergence->level)},
            {"at", ms(divergence->at)},
            {"frame", divergence->frame ? json(*divergence->frame) : json(nullptr)},
            {"document", divergence->document},
            {"asked", divergence->asked},
            {"text", divergence->text},
            {"confidence", to_string(divergence->confidence)},
            {"why", divergence->why},
            {"candidates", divergence->candidates}};
}

json log_json(const Marks& log) {
    if (!log.ahead) return nullptr;
    json marks = json::array();
    for (const auto& mark : log.marks)
        marks.push_back({{"at_ms", ms(mark.at)},
                         {"what", to_string(mark.kind)},
                         {"line", mark.line},
                         {"text", mark.text}});
    return {{"ahead_ms", std::chrono::duration<double, std::milli>(*log.ahead).count()},
            {"matched", log.matched},
            {"comparable", log.comparable},
            {"marks", std::move(marks)}};
}

// Of a configuration that nobody gave; else empty.
json parameters_json(const Parameters& parameters) {
    auto all = json::object();
    for (const auto& [name, value] : parameters) all[name] = value;
    return all;
}

json phone_json(const Explanation& told) {
    return {{"name", told.phone.name()},
            {"address", told.phone.address},
            {"own_address", told.phone.own_address},
            {"lines", told.phone.lines},
            {"user_agent", told.phone.user_agent},
            {"restarted_frame", told.phone.restarted ? json(*told.phone.restarted) : json(nullptr)},
            {"vendor", told.settings.vendor},
            {"configuration", told.settings.inferred ? "inferred" : "given"},
            {"parameters", parameters_json(told.settings.parameters)},
            {"outcome", to_string(told.outcome)},
            {"reason", told.reason},
            {"environment", environment_json(told.met)},
            {"divergence", divergence_json(told.divergence)},
            {"readings", told.readings},
            {"all_readings", told.all_readings},
            {"worlds", told.worlds},
            {"syslog", log_json(told.log)},
            {"notes", told.notes}};
}

}  // namespace

std::string as_json(const std::vector<Explanation>& all) {
    json phones = json::array();
    for (const auto& told : all) phones.push_back(phone_json(told));
    const auto diverges = std::ranges::find_if(
        all, [](const Explanation& told) { return told.divergence.has_value(); });
    const auto* told = diverges != all.end() ? &*diverges : all.empty() ? nullptr : &all.front();
    const json document{
        {"phones", std::move(phones)},
        {"environment", told == nullptr ? json(nullptr) : environment_json(told->met)},
        {"divergence", told == nullptr ? json(nullptr) : divergence_json(told->divergence)},
        {"readings", told == nullptr ? json(nullptr) : json(told->readings)}};
    return document.dump(2, ' ', false, json::error_handler_t::replace);
}

}  // namespace twinline::field
