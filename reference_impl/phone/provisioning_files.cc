// From files to a configuration that may be used. A file that a server gives is as hostile as a
// packet: it is checked whole before anything of it takes effect.
#include "reference_impl/config/loader.hh"
#include "reference_impl/phone/provisioning.hh"

#include <algorithm>

namespace twinline::phone {

namespace {

// Far beyond every real file; checking a line against all known names takes its time.
constexpr std::ptrdiff_t most_lines = 20'000;
constexpr std::size_t longest_message = 200;

}  // namespace

// What the phone was given comes first and a later file counts more, so that it never loses its
// server. A set equal to the last one changes nothing.
void Provisioning::all_files_asked(wire::Instant now) {
    if (run_->purpose == Purpose::firmware)
        return finish(now, run_->texts.empty() ? Result::failed : Result::changed);
    if (run_->texts.empty()) return finish(now, Result::unchanged);
    auto text = given_;
    for (const auto& file : run_->texts) text += (text.ends_with('\n') ? "" : "\n") + file;
    const auto& current = context_.config;
    if (text == current.text) return finish(now, Result::unchanged);
    if (std::ranges::count(text, '\n') > most_lines) return refuse(now, "has too many lines");
    auto loaded =
        config::load(current.vendor, "configuration", text, {current.model, current.firmware});
    if (!loaded.errors.empty()) {
        auto why = loaded.errors.front().to_string();
        why.resize(std::min(why.size(), longest_message));
        context_.say(ErrorMessage{why + "; the configuration stays"});
        return finish(now, Result::failed);
    }
    auto config = std::move(loaded.config);
    if (config.dns_servers.empty()) config.dns_servers = current.dns_servers;
    // These are open as long as the phone has power.
    config.local_port = current.local_port;
    config.media_port = current.media_port;
    finish(now, Result::changed, std::move(config));
}

}  // namespace twinline::phone
