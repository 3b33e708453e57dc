// What two ends of a connection of TLS say (RFC 8446, RFC 5246), with the keys of a log. An input
// is a row of pieces: an octet that says whose it is, two of its length, and the piece.
#include "probes/decode/tls_streams.hh"
#include "tests/fuzz/targets.hh"

#include <algorithm>
#include <string>

namespace twinline::fuzz {

namespace {

constexpr decode::Endpoint client{0xc6336464, 40000};
constexpr decode::Endpoint server{0xc000020b, 5061};

enum class Piece : unsigned char {
    of_client,
    of_server,
    keys,
    gap_of_client,
    gap_of_server,
    fin,
    syn
};
constexpr unsigned pieces = 7;

decode::TcpStreams::Message message(bool is_of_client, std::string_view text, bool is_gap) {
    return {is_of_client ? client : server, is_of_client ? server : client,
            decode::StreamCutter::Kind::tls, std::string(text), is_gap};
}

decode::TcpSegment flags(bool is_syn) {
    decode::TcpSegment segment{.source = client, .destination = server, .payload = {}};
    segment.syn = is_syn;
    segment.fin = !is_syn;
    return segment;
}

void play(decode::TlsStreams& streams, Piece piece, std::string_view text, decode::Stamp stamp) {
    const bool is_of_client = piece == Piece::of_client || piece == Piece::gap_of_client;
    switch (piece) {
        case Piece::of_client:
        case Piece::of_server:
            streams.octets(message(is_of_client, text, false), stamp);
            break;
        case Piece::gap_of_client:
        case Piece::gap_of_server:
            streams.octets(message(is_of_client, {}, true), stamp);
            break;
        case Piece::keys:
            streams.add_keys(text);
            break;
        case Piece::fin:
        case Piece::syn:
            streams.holds(flags(piece == Piece::syn), stamp);
            break;
    }
}

}  // namespace

void tls(std::string_view talk) {
    constexpr std::size_t header = 3;
    decode::TlsStreams streams(decode::TlsKeyLog({}, decode::TlsKeyLog::Growth::growing));
    decode::Stamp stamp;
    while (talk.size() >= header) {
        const auto octet = [&](std::size_t at) { return static_cast<unsigned char>(talk[at]); };
        const auto piece = static_cast<Piece>(octet(0) % pieces);
        const auto length = static_cast<std::size_t>(octet(1) << 8U | octet(2));
        talk.remove_prefix(header);
        const auto text = talk.substr(0, length);
        talk.remove_prefix(text.size());
        stamp.at += std::chrono::milliseconds{1};
        ++stamp.frame;
        play(streams, piece, text, stamp);
        hold(streams.held() <= 2 * decode::TlsStreams::held_limit, "what is held is bounded");
    }
}

}  // namespace twinline::fuzz
