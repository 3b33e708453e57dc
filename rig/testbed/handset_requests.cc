// How a handset is told what its user does: a request to its own web interface, with credentials
// from the environment, which are in no command line, log or record.
#include "rig/testbed/files.hh"
#include "rig/testbed/handset_phone.hh"
#include "rig/testbed/outer.hh"

#include <fmt/format.h>

#include <array>
#include <cctype>
#include <cstdlib>

namespace twinline::testbed {

namespace {

constexpr std::string_view env_opening = "{{env:", env_closing = "}}";
constexpr std::string_view env = "env:";

// As curl reads the values of its own configuration file.
std::string as_value(std::string_view text) {
    std::string made = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\') made += '\\';
        if (c == '\n')
            made += "\\n";
        else
            made += c;
    }
    return made + '"';
}

std::string in_url(std::string_view text) {
    std::string made;
    for (const char c : text) {
        const auto octet = static_cast<unsigned char>(c);
        if (std::isalnum(octet) != 0 || c == '.' || c == '-' || c == '_')
            made += c;
        else
            made += fmt::format("%{:02X}", octet);
    }
    return made;
}

// Every text by which it is told something.
std::string texts_of(const scenario::Device& device) {
    const auto& handset = *device.handset;
    std::string all = handset.user + handset.password;
    for (const auto& [name, text] : device.files) all += name + text;
    for (const auto& [name, request] : handset.requests) all += request.url + request.body;
    for (const auto& [name, page] : handset.display) all += page.request.url + page.request.body;
    for (const auto* argv : {&handset.power_off, &handset.power_on, &handset.reset_command})
        for (const auto& word : *argv) all += word;
    return all;
}

}  // namespace

void read_environment(std::string_view text, Values& values) {
    for (std::size_t at = 0; (at = text.find(env_opening, at)) != text.npos;) {
        at += env_opening.size();
        const auto end = text.find(env_closing, at);
        if (end == text.npos) return;  // render says so
        const std::string name(text.substr(at, end - at));
        const char* const value = std::getenv(name.c_str());
        if (value == nullptr)
            throw Unavailable("the environment has no " + name + ", which the device file wants",
                              "export " + name + "=... before the rig is started");
        values[std::string(env) + name] = value;
    }
}

Values secrets_of(const scenario::Device& device) {
    Values values;
    if (device.handset) read_environment(texts_of(device), values);
    return values;
}

void require_environment(const scenario::Device& device) { secrets_of(device); }

std::string HandsetPhone::without_secrets(std::string text) const {
    for (const auto& [name, secret] : secrets_) {
        if (secret.empty()) continue;
        const auto shown = "{{" + name + "}}";
        for (auto at = text.find(secret); at != text.npos;
             at = text.find(secret, at + shown.size()))
            text.replace(at, secret.size(), shown);
    }
    return text;
}

void HandsetPhone::act(std::string_view what, std::string_view number) {
    if (what == "upgrade_firmware") expect_reload();
    request(std::string(what), number);
}

// Whose certificate it has does not count: nobody else is on its wire.
std::filesystem::path HandsetPhone::order(const std::string& what,
                                          const scenario::HandsetRequest& request,
                                          std::string_view number,
                                          const std::filesystem::path& answer) {
    using Method = scenario::HandsetRequest::Method;
    auto text =
        fmt::format("url = {}\nsilent\nshow-error\nfail\ninsecure\nmax-time = 10\noutput = {}\n",
                    as_value(filled(what, request.url, in_url(number))), as_value(answer.string()));
    if (request.method == Method::post) {
        text += fmt::format("data-raw = {}\n", as_value(filled(what, request.body, number)));
        if (!request.content_type.empty())
            text += fmt::format("header = {}\n", as_value("Content-Type: " + request.content_type));
    }
    if (!handset().user.empty())
        text +=
            fmt::format("anyauth\nuser = {}\n", as_value(filled("user", handset().user) + ':' +
                                                         filled("password", handset().password)));
    const auto file = directory_ / ("request-" + std::to_string(++requests_made_));
    write_file(file, text);
    std::filesystem::permissions(file, std::filesystem::perms::owner_read);
    return file;
}

// A device that was never told cannot be blamed: then the scenario is in error.
void HandsetPhone::request(const std::string& what, std::string_view number) {
    const auto found = handset().requests.find(what);
    if (found == handset().requests.end())
        throw std::logic_error(fmt::format("{} cannot be told to {}", plan_.device.id, what));
    const auto file = order(what, found->second, number, "/dev/null");
    Spawn spawn;
    spawn.argv = {"curl", "--config", file.string()};
    spawn.netns = &wire_.services;
    spawn.on_line = [this](Stream, std::string_view line) {
        last_answer_ = without_secrets(escaped(line));
        keep(last_answer_);
    };
    spawn.on_exit = [this, what, file](int status) {
        std::error_code ignored;
        std::filesystem::remove(file, ignored);
        if (status == 0) return;
        // One that begins again at once may not have said so; its boot is seen.
        if (what == "reboot" || what == "factory_reset") {
            request_failed_ = true;
            return wake_.cancel(), void();
        }
        tell_(
            "rig.trouble",
            {{"whose", "lab"},
             {"text", fmt::format("{} could not be told to {}: {}", plan_.device.id, what,
                                  last_answer_.empty() ? describe_status(status) : last_answer_)}});
    };
    std::erase_if(requests_, [](const auto& request) { return !request->alive(); });
    requests_.push_back(std::make_unique<Process>(io_, std::move(spawn)));
}

}  // namespace twinline::testbed
