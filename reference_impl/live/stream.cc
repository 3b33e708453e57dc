// The steps of a connection, each started by the end of the one before.
#include "reference_impl/live/stream.hh"

#include <boost/asio/post.hpp>
#include <boost/asio/write.hpp>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

namespace twinline::live {

namespace asio = boost::asio;
using asio::ip::tcp;

namespace {

constexpr std::size_t most_unsent = 1U << 20U;  // octets

tcp::endpoint as_asio(const wire::Endpoint& endpoint) {
    return {asio::ip::address_v4(endpoint.address.value), endpoint.port};
}

std::string reason_for(const boost::system::error_code& error) {
    if (error == asio::error::eof || error == asio::ssl::error::stream_truncated)
        return "closes the connection";
    if (error == asio::error::connection_refused) return "refuses the connection";
    return "fails: " + error.message();
}

}  // namespace

Stream::Stream(asio::io_context& context, asio::ssl::context& tls, const phone::Connect& connect,
               Streams::OnInput on_input)
    : id_(connect.connection),
      remote_(connect.remote),
      encrypted_(connect.transport == wire::Transport::tls),
      stream_(context, tls),
      on_input_(std::move(on_input)) {
    if (!encrypted_) return;
    if (!wire::parse_ipv4(connect.server_name))  // RFC 6066 section 3: SNI holds no address
        SSL_set_tlsext_host_name(stream_.native_handle(), connect.server_name.c_str());
    if (!connect.checks.authority)
        stream_.set_verify_mode(asio::ssl::verify_none);
    else if (connect.checks.name)
        expect_name(connect.server_name);
}

void Stream::expect_name(const std::string& name) {
    auto* parameters = SSL_get0_param(stream_.native_handle());
    if (wire::parse_ipv4(name))
        X509_VERIFY_PARAM_set1_ip_asc(parameters, name.c_str());
    else
        X509_VERIFY_PARAM_set1_host(parameters, name.c_str(), name.size());
}

void Stream::start(wire::Ipv4 own_address) {
    Error error;
    socket().open(tcp::v4(), error);
    if (!error) socket().bind(as_asio({own_address, 0}), error);
    if (error) {  // later: whoever opens it is still at work
        asio::post(stream_.get_executor(),
                   [self = shared_from_this(), error] { self->fail(error); });
        return;
    }
    socket().async_connect(as_asio(remote_), [self = shared_from_this()](const Error& failed) {
        if (failed)
            self->fail(failed);
        else if (self->encrypted_)
            self->shake_hands();
        else
            self->up();
    });
}

void Stream::shake_hands() {
    stream_.async_handshake(
        asio::ssl::stream_base::client, [self = shared_from_this()](const Error& failed) {
            if (!failed) return self->up();
            const auto verdict = SSL_get_verify_result(self->stream_.native_handle());
            if (verdict == X509_V_OK) return self->fail(failed);
            self->fail(std::string("has a certificate that is not good: ") +
                       X509_verify_cert_error_string(verdict));
        });
}

void Stream::up() {
    if (closed_) return;
    Error error;
    socket().set_option(tcp::no_delay(true), error);
    const auto local = socket().local_endpoint(error);
    if (error) return fail(error);
    read();
    on_input_(phone::Connected{id_, {{local.address().to_v4().to_uint()}, local.port()}});
}

void Stream::read() {
    auto taken = [self = shared_from_this()](const Error& error, std::size_t count) {
        if (self->closed_) return;
        if (error) return self->fail(error);
        self->on_input_(phone::StreamReceived{self->id_, {self->buffer_.data(), count}});
        if (!self->closed_) self->read();
    };
    if (encrypted_)
        stream_.async_read_some(asio::buffer(buffer_), std::move(taken));
    else
        socket().async_read_some(asio::buffer(buffer_), std::move(taken));
}

void Stream::send(std::string bytes) {
    if (closed_) return;
    if (unsent_size_ + bytes.size() > most_unsent) return fail("takes nothing any more");
    unsent_size_ += bytes.size();
    unsent_.push_back(std::move(bytes));
    if (unsent_.size() == 1) write();
}

void Stream::write() {
    auto written = [self = shared_from_this()](const Error& error, std::size_t count) {
        if (self->closed_) return;
        if (error) return self->fail(error);
        self->unsent_size_ -= count;
        self->unsent_.pop_front();
        if (!self->unsent_.empty()) self->write();
    };
    if (encrypted_)
        asio::async_write(stream_, asio::buffer(unsent_.front()), std::move(written));
    else
        asio::async_write(socket(), asio::buffer(unsent_.front()), std::move(written));
}

void Stream::close() {
    closed_ = true;
    Error ignored;
    socket().close(ignored);
}

void Stream::fail(const Error& error) { fail(reason_for(error)); }

void Stream::fail(const std::string& reason) {
    if (closed_) return;
    close();
    on_input_(phone::ConnectionLost{id_, reason});
}

}  // namespace twinline::live
