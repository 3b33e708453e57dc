// One function for each kind of host, and for the faults that ask for more than a host.
#include "rig/scenario/treatment_loader.hh"

#include "rig/scenario/pattern_loader.hh"
#include "rig/scenario/proof.hh"
#include "rig/scenario/units.hh"
#include "rig/scenario/vocabulary.hh"

#include <algorithm>
#include <chrono>

namespace twinline::scenario {

namespace {

class TreatmentLoader {
  public:
    TreatmentLoader(const YAML::Node& node, Faults& faults, const Topology& topology,
                    std::string_view operands, Step& step)
        : node_(node), faults_(faults), topology_(topology), step_(step), rest_(operands) {}

    void load() {
        auto& treatment = step_.treatment;
        const auto* host = topology_.find(step_.target);
        if (treatment.kind == Kind::mute) return check_mute(host);
        if (is_of_links(treatment)) return load_link(host);
        if (is_everybodys(treatment)) return check_everybodys(host);
        if (host != nullptr && host->runs == HostRuns::configuration)
            return load_treatment_of_files();
        if (host != nullptr && host->runs == HostRuns::dns) return load_treatment_of_names();
        if (treatment.kind == Kind::wrong_certificate) return load_certificate(host);
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

  private:
    using Kind = Treatment::Kind;

    // The next word; empty when there is none.
    std::string word() {
        const auto end = std::min(rest_.find(' '), rest_.size());
        std::string text(rest_.substr(0, end));
        rest_ = trim(rest_.substr(end));
        return text;
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

    // What stands behind a proxy is asked by the proxy, for everybody. Only servers of SIP can be
    // stopped and begun anew; every server has a link.
    void check_everybodys(const Host* host) {
        if (step_.treatment.cuts_off()) step_.treatment.delay = address_search;
        const bool is_proxy = host != nullptr && host->runs == HostRuns::proxy;
        const bool has_proxies = std::ranges::any_of(
            topology_.hosts, [](const Host& other) { return other.runs == HostRuns::proxy; });
        const bool is_off = host != nullptr && step_.treatment.cuts_off() &&
                            (host->runs == HostRuns::dns || host->runs == HostRuns::configuration);
        if (host != nullptr && !is_proxy && !is_off &&
            (host->runs != HostRuns::kamailio || has_proxies))
            faults_.add(node_, "host \"" + step_.target + "\" cannot be made to " +
                                   std::string(to_string(step_.treatment.kind)) +
                                   "; allowed are proxies, and servers of SIP where there is no "
                                   "proxy" +
                                   (step_.treatment.cuts_off()
                                        ? ", servers of names and of configurations"
                                        : ""));
        if (!rest_.empty()) unexpected("nothing after the host");
    }

    static bool is_of_any_server(Kind kind) {
        return kind <= Kind::stall || kind == Kind::unreachable;
    }
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
            case Kind::unreachable:
            case Kind::stall:
            case Kind::wrong_id:
                if (!rest_.empty()) unexpected("nothing after the host");
                return;
            case Kind::silence:
                return load_silence();
            default:
                faults_.add(node_, "a name server cannot be made to " +
                                       std::string(to_string(treatment.kind)) +
                                       "; allowed are silence, refuse, unreachable, reject, slow, "
                                       "stall, truncate, wrong id, rotate, link down, address "
                                       "gone");
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
                return load_expired();
            default:
                if (!rest_.empty()) unexpected("nothing after the host");
        }
    }

    // A server of SIP shows one where it takes connections.
    void load_certificate(const Host* host) {
        if (host != nullptr && !host->takes_streams)
            faults_.add(node_, "host \"" + step_.target +
                                   "\" takes no connections, and so shows no certificate");
        load_expired();
    }

    void load_expired() {
        step_.treatment.expired = rest_ == "expired";
        if (!rest_.empty() && rest_ != "foreign" && !step_.treatment.expired)
            unexpected("foreign or expired after the host, or nothing");
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

    const YAML::Node& node_;
    Faults& faults_;
    const Topology& topology_;
    Step& step_;
    std::string_view rest_;
};

}  // namespace

void load_treatment(const YAML::Node& node, Faults& faults, const Topology& topology,
                    std::string_view operands, Step& step) {
    TreatmentLoader(node, faults, topology, operands, step).load();
}

}  // namespace twinline::scenario
