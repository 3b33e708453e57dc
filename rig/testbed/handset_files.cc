// One question a connection: a handset asks for a handful of files.
#include "rig/testbed/handset_files.hh"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <type_traits>

namespace twinline::testbed {

using boost::asio::ip::tcp;
namespace ssl = boost::asio::ssl;
using Error = boost::system::error_code;

struct HandsetFiles::State : std::enable_shared_from_this<HandsetFiles::State> {
    State(boost::asio::io_context& io, const tcp::endpoint& at, Asked listener)
        : acceptor(io, at), asked(std::move(listener)) {}

    void accept();

    tcp::acceptor acceptor;
    Asked asked;
    std::map<std::string, std::string> files;  // names in lower case
    std::unique_ptr<ssl::context> tls;         // none: HTTP
};

namespace {

constexpr std::size_t longest_request_head = 16384;
constexpr auto longest_question = std::chrono::seconds(20);
constexpr auto longest_answer = std::chrono::minutes(10);  // a firmware, to a slow phone

std::string_view trim(std::string_view text) {
    const auto begin = text.find_first_not_of(" \t\r");
    if (begin == text.npos) return {};
    return text.substr(begin, text.find_last_not_of(" \t\r") - begin + 1);
}

// The value of a header field, of several the first.
std::string field(std::string_view head, std::string_view name) {
    while (!head.empty()) {
        const auto line = head.substr(0, head.find('\n'));
        head.remove_prefix(std::min(line.size() + 1, head.size()));
        const auto colon = line.find(':');
        if (colon != line.npos && lower_case(line.substr(0, colon)) == name)
            return std::string(trim(line.substr(colon + 1)));
    }
    return {};
}

// "/folder/x.cfg?a=b" and "http://host/x.cfg" are both x.cfg in their folder.
std::string name_in(std::string_view target) {
    if (const auto scheme = target.find("://"); scheme != target.npos && scheme < 8) {
        target.remove_prefix(scheme + 3);
        target.remove_prefix(std::min(target.find('/'), target.size()));
    }
    target = target.substr(0, target.find_first_of("?#"));
    while (target.starts_with('/')) target.remove_prefix(1);
    return std::string(target);
}

// `Stream` is a socket, or one of TLS.
template <typename Stream>
class Conversation : public std::enable_shared_from_this<Conversation<Stream>> {
  public:
    Conversation(Stream stream, const std::shared_ptr<HandsetFiles::State>& server)
        : stream_(std::move(stream)), timer_(stream_.get_executor()), server_(server) {}

    void begin() {
        limit(longest_question);
        if constexpr (is_tls)
            stream_.async_handshake(ssl::stream_base::server,
                                    [self = this->shared_from_this()](const Error& error) {
                                        if (error) return self->end();
                                        self->listen();
                                    });
        else
            listen();
    }

  private:
    void limit(std::chrono::seconds time) {
        timer_.expires_after(time);
        timer_.async_wait([weak = this->weak_from_this()](const Error& error) {
            if (const auto self = weak.lock(); self && !error) self->end();
        });
    }

    static constexpr bool is_tls = !std::is_same_v<Stream, tcp::socket>;

    void listen() {
        boost::asio::async_read_until(
            stream_, boost::asio::dynamic_buffer(head_, longest_request_head), "\r\n\r\n",
            [self = this->shared_from_this()](const Error& error, std::size_t size) {
                if (error) return self->end();
                self->head_.resize(size);
                self->answer();
            });
    }

    void answer() {
        const auto server = server_.lock();
        if (!server) return end();
        const std::string_view head = head_;
        const auto line = head.substr(0, head.find('\r'));
        const auto method = line.substr(0, line.find(' '));
        auto target = line.substr(std::min(method.size() + 1, line.size()));
        target = target.substr(0, target.find(' '));
        asked_.name = name_in(target);
        asked_.host = field(head, "host");
        asked_.user_agent = field(head, "user-agent");
        Error gone;
        asked_.from = stream_.lowest_layer().remote_endpoint(gone).address().to_string();
        const auto file = server->files.find(lower_case(asked_.name));
        const bool read_only = method == "GET" || method == "HEAD";
        asked_.status = !read_only ? 405 : file == server->files.end() ? 404 : 200;
        const std::string body = asked_.status == 200 ? file->second : std::string();
        reply_ = fmt::format(
            "HTTP/1.1 {} {}\r\nContent-Type: text/plain\r\nContent-Length: {}\r\n"
            "Connection: close\r\n\r\n",
            asked_.status,
            asked_.status == 200   ? "OK"
            : asked_.status == 404 ? "Not Found"
                                   : "Method Not Allowed",
            body.size());
        if (method != "HEAD") reply_ += body;
        asked_.at = wall_now();
        limit(longest_answer);
        boost::asio::async_write(
            stream_, boost::asio::buffer(reply_),
            [self = this->shared_from_this()](const Error& error, std::size_t) {
                self->finish();
                const auto told = self->server_.lock();
                if (!error && told && told->asked) told->asked(self->asked_);
            });
    }

    // A client of TLS is told that this was all (RFC 8446 section 6.1).
    void finish() {
        if constexpr (is_tls)
            stream_.async_shutdown(
                [self = this->shared_from_this()](const Error&) { self->end(); });
        else
            end();
    }

    void end() {
        timer_.cancel();
        Error ignored;
        stream_.lowest_layer().shutdown(tcp::socket::shutdown_send, ignored);
        stream_.lowest_layer().close(ignored);
    }

    Stream stream_;
    boost::asio::steady_timer timer_;
    std::weak_ptr<HandsetFiles::State> server_;
    std::string head_, reply_;
    FileAsked asked_;
};

}  // namespace

std::string lower_case(std::string_view text) {
    std::string lower(text);
    std::ranges::transform(lower, lower.begin(),
                           [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return lower;
}

void HandsetFiles::State::accept() {
    acceptor.async_accept([weak = weak_from_this()](const Error& error, tcp::socket taken) {
        const auto self = weak.lock();
        if (!self || !self->acceptor.is_open()) return;
        using Tls = ssl::stream<tcp::socket>;
        if (!error && self->tls)
            std::make_shared<Conversation<Tls>>(Tls(std::move(taken), *self->tls), self)->begin();
        else if (!error)
            std::make_shared<Conversation<tcp::socket>>(std::move(taken), self)->begin();
        self->accept();
    });
}

HandsetFiles::HandsetFiles(boost::asio::io_context& io, const Netns& netns,
                           const std::string& address, std::uint16_t port, Asked asked,
                           const std::filesystem::path& certificate) {
    const InNetns inside(netns);
    state_ = std::make_shared<State>(
        io, tcp::endpoint(boost::asio::ip::make_address_v4(address), port), std::move(asked));
    if (!certificate.empty()) {
        state_->tls = std::make_unique<ssl::context>(ssl::context::tls_server);
        state_->tls->use_certificate_chain_file(certificate.string());
        state_->tls->use_private_key_file(certificate.string(), ssl::context::pem);
    }
    state_->accept();
}

HandsetFiles::~HandsetFiles() {
    Error ignored;
    state_->asked = {};
    state_->acceptor.close(ignored);
}

void HandsetFiles::serve(std::map<std::string, std::string> files) {
    state_->files.clear();
    for (auto& [name, text] : files) state_->files[lower_case(name)] = std::move(text);
}

}  // namespace twinline::testbed
