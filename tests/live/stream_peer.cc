// What has come is answered at once, then more is waited for.
#include "tests/live/stream_peer.hh"

#include "tests/live/loopback.hh"

#include <boost/asio/write.hpp>

namespace twinline::live {

namespace asio = boost::asio;
using asio::ip::tcp;

StreamPeer::StreamPeer(asio::io_context& context, std::function<std::string(std::string)> answer,
                       const std::string& certificate)
    : answer_(std::move(answer)),
      acceptor_(context, tcp::endpoint(asio::ip::address_v4::loopback(), 0)),
      tls_(asio::ssl::context::tls_server) {
    if (!certificate.empty()) {
        tls_.use_certificate_chain_file(certificate);
        tls_.use_private_key_file(certificate, asio::ssl::context::pem);
    }
    stream_.emplace(context, tls_);
    const bool encrypted = !certificate.empty();
    acceptor_.async_accept(stream_->next_layer(), [this, encrypted](const auto& error) {
        if (error) return;
        if (!encrypted) return read(stream_->next_layer());
        stream_->async_handshake(asio::ssl::stream_base::server, [this](const auto& failed) {
            if (!failed) read(*stream_);
        });
    });
}

wire::Endpoint StreamPeer::endpoint() const {
    return {loopback, acceptor_.local_endpoint().port()};
}

void StreamPeer::close() { stream_->next_layer().close(); }

template <typename Layer>
void StreamPeer::read(Layer& layer) {
    layer.async_read_some(asio::buffer(buffer_), [this, &layer](const auto& error, auto size) {
        if (error) return;
        reply_.assign(buffer_.data(), size);
        if (answer_) reply_ = answer_(reply_);
        asio::async_write(layer, asio::buffer(reply_), [this, &layer](const auto& failed, auto) {
            if (!failed) read(layer);
        });
    });
}

}  // namespace twinline::live
