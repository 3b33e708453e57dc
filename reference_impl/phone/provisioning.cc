// One run of downloads: which file, from which address, and what an answer or its absence means.
// How long a server may take no document says; the limits here are the reference's own.
#include "reference_impl/phone/provisioning.hh"

#include "reference_impl/phone/redirection.hh"

#include <algorithm>

namespace twinline::phone {

namespace {

using Outcome = Fetched::Outcome;

constexpr FetchLimits limits{1U << 20U, std::chrono::seconds(10), std::chrono::seconds(10)};
constexpr std::size_t most_octets_of_firmware = 32U << 20U;
constexpr std::chrono::seconds longest_fetch{60};
constexpr std::chrono::seconds longest_fetch_of_firmware{600};
constexpr unsigned most_redirections = 5, most_aliases = 8;

std::string_view words_for(Outcome outcome) {
    switch (outcome) {
        case Outcome::refused:
            return "refuses";
        case Outcome::unreachable:
            return "is unreachable";
        case Outcome::timeout:
            return "does not answer";
        case Outcome::cut:
            return "ends in the file";
        case Outcome::bad_certificate:
            return "has a certificate that is not good enough";
        default:
            return "fails";
    }
}

}  // namespace

void Provisioning::begin(wire::Instant now, Purpose purpose) {
    if (run_) return;
    const auto& service = context_.config.provisioning;
    run_.emplace();
    run_->purpose = purpose;
    if (purpose == Purpose::firmware)
        run_->files = {service.firmware};
    else
        run_->files = service.files;
    std::erase(run_->files, "");
    if (purpose == Purpose::boot) {
        again_at_.reset();
        previous_.reset();
    }
    if (run_->files.empty()) return finish(now, Result::unchanged);
    if (purpose == Purpose::again) {
        servers_.begin_aside(*previous_);
        previous_.reset();
        return ask_first_server(now, "asks again for what broke off");
    }
    locate(now, service.host);
}

// In the order of the answer (AA-CFG-01, RFC-6724-01).
void Provisioning::locate(wire::Instant now, const std::string& host) {
    if (const auto address = wire::parse_ipv4(host)) return located(now, {*address}, now);
    run_->question = wire::DnsQuestion{wire::lower_case(host), wire::DnsType::a};
    if (const auto* known = resolver_.remembered(now, *run_->question)) {
        const auto answer = *known;
        return on_resolved(now, {*run_->question, answer});
    }
    resolver_.ask(now, *run_->question, {is_aastra() ? "AA-CFG-01" : "YL-PROV-01"});
}

void Provisioning::on_resolved(wire::Instant now, const Resolver::Result& result) {
    if (!run_ || run_->question != result.first) return;
    run_->question.reset();
    const auto& answer = result.second;
    if (answer.alias && ++run_->aliases <= most_aliases) return locate(now, *answer.alias);
    std::vector<wire::Ipv4> addresses;
    for (const auto& record : answer.records)
        if (const auto* a = std::get_if<wire::ARecord>(&record.data))
            addresses.push_back(a->address);
    located(now, std::move(addresses), answer.good_until);
}

void Provisioning::located(wire::Instant now, std::vector<wire::Ipv4> addresses,
                           wire::Instant good_until) {
    if (run_->redirections > 0) {
        if (addresses.empty()) return failed(now, "redirects to a name without address", false);
        run_->elsewhere = std::move(addresses);
        return fetch(now, asks("follows the redirection", {"RFC-9110-154"}));
    }
    const auto& host = context_.config.provisioning.host;
    if (addresses.empty()) {
        context_.say(ErrorMessage{"no address of " + host});
        return finish(now, Result::failed);
    }
    servers_.begin(now, host, std::move(addresses), good_until,
                   run_->purpose == Purpose::boot ? DownloadServers::Occasion::boot
                                                  : DownloadServers::Occasion::later);
    ask_first_server(now, "asks");
}

// AA-CFG-01 and AA-CFG-02: the first of the answer; AA-CFG-06: the one in use after a failover.
void Provisioning::ask_first_server(wire::Instant now, std::string what) {
    std::vector<std::string> clauses{"YL-PROV-01"};
    if (is_aastra()) clauses = {servers_.is_redundant() ? "AA-CFG-06" : "AA-CFG-01", "AA-CFG-04"};
    if (is_aastra() && run_->purpose == Purpose::again) clauses = {"AA-CFG-08"};
    if (is_aastra() && run_->purpose == Purpose::check_sync)
        clauses.insert(clauses.begin(), "AA-CFG-09");
    next_file();
    fetch(now, asks(std::move(what), std::move(clauses)));
}

// Where the next file is to be found.
void Provisioning::next_file() {
    const auto& service = context_.config.provisioning;
    run_->url = {
        service.protocol, service.host, service.port,
        (service.path.empty() ? "" : service.path + "/") + name_of_file(run_->files[run_->file])};
    run_->elsewhere.clear();
    run_->redirections = 0;
    run_->asked_first = servers_.position();
    run_->is_lacking = false;
}

std::string Provisioning::name_of_file(std::string pattern) const {
    const auto put = [&](std::string_view mark, const std::string& text) {
        if (const auto at = pattern.find(mark); at != std::string::npos)
            pattern.replace(at, mark.size(), text);
    };
    put("{mac}", context_.mac());
    auto upper = context_.mac();
    std::ranges::transform(upper, upper.begin(), [](char c) {
        return c >= 'a' && c <= 'f' ? static_cast<char>(c - 'a' + 'A') : c;
    });
    put("{MAC}", upper);
    return pattern;
}

Decision Provisioning::asks(std::string text, std::vector<std::string> clauses) const {
    return {.what = "download",
            .text = std::move(text) + ": " + run_->url.path,
            .clauses = std::move(clauses),
            .keys = {}};
}

void Provisioning::fetch(wire::Instant now, Decision why) {
    const auto address = run_->elsewhere.empty() ? *servers_.current() : run_->elsewhere.front();
    const bool firmware = run_->purpose == Purpose::firmware;
    auto bounds = limits;
    if (firmware) bounds.octets = most_octets_of_firmware;
    const auto& url = run_->url;
    const auto port = url.port == 0 ? config::default_port(url.protocol) : url.port;
    run_->fetch = ++fetches_;
    run_->until = now + (firmware ? longest_fetch_of_firmware : longest_fetch);
    why.text += " at " + wire::to_string(address);
    why.keys = {{"protocol", std::string(to_string(url.protocol))},
                {"path", "/" + url.path},
                {"server", wire::to_string(address)}};
    context_.say(ProvisioningDisplay{"downloading", wire::to_string(address), run_->failed_over});
    context_.say(Fetch{run_->fetch,
                       url.protocol,
                       {address, port},
                       url.host,
                       "/" + url.path,
                       bounds,
                       {context_.config.checks_certificates, context_.config.checks_names},
                       std::move(why)});
}

void Provisioning::on_fetched(wire::Instant now, const Fetched& fetched) {
    if (!run_ || fetched.id != run_->fetch) return;
    run_->fetch = 0;
    switch (fetched.outcome) {
        case Outcome::complete:
            return take_file(now, fetched);
        case Outcome::missing:
            return missing(now, fetched);
        case Outcome::redirect:
            return redirected(now, fetched);
        case Outcome::too_big:
            return refuse(now, "is too big, or has no end");
        default:
            break;
    }
    // A server that has begun, or that gave another file, has died on the way (AA-CFG-07).
    const bool in_a_file = fetched.outcome == Outcome::cut || !fetched.body.empty() || run_->served;
    failed(now,
           std::string(words_for(fetched.outcome)) +
               (fetched.status.empty() ? "" : " (" + fetched.status + ")"),
           in_a_file);
}

void Provisioning::take_file(wire::Instant now, const Fetched& fetched) {
    if (fetched.body.size() > most_octets_of_firmware ||
        (run_->purpose != Purpose::firmware && fetched.body.size() > limits.octets))
        return refuse(now, "is too big");
    run_->served = true;
    servers_.answered();
    run_->texts.push_back(fetched.body);
    if (++run_->file == run_->files.size()) return all_files_asked(now);
    next_file();
    fetch(now, asks("asks the same server for the next file",
                    {is_aastra() ? (servers_.is_redundant() ? "AA-CFG-06" : "AA-CFG-01")
                                 : "YL-PROV-01"}));
}

// AA-CFG-05: a server that lacks the file is not dead, though TFTP says so little that the two may
// be taken for each other; reading missing-file.
void Provisioning::missing(wire::Instant now, const Fetched& fetched) {
    run_->served = true;
    const bool moves = servers_.left() > 0 && run_->elsewhere.empty() &&
                       context_.oracle->reading("missing-file") == "moves";
    context_.say(Decided{{.what = "missing-file",
                          .text = wire::to_string(servers_.current().value_or(wire::Ipv4{})) +
                                  " has no " + run_->url.path +
                                  (fetched.status.empty() ? "" : " (" + fetched.status + ")"),
                          .clauses = {is_aastra() ? "AA-CFG-05" : "YL-PROV-01"},
                          .keys = {}}});
    if (!moves) return do_without(now);
    run_->is_lacking = true;
    run_->served = false;  // so far, by the next one
    servers_.fail();
    fetch(now, asks("looks for it on the next server", {"AA-CFG-03"}));
}

// No server has the file: on with the next one, where this one was asked for first.
void Provisioning::do_without(wire::Instant now) {
    servers_.return_to(run_->asked_first);
    servers_.answered();
    if (++run_->file == run_->files.size()) return all_files_asked(now);
    next_file();
    fetch(now, asks("goes on with the next file", {is_aastra() ? "AA-CFG-05" : "YL-PROV-01"}));
}

void Provisioning::redirected(wire::Instant now, const Fetched& fetched) {
    const auto target = redirection(run_->url, fetched.location);
    if (!target || ++run_->redirections > most_redirections)
        return failed(now, target ? "redirects without end" : "redirects to where no phone goes",
                      run_->served);
    const bool same_server = target->host == run_->url.host;
    run_->url = *target;
    if (same_server) return fetch(now, asks("follows the redirection", {"RFC-9110-154"}));
    run_->aliases = 0;
    locate(now, target->host);
}

// What cannot be used is not asked for elsewhere: every server would have the same.
void Provisioning::refuse(wire::Instant now, const std::string& text) {
    context_.say(ErrorMessage{run_->url.path + " " + text + "; the configuration stays"});
    finish(now, Result::failed);
}

// AA-CFG-03 for every protocol (AA-CFG-04): the next address; AA-CFG-07: also from within a file,
// which the next one then gives from its beginning.
void Provisioning::failed(wire::Instant now, const std::string& reason, bool in_a_file) {
    if (run_->elsewhere.size() > 1) {
        run_->elsewhere.erase(run_->elsewhere.begin());
        return fetch(now, asks("tries the next address", {"RFC-1123-01"}));
    }
    const auto dead = *servers_.current();
    context_.say(ErrorMessage{wire::to_string(dead) + " " + reason});  // AA-CFG-11
    if (in_a_file && run_->purpose != Purpose::again && run_->purpose != Purpose::firmware)
        previous_ = dead;
    servers_.fail();
    run_->served = false;
    run_->failed_over = true;
    const auto next = servers_.current();
    if (!next && run_->is_lacking) return do_without(now);  // one is alive and has no such file
    if (!next) {
        previous_.reset();  // the boot is completed by no server
        if (run_->purpose != Purpose::again)
            context_.say(ErrorMessage{"no configuration server answers"});
        return finish(now, Result::failed);
    }
    context_.say(
        ErrorMessage{"uses " + wire::to_string(*next) + " instead of " + wire::to_string(dead)});
    const auto [asked_first, is_lacking] = std::pair(run_->asked_first, run_->is_lacking);
    next_file();
    if (is_lacking) {
        run_->asked_first = asked_first;
        run_->is_lacking = true;
    }
    std::vector<std::string> clauses{"RFC-1123-01"};
    if (is_aastra()) clauses = {in_a_file ? "AA-CFG-07" : "AA-CFG-03", "AA-CFG-04", "RFC-1123-01"};
    fetch(now, asks("fails over to the next server", std::move(clauses)));
}

void Provisioning::finish(wire::Instant, Result result, std::optional<config::PhoneConfig> config) {
    constexpr std::string_view states[]{"done", "done", "failed", "skipped"};
    context_.say(
        ProvisioningDisplay{std::string(states[static_cast<std::size_t>(result)]), {}, false});
    done_ = Done{run_->purpose, result, std::move(config)};
    run_.reset();
}

std::optional<Provisioning::Done> Provisioning::take_done() {
    return std::exchange(done_, std::nullopt);
}

// AA-CFG-10: boot goes on with what the phone has.
void Provisioning::skip(wire::Instant now) {
    if (!run_ || run_->purpose == Purpose::firmware) return;
    if (run_->fetch != 0) context_.say(StopFetch{run_->fetch});
    context_.say(Decided{{.what = "skip",
                          .text = "its user skips the configuration download",
                          .clauses = {is_aastra() ? "AA-CFG-10" : "YL-PROV-01"},
                          .keys = {}}});
    finish(now, Result::skipped);
}

void Provisioning::abandon() {
    if (run_ && run_->fetch != 0) context_.say(StopFetch{run_->fetch});
    run_.reset();
    done_.reset();
    again_at_.reset();
    previous_.reset();
}

// AA-CFG-08: one try, after a pause that no document states.
void Provisioning::boot_complete(wire::Instant now) {
    constexpr std::chrono::seconds pause{10};
    if (previous_) again_at_ = now + pause;
}

void Provisioning::on_deadline(wire::Instant now) {
    if (run_ && run_->fetch != 0 && now >= run_->until) {
        context_.say(StopFetch{run_->fetch});
        on_fetched(now, {run_->fetch, Outcome::timeout, {}, {}});
    }
    if (again_at_ && now >= *again_at_ && !run_) {
        again_at_.reset();
        begin(now, Purpose::again);
    }
}

std::optional<wire::Instant> Provisioning::deadline() const {
    if (run_) return run_->fetch != 0 ? std::optional(run_->until) : std::nullopt;
    return again_at_;
}

}  // namespace twinline::phone
