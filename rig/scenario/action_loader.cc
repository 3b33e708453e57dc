// The first words name the action; what must follow depends on it, and on the host that it is done
// to.
#include "rig/scenario/action_loader.hh"

#include "rig/scenario/pattern_loader.hh"
#include "rig/scenario/units.hh"
#include "rig/scenario/vocabulary.hh"

#include <algorithm>
#include <array>
#include <chrono>

namespace twinline::scenario {

namespace {

enum class Operand { none, treatment, host, number, zone, notice };
struct ActionName {
    std::string_view text;
    ActionKind kind;
    Operand operand;
};
constexpr std::array<ActionName, 29> actions{
    {{"power on", ActionKind::power_on, Operand::none},
     {"silence", ActionKind::treat, Operand::treatment},
     {"refuse", ActionKind::treat, Operand::treatment},
     {"reject", ActionKind::treat, Operand::treatment},
     {"slow", ActionKind::treat, Operand::treatment},
     {"stall", ActionKind::treat, Operand::treatment},
     {"cut", ActionKind::treat, Operand::treatment},
     {"truncate", ActionKind::treat, Operand::treatment},
     {"wrong certificate", ActionKind::treat, Operand::treatment},
     {"wrong id", ActionKind::treat, Operand::treatment},
     {"rotate", ActionKind::treat, Operand::treatment},
     {"mute keep-alives", ActionKind::treat, Operand::treatment},
     {"lose", ActionKind::treat, Operand::treatment},
     {"delay", ActionKind::treat, Operand::treatment},
     {"duplicate", ActionKind::treat, Operand::treatment},
     {"reorder", ActionKind::treat, Operand::treatment},
     {"heal", ActionKind::heal, Operand::host},
     {"set zone", ActionKind::set_zone, Operand::zone},
     {"unregister", ActionKind::unregister, Operand::none},
     {"register again", ActionKind::register_again, Operand::none},
     {"dial", ActionKind::dial, Operand::number},
     {"answer", ActionKind::answer, Operand::none},
     {"hang up", ActionKind::hang_up, Operand::none},
     {"hold", ActionKind::hold, Operand::none},
     {"resume", ActionKind::resume, Operand::none},
     {"notify", ActionKind::notify, Operand::notice},
     {"skip", ActionKind::skip, Operand::none},
     {"upgrade firmware", ActionKind::upgrade_firmware, Operand::none},
     {"end", ActionKind::end, Operand::none}}};

class ActionLoader {
  public:
    ActionLoader(const YAML::Node& node, Faults& faults, const Topology& topology, Step& step)
        : node_(node), faults_(faults), topology_(topology), step_(step) {}

    void load(const ActionName& action, std::string_view rest) {
        rest_ = rest;
        switch (action.operand) {
            case Operand::none:
                return;
            case Operand::treatment:
                step_.treatment.kind = *parse_treatment(action.text);
                step_.target = word();
                if (host(step_.target)) load_treatment();
                return;
            case Operand::host:
                step_.target = rest_;
                host(step_.target);
                return;
            case Operand::number:
                step_.target = rest_;
                check_number();
                return;
            case Operand::notice:
                step_.target = word();
                step_.notice = rest_;
                check_notice();
                return;
            case Operand::zone:
                step_.target = rest_;
                check_zone();
                return;
        }
    }

  private:
    using Kind = Treatment::Kind;

    // The next word; empty when there is none.
    std::string word() {
        const auto end = std::min(rest_.find(' '), rest_.size());
        std::string text(rest_.substr(0, end));
        rest_ = trim(rest_.substr(end));
        return text;
    }

    bool host(const std::string& role) {
        return check_role(node_, faults_, "host", role, topology_, {});
    }

    void load_treatment() {
        auto& treatment = step_.treatment;
        const auto* host = topology_.find(step_.target);
        if (treatment.kind == Kind::mute) return check_mute(host);
        if (is_of_links(treatment)) return load_link(host);
        if (host != nullptr && host->runs == HostRuns::configuration)
            return load_treatment_of_files();
        if (host != nullptr && host->runs == HostRuns::dns) return load_treatment_of_names();
        if (is_of_names_alone(treatment.kind))
            return faults_.add(node_, "only a name server can be made to " +
                                          std::string(to_string(treatment.kind)));
        if (!is_of_any_server(treatment.kind))
            return faults_.add(node_, "only a configuration server can be made to " +
                                          std::string(to_string(treatment.kind)));
        if (treatment.kind == Kind::slow)
            load_delay();
        else if (treatment.kind == Kind::reject)
            load_rejection();
        else
            load_silence();
    }

    // Of the two directions a silence may take away the other one, or both.
    void load_silence() {
        if (step_.treatment.kind != Kind::silence) {
            if (!rest_.empty()) unexpected("nothing after the host");
        } else if (rest_ == "out") {
            step_.treatment.lost = Treatment::Lost::answers;
        } else if (rest_ == "both") {
            step_.treatment.lost = Treatment::Lost::both;
        } else if (!rest_.empty() && rest_ != "in") {
            unexpected("in, out or both after the host, or nothing");
        }
    }

    void check_mute(const Host* host) {
        if (host != nullptr && !host->outbound)
            faults_.add(node_, "host \"" + step_.target +
                                   "\" answers no keep-alives; allowed are those with outbound: "
                                   "true");
        if (!rest_.empty()) unexpected("nothing after the host");
    }

    // A configuration server's files go over connections, or in lockstep over TFTP.
    void load_link(const Host* host) {
        if (host != nullptr && host->runs == HostRuns::configuration)
            return faults_.add(node_, "the way to a configuration server cannot be made to " +
                                          std::string(to_string(step_.treatment.kind)));
        if (const auto read = read_link(rest_, step_.treatment); !read)
            faults_.add(node_, read.error());
    }

    static bool is_of_any_server(Kind kind) { return kind <= Kind::stall; }
    static bool is_of_names_alone(Kind kind) {
        return kind == Kind::wrong_id || kind == Kind::rotate;
    }

    // What a name server can be made to do.
    void load_treatment_of_names() {
        auto& treatment = step_.treatment;
        switch (treatment.kind) {
            case Kind::reject:
                treatment.rcode = rest_;
                return void(check_word(node_, faults_, "rcode", treatment.rcode, rcodes()));
            case Kind::slow:
                return load_delay();
            case Kind::truncate:
                treatment.without_tcp = rest_ == "without tcp";
                if (!rest_.empty() && !treatment.without_tcp)
                    unexpected("\"without tcp\" after the host, or nothing");
                return;
            case Kind::rotate:
                if (topology_.dns_rotates)
                    faults_.add(node_, "the name servers of the topology " + topology_.id +
                                           " rotate their answers already");
                [[fallthrough]];
            case Kind::refuse:
            case Kind::stall:
            case Kind::wrong_id:
                if (!rest_.empty()) unexpected("nothing after the host");
                return;
            case Kind::silence:
                return load_silence();
            default:
                faults_.add(node_, "a name server cannot be made to " +
                                       std::string(to_string(treatment.kind)) +
                                       "; allowed are silence, refuse, reject, slow, stall, "
                                       "truncate, wrong id, rotate");
        }
    }

    // What a configuration server can be made to do.
    void load_treatment_of_files() {
        auto& treatment = step_.treatment;
        const auto number = [&](std::string_view what, unsigned least, unsigned most) -> unsigned {
            const auto value = parse_number(rest_, least, most);
            if (!value) faults_.add(node_, std::string(what) + " " + value.error());
            return value.value_or(least);
        };
        constexpr unsigned most_octets = 10'000'000;
        const auto& protocol = topology_.configuration.protocol;
        switch (treatment.kind) {
            case Kind::reject: {  // HTTP's status, FTP's reply, TFTP's error
                const bool tftp = protocol == "tftp";
                const unsigned least = tftp ? 0 : protocol == "ftp" ? 400 : 300;
                treatment.status = number("code", least, tftp ? 7 : 599);
                return;
            }
            case Kind::slow:
                return load_delay();
            case Kind::cut:
            case Kind::stall:
            case Kind::truncate:
                treatment.octets = number("octets", 0, most_octets);
                return;
            case Kind::wrong_id:
            case Kind::rotate:
                return faults_.add(node_, "only a name server can be made to " +
                                              std::string(to_string(treatment.kind)));
            case Kind::wrong_certificate:
                if (protocol != "https")
                    faults_.add(node_, "only a server of https shows a certificate");
                [[fallthrough]];
            default:
                if (!rest_.empty()) unexpected("nothing after the host");
        }
    }

    void load_delay() {
        if (const auto delay = parse_duration(rest_); delay)
            step_.treatment.delay = *delay;
        else
            faults_.add(node_, "slow " + delay.error());
    }

    // CODE [METHOD] [retry-after DURATION]; a provisional CODE leaves it at that
    void load_rejection() {
        auto& treatment = step_.treatment;
        if (const auto status = parse_number(word(), 100, 699); status)
            treatment.status = *status;
        else
            faults_.add(node_, "status " + status.error());
        auto next = word();
        if (!next.empty() && next != "retry-after") {
            check_word(node_, faults_, "method", next, sip_methods());
            if (next != "any") treatment.method = next;
            next = word();
        }
        if (next.empty()) return;
        if (next != "retry-after")
            return faults_.add(node_, "\"" + next +
                                          "\" is too much; allowed is CODE METHOD retry-after "
                                          "DURATION");
        const auto wait = parse_duration(rest_);
        if (!wait) return faults_.add(node_, "retry-after " + wait.error());
        treatment.retry_after =
            static_cast<unsigned>(std::chrono::duration_cast<std::chrono::seconds>(*wait).count());
    }

    void unexpected(const std::string& allowed) {
        faults_.add(node_, "\"" + std::string(rest_) + "\" is too much; allowed is " + allowed);
    }

    // Who is called must be there to be called.
    void check_number() {
        if (topology_.callee.empty()) {
            faults_.add(node_, "the topology " + topology_.id + " has no callee to dial");
        } else if (step_.target != topology_.callee) {
            faults_.add(node_, "\"" + step_.target +
                                   "\" is no number of the topology; allowed is " +
                                   topology_.callee);
        }
    }

    void check_notice() {
        if (topology_.notifier_grants == 0)
            return faults_.add(node_, "the topology " + topology_.id + " has no notifier");
        if (!host(step_.target)) return;
        const auto* named = topology_.find(step_.target);
        if (named != nullptr && named->runs != HostRuns::kamailio)
            return faults_.add(node_, "host \"" + step_.target +
                                          "\" cannot notify; allowed are those that run kamailio");
        check_word(node_, faults_, "notice", step_.notice, notices());
    }

    void check_zone() {
        Words allowed;
        for (const auto& [name, text] : topology_.zones) allowed.push_back(name);
        if (allowed.empty())
            faults_.add(node_, "the topology " + topology_.id + " has no zones to set");
        else
            check_word(node_, faults_, "zone", step_.target, allowed);
    }

    const YAML::Node& node_;
    Faults& faults_;
    const Topology& topology_;
    Step& step_;
    std::string_view rest_;
};

}  // namespace

Step read_order(std::string_view line, const Scenario& scenario) {
    Faults faults("order");
    YAML::Node node;
    node["do"] = std::string(line);
    Step step;
    if (load_action(Map(node, faults, "an order", {"do"}), scenario, step) &&
        step.action == ActionKind::end)
        faults.add(Place{}, "only a scenario has an end; allowed is quit");
    faults.check();
    return step;
}

Duration read_wait(std::string_view text) {
    const auto time = parse_duration(text);
    if (!time) throw BadInput({{Place{}, "wait " + time.error()}});
    return *time;
}

std::vector<std::string_view> orders() {
    std::vector<std::string_view> words;
    for (const auto& action : actions) words.push_back(action.text);
    return words;
}

bool load_action(const Map& map, const Scenario& scenario, Step& step) {
    std::string text = map.text("do");
    if (text.empty()) return false;
    YAML::Node node = *map.find("do");
    Words allowed;
    for (const ActionName& action : actions) {
        allowed.push_back(action.text);
        bool prefix =
            action.operand != Operand::none && text.starts_with(std::string(action.text) + " ");
        if (text != action.text && !prefix) continue;
        step.action = action.kind;
        ActionLoader(node, map.faults(), scenario.topology, step)
            .load(action, trim(std::string_view(text).substr(action.text.size())));
        return true;
    }
    return check_word(node, map.faults(), "action", text, allowed);
}

}  // namespace twinline::scenario
