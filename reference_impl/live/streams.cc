// Connections by their numbers, and the certificates that all of them trust.
#include "reference_impl/live/streams.hh"

#include "reference_impl/live/stream.hh"

namespace twinline::live {

namespace asio = boost::asio;

Streams::Streams(asio::io_context& context, wire::Ipv4 address, const std::string& ca_file,
                 OnInput on_input)
    : context_(context),
      address_(address),
      tls_(asio::ssl::context::tls_client),
      on_input_(std::move(on_input)) {
    tls_.set_verify_mode(asio::ssl::verify_peer);
    boost::system::error_code error;
    if (ca_file.empty()) {
        tls_.set_default_verify_paths(error);  // a system without any trusts nobody
        return;
    }
    tls_.load_verify_file(ca_file, error);
    if (error) throw std::system_error(error, "CA file " + ca_file);
}

Streams::~Streams() {
    for (auto& [id, stream] : streams_) stream->close();
}

void Streams::open(const phone::Connect& connect) {
    forget_closed();
    const auto stream = std::make_shared<Stream>(context_, tls_, connect, on_input_);
    streams_.emplace(connect.connection, stream);
    stream->start(address_);
}

void Streams::forget_closed() {
    std::erase_if(streams_, [](const auto& entry) { return entry.second->is_closed(); });
}

void Streams::send(unsigned connection, std::string bytes) {
    if (const auto found = streams_.find(connection); found != streams_.end())
        found->second->send(std::move(bytes));
}

void Streams::close(unsigned connection) {
    if (const auto found = streams_.find(connection); found != streams_.end())
        found->second->close();
}

}  // namespace twinline::live
