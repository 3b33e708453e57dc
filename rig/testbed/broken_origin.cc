// One request a connection, as nginx asks an origin; the address of who asked is in X-Source.
#include "rig/testbed/broken_origin.hh"

#include "rig/testbed/as_pair.hh"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <fmt/format.h>

#include <map>
#include <utility>

namespace twinline::testbed {

namespace {

namespace asio = boost::asio;
using asio::local::stream_protocol;
using Kind = scenario::Treatment::Kind;
constexpr std::size_t longest_head = 65536;

std::string_view between(std::string_view text, std::string_view before, std::string_view after) {
    const auto begin = text.find(before);
    if (begin == text.npos) return {};
    text.remove_prefix(begin + before.size());
    return text.substr(0, text.find(after));
}

}  // namespace

struct BrokenOrigin::State {
    State(asio::io_context& io, FileOf files, const std::filesystem::path& at)
        : file_of(std::move(files)), acceptor(io, stream_protocol::endpoint(at.string())) {}

    FileOf file_of;
    stream_protocol::acceptor acceptor;
    std::map<std::string, scenario::Treatment> treatments;  // by source
};

namespace {

std::string answer(unsigned status, std::string_view body, std::size_t sent) {
    return fmt::format(
        "HTTP/1.0 {} {}\r\nContent-Type: application/octet-stream\r\nContent-Length: {}\r\n\r\n{}",
        status, status == 200 ? "OK" : "Ordered by the lab", body.size(), body.substr(0, sent));
}

template <typename State>
asio::awaitable<void> serve(stream_protocol::socket socket, std::shared_ptr<State> state) {
    std::string head;
    const auto [unread, size] = co_await asio::async_read_until(
        socket, asio::dynamic_buffer(head, longest_head), "\r\n\r\n", as_pair);
    if (unread) co_return;
    const std::string source(between(head, "X-Source: ", "\r\n"));
    const auto known = state->treatments.find(source);
    const auto treatment = known == state->treatments.end() ? scenario::Treatment{} : known->second;
    if (treatment.kind == Kind::slow) {
        asio::steady_timer late(socket.get_executor(), treatment.delay);
        co_await late.async_wait(as_pair);
    }
    const auto path = between(head, " ", " ");
    const auto file = state->file_of(source, path.substr(0, path.find('?')));
    const auto text =
        treatment.kind == Kind::reject ? answer(treatment.status, {}, 0)
        : !file                        ? answer(404, {}, 0)
                : answer(200, file->text, file->own + treatment.octets.value_or(file->text.size()));
    const auto [unsent, written] = co_await asio::async_write(socket, asio::buffer(text), as_pair);
    if (unsent || treatment.kind != Kind::stall) co_return;
    // Until whoever asked gives up.
    std::string nothing;
    co_await asio::async_read_until(socket, asio::dynamic_buffer(nothing, longest_head), '\n',
                                    as_pair);
}

template <typename State>
asio::awaitable<void> accept_all(std::shared_ptr<State> state) {
    for (;;) {
        auto [error, socket] = co_await state->acceptor.async_accept(as_pair);
        if (error == asio::error::operation_aborted) co_return;
        if (!error)
            asio::co_spawn(state->acceptor.get_executor(), serve(std::move(socket), state),
                           asio::detached);
    }
}

}  // namespace

BrokenOrigin::BrokenOrigin(asio::io_context& io, FileOf files, const std::filesystem::path& at)
    : state_(std::make_shared<State>(io, std::move(files), at)) {
    asio::co_spawn(io, accept_all(state_), asio::detached);
}

BrokenOrigin::~BrokenOrigin() {
    boost::system::error_code already_closed;
    state_->acceptor.close(already_closed);
    state_->file_of = [](std::string_view, std::string_view) { return std::nullopt; };  // under way
}

void BrokenOrigin::misbehave(const std::string& source, const scenario::Treatment& treatment) {
    state_->treatments.insert_or_assign(source, treatment);
}

void BrokenOrigin::behave(const std::string& source) { state_->treatments.erase(source); }

}  // namespace twinline::testbed
