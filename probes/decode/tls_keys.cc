// Labels that are not known are passed over: later versions of the form may have more.
#include "probes/decode/tls_keys.hh"

#include <array>
#include <charconv>
#include <optional>
#include <utility>

namespace twinline::decode {

namespace {

constexpr std::size_t longest_secret = 64;

struct Label {
    std::string_view name;
    std::string TlsKeyLog::Secrets::*secret;
};
constexpr std::array labels{
    Label{"CLIENT_RANDOM", &TlsKeyLog::Secrets::master},
    Label{"CLIENT_HANDSHAKE_TRAFFIC_SECRET", &TlsKeyLog::Secrets::client_handshake},
    Label{"SERVER_HANDSHAKE_TRAFFIC_SECRET", &TlsKeyLog::Secrets::server_handshake},
    Label{"CLIENT_TRAFFIC_SECRET_0", &TlsKeyLog::Secrets::client_traffic},
    Label{"SERVER_TRAFFIC_SECRET_0", &TlsKeyLog::Secrets::server_traffic}};

std::optional<std::string> from_hex(std::string_view text) {
    if (text.size() % 2 != 0) return std::nullopt;
    std::string octets;
    for (std::size_t at = 0; at < text.size(); at += 2) {
        unsigned value = 0;
        const auto* first = text.data() + at;
        const auto [end, error] = std::from_chars(first, first + 2, value, 16);
        if (error != std::errc{} || end != first + 2) return std::nullopt;
        octets += static_cast<char>(value);
    }
    return octets;
}

std::string_view take_word(std::string_view& line) {
    const auto word = line.substr(0, line.find(' '));
    line.remove_prefix(std::min(word.size() + 1, line.size()));
    return word;
}

}  // namespace

void TlsKeyLog::add(std::string_view text) {
    for (auto end = text.find('\n'); end != text.npos; end = text.find('\n')) {
        begun_ += text.substr(0, std::min(end, longest_line));
        add_line(begun_);
        begun_.clear();
        text.remove_prefix(end + 1);
    }
    begun_ += text.substr(0, longest_line);
    if (begun_.size() > longest_line) begun_.resize(longest_line);
}

void TlsKeyLog::add_line(std::string_view line) {
    if (line.ends_with('\r')) line.remove_suffix(1);
    const auto name = take_word(line);
    for (const auto& label : labels) {
        if (label.name != name) continue;
        const auto random = from_hex(take_word(line));
        auto secret = from_hex(line);
        if (!random || random->size() != random_size || !secret || secret->empty() ||
            secret->size() > longest_secret)
            return;
        if (sessions_.size() >= most_sessions && !sessions_.contains(*random)) return;
        sessions_[*random].*label.secret = std::move(*secret);
    }
}

const TlsKeyLog::Secrets* TlsKeyLog::find(std::string_view client_random) const {
    const auto found = sessions_.find(client_random);
    return found == sessions_.end() ? nullptr : &found->second;
}

}  // namespace twinline::decode
