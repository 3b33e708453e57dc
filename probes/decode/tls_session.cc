// A record that lacks its key changes nothing, so that it can be read again when the key has come.
#include "probes/decode/tls_session.hh"

#include "probes/decode/bytes.hh"
#include "probes/decode/config_event.hh"
#include "probes/decode/tls_alerts.hh"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace twinline::decode {

namespace {

// RFC 8446 5.1 and 4, RFC 5246 7.4.
enum Content : std::uint8_t { change_cipher_spec = 20, alert, handshake, application_data };
enum Message : std::uint8_t {
    client_hello = 1,
    server_hello = 2,
    certificate = 11,
    finished = 20,
    key_update = 24
};
enum Extension : std::uint16_t {
    server_name = 0,
    encrypt_then_mac = 22,
    pre_shared_key = 41,
    early_data = 42,
    supported_versions = 43
};
constexpr std::uint16_t tls_1_2 = 0x0303, tls_1_3 = 0x0304;

// RFC 8446 4.1.3: the random of a ServerHello that only asks for another ClientHello.
constexpr std::string_view retry_random(
    "\xCF\x21\xAD\x74\xE5\x9A\x61\x11\xBE\x1D\x8C\x02\x1E\x65\xB8\x91"
    "\xC2\xA2\x11\x16\x7A\xBB\x8C\x5E\x07\x9E\x09\xE2\xC8\xA8\x33\x9C",
    TlsKeyLog::random_size);

// Octets from the front; what is not there makes it broken, and everything later empty.
class TlsCursor {
  public:
    explicit TlsCursor(std::string_view octets) : octets_(octets) {}

    std::string_view take(std::size_t size) {
        is_broken_ = is_broken_ || size > octets_.size();
        const auto taken = octets_.substr(0, is_broken_ ? 0 : size);
        octets_.remove_prefix(taken.size());
        return taken;
    }
    std::size_t number(std::size_t size) {
        std::size_t value = 0;
        for (const char c : take(size)) value = value << 8U | static_cast<unsigned char>(c);
        return value;
    }
    std::string_view vector(std::size_t size_of_length) { return take(number(size_of_length)); }
    bool is_at_end() const { return is_broken_ || octets_.empty(); }
    bool is_broken() const { return is_broken_; }

  private:
    std::string_view octets_;
    bool is_broken_ = false;
};

std::string version_text(std::uint16_t version) {
    return version == tls_1_3   ? "1.3"
           : version == tls_1_2 ? "1.2"
                                : fmt::format("{:#06x}", version);
}

// The type of a record of TLS 1.3 stands behind its content, before the zeros (RFC 8446 5.4).
std::uint8_t take_inner_type(std::string& plain) {
    const auto last = plain.find_last_not_of('\0');
    const auto type = last == plain.npos ? std::uint8_t{0} : static_cast<std::uint8_t>(plain[last]);
    plain.resize(last == plain.npos ? 0 : last);
    return type;
}

}  // namespace

bool TlsSession::read(Side from, std::string_view record, const TlsKeyLog& keys, AllFound& found) {
    auto& own = direction(from);
    if (own.is_lost) return true;
    const auto type = static_cast<std::uint8_t>(record.front());
    const auto body = record.substr(header_size);
    if (own.is_sealed) {
        // What TLS 1.3 says in the clear all the same: for middleboxes, or before it has keys.
        if (version_ == tls_1_3 && type == change_cipher_spec) return true;
        if (version_ != tls_1_3 || type != alert || body.size() != 2)
            return open(from, type, body, keys, found);
    } else if (type == change_cipher_spec) {
        own.is_sealed = version_ != 0 && version_ != tls_1_3;
        own.handshake.clear();
        return true;
    } else if (type == application_data) {
        // Early data, which comes before the server has spoken, has keys that are not read.
        if (from != Side::client || !offers_early_data_)
            give_up(from, "the beginning of the connection was not captured", found);
        return true;
    }
    take(from, type, body, found);
    return true;
}

bool TlsSession::open(Side from, std::uint8_t type, std::string_view body, const TlsKeyLog& keys,
                      AllFound& found) {
    auto& own = direction(from);
    std::string lack;
    if (!own.opener && !find_key(from, keys, lack)) {
        if (lack.empty() && keys.may_grow()) return false;
        give_up(from, lack.empty() ? "the key log has no key of it" : lack, found);
        return true;
    }
    auto plain = own.opener->open(type, body);
    if (!plain) {
        const bool may_be_early = from == Side::client && offers_early_data_ && !own.has_finished;
        if (!may_be_early) give_up(from, "a record does not open with its key", found);
        return true;
    }
    if (version_ == tls_1_3) type = take_inner_type(*plain);
    take(from, type, *plain, found);
    return true;
}

// `lack`: why there never will be one.
bool TlsSession::find_key(Side from, const TlsKeyLog& keys, std::string& lack) {
    const auto* suite = tls_suite(suite_id_);
    if (version_ != tls_1_2 && version_ != tls_1_3)
        lack = "TLS of version " + version_text(version_) + " is not read";
    else if (suite == nullptr)
        lack = fmt::format("cipher suite {:#06x} is not read", suite_id_);
    else if (client_random_.empty())
        lack = "its ClientHello was not captured";
    if (!lack.empty()) return false;
    const auto* secrets = keys.find(client_random_);
    if (secrets == nullptr) return false;
    if (version_ == tls_1_2) {
        if (secrets->master.empty()) return false;
        TlsKeyBlock block(*suite, secrets->master, client_random_, server_random_,
                          encrypts_then_macs_);
        direction(from).opener = from == Side::client ? block.client : block.server;
        return true;
    }
    const bool is_over = direction(from).has_finished;
    const auto& secret = from == Side::client
                             ? (is_over ? secrets->client_traffic : secrets->client_handshake)
                             : (is_over ? secrets->server_traffic : secrets->server_handshake);
    if (secret.empty()) return false;
    direction(from).opener = TlsOpener::of_secret(*suite, secret);
    return true;
}

void TlsSession::take(Side from, std::uint8_t type, std::string_view content, AllFound& found) {
    if (type == application_data) {
        if (!content.empty()) found.push_back({std::string(content)});
    } else if (type == handshake) {
        take_handshake(from, content, found);
    } else if (type == alert) {
        take_alert(from, content, found);
    } else if (type == change_cipher_spec) {
        give_up(from, "it negotiates anew, which is not read", found);
    }
}

// Only the hellos are needed whole: of the others, which may be long, the type alone.
void TlsSession::take_handshake(Side from, std::string_view content, AllFound& found) {
    constexpr std::size_t type_and_length = 4;
    auto& own = direction(from);
    while (!content.empty() && !own.is_lost) {
        const auto skipped = std::min(own.to_skip, content.size());
        own.to_skip -= skipped;
        content.remove_prefix(skipped);
        const auto header = std::min(
            type_and_length - std::min(own.handshake.size(), type_and_length), content.size());
        own.handshake += content.substr(0, header);
        content.remove_prefix(header);
        if (own.handshake.size() < type_and_length) return;
        TlsCursor cursor(own.handshake);
        const auto type = static_cast<std::uint8_t>(cursor.number(1));
        const auto length = cursor.number(3);
        if (type != client_hello && type != server_hello) {
            own.to_skip = length;
            own.handshake.clear();
            take_message(from, type, {}, found);
            continue;
        }
        if (length > longest_hello) return give_up(from, "a hello has no end", found);
        const auto missing = length + type_and_length - own.handshake.size();
        own.handshake += content.substr(0, missing);
        content.remove_prefix(std::min(missing, content.size()));
        if (own.handshake.size() < length + type_and_length) return;
        const auto message = std::exchange(own.handshake, {});
        take_message(from, type, std::string_view(message).substr(type_and_length), found);
    }
}

void TlsSession::take_message(Side from, std::uint8_t type, std::string_view message,
                              AllFound& found) {
    auto& own = direction(from);
    const bool is_first = !own.is_sealed && !own.has_finished;
    if (type == client_hello && from == Side::client && is_first) {
        if (!read_client_hello(message)) give_up(from, "its ClientHello is malformed", found);
    } else if (type == server_hello && from == Side::server && is_first) {
        if (!read_server_hello(message)) give_up(from, "its ServerHello is malformed", found);
    } else if (type == certificate) {
        shows_certificate_ = shows_certificate_ || from == Side::server;
    } else if (type == finished) {
        finish(from, found);
    } else if (type == key_update && version_ == tls_1_3 && own.opener && own.has_finished) {
        own.opener->update();
    }
}

bool TlsSession::read_client_hello(std::string_view message) {
    TlsCursor hello(message);
    hello.take(2);  // version
    client_random_ = hello.take(TlsKeyLog::random_size);
    hello.vector(1);  // session id
    hello.vector(2);  // cipher suites
    hello.vector(1);  // compression
    TlsCursor extensions(hello.vector(2));
    while (!extensions.is_at_end()) {
        const auto type = extensions.number(2);
        TlsCursor value(extensions.vector(2));
        if (type == early_data) offers_early_data_ = true;
        if (type != server_name) continue;
        TlsCursor names(value.vector(2));
        names.take(1);  // its type: of a host
        server_name_ = printable(names.vector(2));
    }
    return client_random_.size() == TlsKeyLog::random_size;
}

bool TlsSession::read_server_hello(std::string_view message) {
    TlsCursor hello(message);
    auto version = static_cast<std::uint16_t>(hello.number(2));
    const auto random = hello.take(TlsKeyLog::random_size);
    hello.vector(1);  // session id
    const auto suite = static_cast<std::uint16_t>(hello.number(2));
    hello.take(1);  // compression
    if (hello.is_broken()) return false;
    if (random == retry_random) return true;
    TlsCursor extensions(hello.vector(2));
    while (!extensions.is_at_end()) {
        const auto type = extensions.number(2);
        TlsCursor value(extensions.vector(2));
        if (type == supported_versions) version = static_cast<std::uint16_t>(value.number(2));
        if (type == pre_shared_key) is_resumed_ = true;
        if (type == encrypt_then_mac) encrypts_then_macs_ = true;
    }
    server_random_ = random;
    suite_id_ = suite;
    version_ = version;
    if (version_ == tls_1_3)
        for (auto& each : directions_) {
            each = {};
            each.is_sealed = true;
        }
    return true;
}

void TlsSession::finish(Side from, AllFound& found) {
    auto& own = direction(from);
    if (!own.is_sealed || own.has_finished) return;
    own.has_finished = true;
    if (version_ == tls_1_3) own.opener.reset();
    if (!directions_[0].has_finished || !directions_[1].has_finished) return;
    const bool is_resumed = version_ == tls_1_3 ? is_resumed_ : !shows_certificate_;
    timeline::Fields fields{{"version", version_text(version_)},
                            {"cipher", std::string(tls_suite(suite_id_)->name)},
                            {"resumed", is_resumed ? "yes" : "no"}};
    if (!server_name_.empty()) fields.emplace("server_name", server_name_);
    found.push_back({{}, "tls.established", std::move(fields)});
}

// That a side will say no more is no news: its FIN says it too.
void TlsSession::take_alert(Side, std::string_view content, AllFound& found) {
    constexpr std::uint8_t close_notify = 0, fatal = 2;
    if (content.size() != 2) return;
    const auto level = static_cast<std::uint8_t>(content[0]);
    const auto description = static_cast<std::uint8_t>(content[1]);
    if (description == close_notify) return;
    found.push_back({{},
                     "tls.alert",
                     {{"level", level == fatal ? "fatal" : "warning"},
                      {"description", alert_text(description)}}});
}

void TlsSession::give_up(Side from, std::string_view reason, AllFound& found) {
    auto& own = direction(from);
    if (own.is_lost) return;
    own = {};
    own.is_lost = true;
    found.push_back({{}, "tls.unreadable", {{"reason", std::string(reason)}}});
}

}  // namespace twinline::decode
