// Writes and reads assessments in the member order of the documentation, so that files compare
// well.
#include "reports/json.hh"

#include <nlohmann/json.hpp>

#include <initializer_list>
#include <stdexcept>

namespace twinline::reports {

namespace {

using Json = nlohmann::ordered_json;
using judge::Verdict;
using judge::Voice;
using judge::Weight;
using scenario::Level;

Json document(const judge::Finding& finding) {
    return {{"clause", finding.clause},
            {"level", scenario::to_string(finding.level)},
            {"voice", judge::to_string(finding.voice)},
            {"verdict", judge::to_string(finding.weight)},
            {"text", finding.text},
            {"events", finding.events},
            {"frames", finding.frames}};
}

Json document(const judge::Proof& proof) {
    return {{"fault", proof.fault}, {"host", proof.host}, {"subject", proof.subject},
            {"holds", proof.holds}, {"text", proof.text}, {"frames", proof.frames}};
}

Json document(const Attempt& attempt) {
    return {{"attempt", attempt.number},
            {"verdict", judge::to_string(attempt.verdict)},
            {"reason", attempt.reason}};
}

Json document(const StoredAssessment& stored);

template <typename Values>
Json array(const Values& values) {
    Json list = Json::array();
    for (const auto& value : values) list.push_back(document(value));
    return list;
}

Json document(const StoredAssessment& stored) {
    const auto& a = stored.assessment;
    Json readings = Json::object();
    for (const auto& [id, value] : a.readings) readings[id] = value;
    return {{"scenario", a.scenario},
            {"title", a.title},
            {"device", a.device},
            {"verdict", judge::to_string(a.verdict)},
            {"reason", a.reason},
            {"findings", array(a.findings)},
            {"control", {{"healthy", a.control.healthy}, {"text", a.control.text}}},
            {"proofs", array(a.proofs)},
            {"readings", std::move(readings)},
            {"attempts", array(stored.attempts)},
            {"started", a.started},
            {"duration_ms", a.duration_ms}};
}

std::string dump(const Json& json, Layout layout) {
    return json.dump(layout == Layout::pretty ? 2 : -1, ' ', false, Json::error_handler_t::replace);
}

// One object of the document, with its place in it for messages.
class Reader {
  public:
    Reader(const Json& json, std::string where) : json_(json), where_(std::move(where)) {
        if (!json_.is_object()) complain("an object is expected");
    }

    const Json& member(const char* name) const {
        const auto found = json_.find(name);
        if (found == json_.end()) complain(std::string("misses \"") + name + '"');
        return *found;
    }

    template <typename Value>
    Value value(const char* name) const {
        const auto& json = member(name);
        try {
            return json.get<Value>();
        } catch (const Json::exception& e) {
            complain(std::string("\"") + name + "\": " + e.what());
        }
    }

    template <typename Value>
    Value named(const char* name, std::initializer_list<Value> all) const {
        const auto text = value<std::string>(name);
        for (const Value candidate : all)
            if (to_string(candidate) == text) return candidate;
        complain(std::string("\"") + name + "\": unknown value \"" + text + '"');
    }

    Reader object(const char* name) const { return {member(name), where_ + '/' + name}; }

    template <typename Read>
    auto list(const char* name, Read read) const {
        const auto& array = member(name);
        if (!array.is_array()) complain(std::string("\"") + name + "\": an array is expected");
        std::vector<decltype(read(*this))> values;
        for (std::size_t i = 0; i < array.size(); ++i)
            values.push_back(read({array[i], where_ + '/' + name + '/' + std::to_string(i)}));
        return values;
    }

  private:
    [[noreturn]] void complain(const std::string& what) const {
        throw std::invalid_argument((where_.empty() ? "/" : where_) + ": " + what);
    }

    const Json& json_;
    std::string where_;
};

Verdict read_verdict(const Reader& r) {
    return r.named("verdict", {Verdict::none, Verdict::pass, Verdict::inconc, Verdict::fail,
                               Verdict::error, Verdict::not_applicable});
}

judge::Finding read_finding(const Reader& r) {
    using Numbers = std::vector<std::uint64_t>;
    return {.clause = r.value<std::string>("clause"),
            .level = r.named("level", {Level::must, Level::should, Level::observed}),
            .voice =
                r.named("voice", {Voice::expectation, Voice::shadow, Voice::control, Voice::proof}),
            .weight = r.named("verdict", {Weight::ok, Weight::observation, Weight::deviation,
                                          Weight::fail, Weight::inconc, Weight::error}),
            .text = r.value<std::string>("text"),
            .events = r.value<Numbers>("events"),
            .frames = r.value<Numbers>("frames")};
}

judge::Proof read_proof(const Reader& r) {
    return {.fault = r.value<std::string>("fault"),
            .host = r.value<std::string>("host"),
            .subject = r.value<std::string>("subject"),
            .holds = r.value<bool>("holds"),
            .text = r.value<std::string>("text"),
            .frames = r.value<std::vector<std::uint64_t>>("frames")};
}

Attempt read_attempt(const Reader& r) {
    return {r.value<unsigned>("attempt"), read_verdict(r), r.value<std::string>("reason")};
}

StoredAssessment read_assessment(const Reader& r) {
    StoredAssessment stored;
    auto& a = stored.assessment;
    a.scenario = r.value<std::string>("scenario");
    a.title = r.value<std::string>("title");
    a.device = r.value<std::string>("device");
    a.verdict = read_verdict(r);
    a.reason = r.value<std::string>("reason");
    a.findings = r.list("findings", read_finding);
    const auto control = r.object("control");
    a.control = {control.value<bool>("healthy"), control.value<std::string>("text")};
    a.proofs = r.list("proofs", read_proof);
    for (auto& [id, value] : r.value<std::map<std::string, std::string>>("readings"))
        a.readings.emplace(id, value);
    stored.attempts = r.list("attempts", read_attempt);
    a.started = r.value<std::string>("started");
    a.duration_ms = r.value<double>("duration_ms");
    return stored;
}

}  // namespace

std::string to_json(const StoredAssessment& stored, Layout layout) {
    return dump(document(stored), layout);
}

std::string to_json(const judge::Assessment& assessment, Layout layout) {
    return to_json(StoredAssessment{assessment, {}}, layout);
}

std::string to_json(std::span<const StoredAssessment> stored) {
    return dump(array(stored), Layout::pretty);
}

tl::expected<StoredAssessment, std::string> assessment_from_json(std::string_view text) {
    try {
        const auto json = Json::parse(text);
        return read_assessment({json, ""});
    } catch (const Json::exception& e) {
        return tl::unexpected(std::string(e.what()));
    } catch (const std::invalid_argument& e) {
        return tl::unexpected(std::string(e.what()));
    }
}

}  // namespace twinline::reports
