// A handset is known by what it asks for: its boot by DHCP and its files, its model by how it names
// itself. What it does before it has its configuration is no phone's doing yet.
#include "rig/testbed/handset_phone.hh"

#include "reference_impl/config/defaults.hh"
#include "reference_impl/config/loader.hh"
#include "rig/testbed/files.hh"
#include "rig/testbed/network.hh"
#include "rig/testbed/outer.hh"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cctype>
#include <utility>

namespace twinline::testbed {

namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;
using PowerBy = scenario::Handset::PowerBy;
using Protocol = scenario::Handset::Protocol;

constexpr auto off_time = 1500ms;  // so that what holds the last charge lets go
constexpr auto patience = 10s;     // for a sign of it; then a person is asked
constexpr std::string_view certificate = "{{ca_certificate}}", secret = "{{env:";

std::string plain_mac(const std::string& mac) {
    std::string plain = mac;
    std::erase(plain, ':');
    return plain;
}

std::string upper_case(std::string text) {
    for (char& c : text) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    return text;
}

std::string complete_text(const DutPlan& plan) {
    config::Vendor vendor{};
    config::parse_vendor(plan.vendor, vendor);
    return config::with_defaults(vendor, plan.config_text,
                                 {.model = {}, .firmware = plan.firmware});
}

bool mentions(const std::string& text, const std::string& word) {
    return lower_case(text).find(lower_case(word)) != std::string::npos;
}

// Where its configuration is to send it.
std::string url_of(const config::Provisioning& there) {
    const auto port = there.port == 0 || there.port == config::default_port(there.protocol)
                          ? std::string()
                          : fmt::format(":{}", there.port);
    return fmt::format("{}://{}{}/{}", config::to_string(there.protocol), there.host, port,
                       there.path.empty() ? std::string() : there.path + '/');
}

// What is no scenario's business stays out of a capture.
std::string without_secret_lines(std::string_view text) {
    std::string kept;
    while (!text.empty()) {
        const auto line = text.substr(0, std::min(text.find('\n'), text.size() - 1) + 1);
        if (line.find(secret) == line.npos) kept += line;
        text.remove_prefix(line.size());
    }
    return kept;
}

}  // namespace

HandsetPhone::HandsetPhone(boost::asio::io_context& io, HandsetWire wire, DutPlan plan, Tell tell)
    : Dut(std::move(plan)),
      io_(io),
      wire_(std::move(wire)),
      tell_(std::move(tell)),
      firmware_(handset().firmware),
      directory_(work_area() / ("handset-" + plan_.subject)),
      wake_(io) {
    std::filesystem::remove_all(directory_);
    std::filesystem::create_directories(directory_ / "files");
    const auto mac = plain_mac(handset().mac);
    const auto* const scheme = handset().protocol == Protocol::tftp    ? "tftp"
                               : handset().protocol == Protocol::https ? "https"
                                                                       : "http";
    url_ = fmt::format("{}://{}/", scheme, scenario::services_address);
    values_ = placeholders(plan_, directory_);
    values_["mac"] = mac;
    values_["MAC"] = upper_case(mac);
    values_["url"] = wire_.serve ? url_of(plan_.config.provisioning) : url_;
    values_["ca_certificate"] = read_file(plan_.ca_file);
    values_["services"] = scenario::services_address;
    values_["services_url"] = url_;
    values_["flash_url"] = values_["flash_version"] = "";
    values_["number"] = "";
    // Every parameter it has from the rig; there a default would hide what another file says.
    values_["complete"] = plan_.config_text;
    if (wire_.serve && handset().forgets) wire_.serve(texts_for_others());
    values_["complete"] = complete_text(plan_);
    fill_files();
    secrets_ = secrets_of(plan_.device);
    if (handset().power == PowerBy::command ||
        handset().reset == scenario::Handset::ResetBy::command)
        outside_.emplace(io_);
}

// A certificate is fetched once, and when a phone likes: it says nothing of a boot.
void HandsetPhone::fill_files() {
    for (const auto& [name, text] : plan_.device.files) {
        const auto file = lower_case(filled("files", name));
        files_[file] = filled(name, text);
        if (!text.starts_with(certificate)) boot_files_.insert(file);
        write_file(directory_ / "files" / file, files_[file]);
    }
}

HandsetPhone::~HandsetPhone() {
    udp_.clear();
    web_.reset();
    tls_web_.reset();
    dhcp_.reset();
    requests_.clear();
    std::error_code ignored;
    std::filesystem::remove_all(directory_, ignored);
}

HandsetTexts HandsetPhone::texts_for_others() const {
    HandsetTexts texts;
    for (const auto& [name, text] : plan_.device.files)
        texts[filled("files", name)] = filled(name, without_secret_lines(text)) + '\n';
    return texts;
}

std::string HandsetPhone::filled(const std::string& what, const std::string& text,
                                 std::string_view number) const {
    auto values = values_;
    values["number"] = number;
    read_environment(text, values);
    return render(plan_.device.id + '/' + what, text, values);
}

boost::asio::awaitable<void> HandsetPhone::run_outside(std::vector<std::string> argv,
                                                       const char* what) {
    for (auto& word : argv) word = filled("command", word);
    const auto ended = co_await outside_->run(argv);
    if (ended.status == 0) co_return;
    throw std::runtime_error(
        without_secrets(fmt::format("the command that {} ended with {}: {}", what,
                                    describe_status(ended.status), escaped(ended.output))));
}

boost::asio::awaitable<void> HandsetPhone::cut_power() {
    state_ = State::off;
    if (handset().power == PowerBy::command)
        co_await run_outside(handset().power_off, "switches it off");
}

boost::asio::awaitable<void> HandsetPhone::give_power() {
    if (handset().power == PowerBy::command) {
        boost::asio::steady_timer pause(io_, off_time);
        co_await pause.async_wait(boost::asio::use_awaitable);
        co_await run_outside(handset().power_on, "switches it on");
    } else if (handset().power == PowerBy::request) {
        request("reboot", {});
    } else if (handset().power == PowerBy::check_sync) {
        co_await wire_.notify("check-sync;reboot=true");
    } else {
        tell_("rig.prompt", {{"text", unplugging()}});
    }
}

std::string HandsetPhone::unplugging() const {
    return "switch " + plan_.device.title + " off and on again";
}

void HandsetPhone::expect_boot() {
    configured_.reset();
    signs_.clear();
    reload_told_ = rebooting_ = request_failed_ = false;
    missing_ = boot_files_;
    state_ = State::booting;
}

boost::asio::awaitable<Wall> HandsetPhone::power_on() {
    co_await cut_power();
    expect_boot();
    co_await give_power();
    co_return co_await booted(plan_.device.boot, plug(), unplugging());
}

HandsetPhone::Plug HandsetPhone::plug() const {
    return handset().power == PowerBy::person       ? Plug::of_a_person
           : handset().power == PowerBy::check_sync ? Plug::of_a_server
                                                    : Plug::of_the_rig;
}

boost::asio::awaitable<Wall> HandsetPhone::booted(Duration within, Plug plug, std::string help) {
    const auto began = Clock::now();
    bool asks_person = plug == Plug::of_a_person;
    bool asked_person = asks_person;
    for (;;) {
        const auto limit = began + within + (asks_person ? for_a_person : 0min);
        if (configured_ || !wrong_identity_.empty() || Clock::now() >= limit) break;
        // One that hangs on another network, or does not listen, cannot be told to begin again.
        asks_person = asks_person || ((plug == Plug::of_a_server || request_failed_) &&
                                      signs_.empty() && Clock::now() >= began + patience);
        if (asks_person && !std::exchange(asked_person, true))
            tell_("rig.prompt", {{"text", help}});
        wake_.expires_at(std::min(limit, Clock::now() + 1s));
        boost::system::error_code cancelled;
        co_await wake_.async_wait(
            boost::asio::redirect_error(boost::asio::use_awaitable, cancelled));
    }
    if (!wrong_identity_.empty()) throw std::runtime_error(wrong_identity_);
    if (!configured_)
        throw std::runtime_error(fmt::format(
            "did not {} within {} s of power-on; seen of it: {}; not asked for: {}",
            flashing_             ? "come up with firmware " + firmware_
            : boot_files_.empty() ? "take an address"
                                  : "take its configuration",
            std::chrono::duration_cast<std::chrono::seconds>(within).count(),
            signs_.empty() ? "nothing" : signs_,
            missing_.empty() ? "an address" : fmt::format("{}", fmt::join(missing_, ", "))));
    state_ = State::running;
    co_return *configured_;
}

void HandsetPhone::taken(const std::string& file, Wall at) {
    if (!boot_files_.contains(file)) return;
    ++signs_of_boot_;
    if (state_ == State::running) booted_by_itself("asked for its configuration");
    signs_ += (signs_.empty() ? "" : ", ") + file;
    if (missing_.erase(file) == 0 || !missing_.empty()) return;
    has_all("has its configuration", at);
}

void HandsetPhone::has_all(const char* what, Wall at) {
    if (flashing_ && !is_right_) {  // the boot in which it takes its firmware
        missing_ = boot_files_;
        return;
    }
    rebooting_ = false;
    tell_("rig.boot", {{"text", what}, {"seen", signs_}});
    if (state_ != State::booting) return;
    configured_ = at;
    wake_.cancel();
}

void HandsetPhone::dhcp(DhcpServer::Heard heard, const std::string& file) {
    using Heard = DhcpServer::Heard;
    const auto at = wall_now();
    if (heard == Heard::file_sent) return taken(lower_case(file), at);
    if (heard == Heard::discover) ++signs_of_boot_;
    if (heard == Heard::discover && state_ == State::running)
        booted_by_itself("asked for an address");
    if (heard != Heard::acknowledged) return;
    signs_ += (signs_.empty() ? "" : ", ") + std::string("DHCP");
    if (boot_files_.empty() && (state_ == State::booting || rebooting_))
        has_all("has its address", at);
}

// Of one boot once.
void HandsetPhone::booted_by_itself(const std::string& sign) {
    if (std::exchange(rebooting_, true)) return;
    missing_ = boot_files_;
    signs_.clear();
    if (reload_told_) return;
    keep("began again by itself: it " + sign);
    tell_("rig.reboot", {{"text", sign}});
}

void HandsetPhone::expect_reload() { reload_told_ = true; }

void HandsetPhone::identify(const std::string& source, const std::string& user_agent) {
    auto expected = handset();
    expected.firmware = firmware_;
    const bool is_model = mentions(user_agent, expected.model);
    const bool is_right = is_model && scenario::names_version(user_agent, firmware_);
    if (std::exchange(identified_[source], user_agent) != user_agent)
        tell_("rig.identity", {{"source", source},
                               {"user_agent", escaped(user_agent)},
                               {"expected", scenario::identity_of(expected)},
                               {"matches", is_right ? "yes" : "no"}});
    // What a phone says over SIP may be set by its configuration: that alone proves nothing.
    if (source != "GET" && handset().protocol != Protocol::tftp) return;
    if (is_right && !std::exchange(is_right_, true)) missing_ = boot_files_;
    if (is_right || (is_model && (flashing_ || is_to_be_flashed_))) return;
    const bool is_new = wrong_identity_.empty();
    wrong_identity_ = fmt::format("says that it is \"{}\"; its file says {}", escaped(user_agent),
                                  scenario::identity_of(expected));
    wake_.cancel();
    if (is_new && state_ == State::running)
        tell_("rig.trouble",
              {{"whose", plan_.subject}, {"text", plan_.device.id + ' ' + wrong_identity_}});
}

void HandsetPhone::hear(const timeline::Event& event) {
    if (event.kind != "sip.request" || event.direction != timeline::Direction::out ||
        event.field("method") != "REGISTER")
        return;
    if (state_ == State::running && !event.field("user_agent").empty())
        identify("REGISTER", std::string(event.field("user_agent")));
}

}  // namespace twinline::testbed
