// Downloads from configuration servers as events: which connection or datagram belongs to one, and
// when it was cut. What a download over TLS says comes here deciphered, where there is a key.
#pragma once

#include "probes/decode/ftp_reader.hh"
#include "probes/decode/http_reader.hh"
#include "probes/decode/tcp_streams.hh"
#include "probes/decode/tftp_reader.hh"
#include "probes/decode/tls_streams.hh"

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <variant>

namespace twinline::decode {

class ConfigEvents {
  public:
    // `streams` and `secure` are told which streams are wanted as they are.
    ConfigEvents(const timeline::Cast& cast, TcpStreams& streams, TlsStreams& secure);

    ConfigFound octets(const TcpStreams::Message& message);
    ConfigFound segment(const TcpSegment& segment);  // its flags, after its octets
    // Nothing: the datagram is of no download.
    std::optional<ConfigFound> datagram(const Payload& datagram);

    static constexpr std::size_t limit = 4096;  // connections under way

  private:
    using Key = std::pair<Endpoint, Endpoint>;  // client, server
    struct Data {                               // of an FTP connection
        Key control;
        bool passive = true;  // the client opened it, so the server's end closes it
    };
    struct Connection {
        std::string protocol;
        std::uint32_t sequence = 0;  // of its SYN
        std::variant<std::monostate, HttpReader, FtpReader, Data> reader{};
    };

    const timeline::ConfigurationServer* server(const Endpoint& end) const;
    Connection* find(const Key& key);
    FtpReader* control_of(const Data& data);
    void open(const TcpSegment& segment, ConfigFound& found);
    void end(const Key& key, bool by_client, bool reset, ConfigFound& found);

    std::map<std::uint32_t, timeline::ConfigurationServer> servers_;
    TcpStreams& streams_;
    std::map<Key, Connection> connections_;
    std::map<Endpoint, Key> data_ends_;  // awaited data connections and their control connections
    TftpReader tftp_;
};

}  // namespace twinline::decode
