// What a handset shows: a page of its own web server, a picture of its screen that a program reads,
// or what the person before it says.
#include "rig/testbed/as_pair.hh"
#include "rig/testbed/files.hh"
#include "rig/testbed/handset_phone.hh"
#include "rig/testbed/outer.hh"
#include "rig/testbed/page_text.hh"

#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <fmt/format.h>

#include <unistd.h>

namespace twinline::testbed {

namespace {

namespace asio = boost::asio;

constexpr auto longest_look = std::chrono::seconds(60);
constexpr std::size_t longest_line = 65536, longest_page = 5000;
constexpr unsigned most_tries = 8;

// To an empty line; false when nobody types.
asio::awaitable<bool> read_keyboard(std::string& text) {
    asio::posix::stream_descriptor keyboard(co_await asio::this_coro::executor);
    boost::system::error_code unreadable;
    keyboard.assign(::dup(STDIN_FILENO), unreadable);
    if (unreadable) co_return false;
    for (std::string held;;) {
        const auto [error, size] = co_await asio::async_read_until(
            keyboard, asio::dynamic_buffer(held, longest_line), '\n', as_pair);
        if (error) co_return false;
        if (size == 1) co_return true;
        text += held.substr(0, size);
        held.erase(0, size);
    }
}

}  // namespace

// What it shows before its boot, so that nobody takes that for what the scenario made it show. One
// that shows nothing yet has nothing to be told from.
asio::awaitable<void> HandsetPhone::remember_pages() {
    for (const auto& [page, shown] : handset().display) {
        if (shown.request.url.empty()) continue;
        for (unsigned i = 0; i < most_tries; ++i) {
            try {
                const auto lines = lines_of_page(co_await fetch(page, shown));
                shown_before_[page] = {lines.begin(), lines.end()};
                break;
            } catch (const std::runtime_error& error) {
                keep(error.what());  // its web server may come up after the rest of it
            }
            asio::steady_timer pause(io_, std::chrono::seconds(1));
            co_await pause.async_wait(asio::use_awaitable);
        }
    }
}

asio::awaitable<ShownPage> HandsetPhone::look(std::string page) {
    using namespace asio::experimental::awaitable_operators;
    const auto found = handset().display.find(page);
    if (found == handset().display.end()) co_return co_await Dut::look(page);
    const auto& shown = found->second;
    std::string text;
    if (shown.request.url.empty()) {
        tell_("rig.prompt", {{"text", fmt::format("what does {} show as {}? An empty line ends it",
                                                  plan_.device.title, page)}});
        asio::steady_timer patience(io_, for_a_person);
        const auto typed = co_await (read_keyboard(text) || patience.async_wait(as_pair));
        if (typed.index() != 0 || !std::get<0>(typed))
            throw std::runtime_error("nobody says what it shows as " + page);
    } else {
        text = co_await fetch(page, shown);
    }
    ShownPage now;
    auto before = shown_before_[page];
    for (const auto& line : lines_of_page(text)) {
        if (now.lines.size() + now.stale.size() == longest_page) break;
        const auto old = before.find(line);
        (old == before.end() ? now.lines : now.stale).push_back(without_secrets(line));
        if (old != before.end()) before.erase(old);
    }
    co_return now;
}

asio::awaitable<std::string> HandsetPhone::fetch(const std::string& page,
                                                 const scenario::HandsetPage& shown) {
    const auto file = directory_ / "page";
    std::filesystem::remove(file);
    Spawn asks;
    asks.argv = {"curl", "--config", order(page, shown.request, {}, file).string()};
    asks.netns = &wire_.services;
    co_await run_to_its_end(std::move(asks), "ask for " + page);
    if (shown.through.empty()) co_return read_file(file);
    Spawn reads;
    for (const auto& word : shown.through) {
        auto values = values_;
        values["file"] = file.string();
        reads.argv.push_back(render(plan_.device.id + "/through", word, values));
    }
    co_return co_await run_to_its_end(std::move(reads), "read " + page);
}

asio::awaitable<std::string> HandsetPhone::run_to_its_end(Spawn spawn, const std::string& what) {
    const auto program = spawn.argv.front();
    std::string out, said;
    spawn.on_line = [&](Stream stream, std::string_view line) {
        (stream == Stream::out ? out : said) += std::string(line) + '\n';
    };
    Process process(io_, std::move(spawn));
    const bool ended = co_await process.ended(longest_look);
    if (ended && process.status() == 0) co_return out;
    throw std::runtime_error(without_secrets(
        fmt::format("could not {}: {} {}: {}", what, program,
                    ended ? "ended with " + describe_status(process.status()) : "took too long",
                    escaped(said))));
}

}  // namespace twinline::testbed
