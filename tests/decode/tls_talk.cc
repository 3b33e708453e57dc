// Both ends are driven by turns until neither has anything left to say.
#include "tests/decode/tls_talk.hh"

#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <array>
#include <stdexcept>
#include <utility>

namespace twinline::test {

namespace {

void require(bool is_so, const char* what) {
    if (!is_so) throw std::runtime_error(std::string("tls talk: ") + what);
}

// Of its own making, for "pbx.test"; good for an hour.
void give_certificate(SSL_CTX* context) {
    static const std::unique_ptr<EVP_PKEY, void (*)(EVP_PKEY*)> key(EVP_RSA_gen(2048),
                                                                    EVP_PKEY_free);
    const std::unique_ptr<X509, void (*)(X509*)> made(X509_new(), X509_free);
    auto* name = X509_get_subject_name(made.get());
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
                               reinterpret_cast<const unsigned char*>("pbx.test"), -1, -1, 0);
    X509_set_issuer_name(made.get(), name);
    X509_gmtime_adj(X509_getm_notBefore(made.get()), 0);
    X509_gmtime_adj(X509_getm_notAfter(made.get()), 3600);
    X509_set_pubkey(made.get(), key.get());
    require(X509_sign(made.get(), key.get(), EVP_sha256()) > 0, "sign");
    require(SSL_CTX_use_certificate(context, made.get()) == 1, "certificate");
    require(SSL_CTX_use_PrivateKey(context, key.get()) == 1, "key");
}

TlsTalk* talk_of(const SSL* ssl) { return static_cast<TlsTalk*>(SSL_get_ex_data(ssl, 0)); }

}  // namespace

TlsTalk::TlsTalk(const TlsForm& form)
    : client_context_(SSL_CTX_new(TLS_client_method()), SSL_CTX_free),
      server_context_(SSL_CTX_new(TLS_server_method()), SSL_CTX_free),
      client_(nullptr, SSL_free),
      server_(nullptr, SSL_free),
      session_(nullptr, SSL_SESSION_free) {
    for (auto* context : {client_context_.get(), server_context_.get()}) {
        SSL_CTX_set_min_proto_version(context, form.version);
        SSL_CTX_set_max_proto_version(context, form.version);
        if (!form.cipher.empty())
            require(SSL_CTX_set_cipher_list(context, form.cipher.c_str()) == 1, "cipher");
        if (!form.suite.empty())
            require(SSL_CTX_set_ciphersuites(context, form.suite.c_str()) == 1, "suite");
        if (!form.encrypts_then_macs) SSL_CTX_set_options(context, SSL_OP_NO_ENCRYPT_THEN_MAC);
    }
    give_certificate(server_context_.get());
    SSL_CTX_set_keylog_callback(server_context_.get(), note_key);
    SSL_CTX_set_session_cache_mode(client_context_.get(), SSL_SESS_CACHE_CLIENT);
    SSL_CTX_sess_set_new_cb(client_context_.get(), note_session);
    if (form.client_trusts_nobody)
        SSL_CTX_set_verify(client_context_.get(), SSL_VERIFY_PEER, nullptr);
}

TlsTalk::~TlsTalk() = default;

void TlsTalk::note_key(const SSL* ssl, const char* line) {
    talk_of(ssl)->keys_ += std::string(line) + "\n";
}

int TlsTalk::note_session(SSL* ssl, SSL_SESSION* session) {
    talk_of(ssl)->session_.reset(session);
    return 1;
}

void TlsTalk::connect(bool resumes) {
    // A connection that was not closed leaves no session that can be resumed.
    for (auto* ssl : {client_.get(), server_.get()})
        if (ssl != nullptr) SSL_set_shutdown(ssl, SSL_SENT_SHUTDOWN | SSL_RECEIVED_SHUTDOWN);
    client_.reset(SSL_new(client_context_.get()));
    server_.reset(SSL_new(server_context_.get()));
    for (auto* ssl : {client_.get(), server_.get()}) {
        SSL_set_ex_data(ssl, 0, this);
        SSL_set_bio(ssl, BIO_new(BIO_s_mem()), BIO_new(BIO_s_mem()));
    }
    SSL_set_tlsext_host_name(client_.get(), "pbx.test");
    if (resumes) require(SSL_set_session(client_.get(), session_.get()) == 1, "session");
    SSL_set_connect_state(client_.get());
    SSL_set_accept_state(server_.get());
    while (move()) {
    }
    require(!resumes || SSL_session_reused(client_.get()) == 1, "not resumed");
}

bool TlsTalk::move() {
    std::array<char, 4096> heard{};
    for (auto* ssl : {client_.get(), server_.get()}) {
        if (!SSL_is_init_finished(ssl)) SSL_do_handshake(ssl);
        while (SSL_read(ssl, heard.data(), static_cast<int>(heard.size())) > 0) {
        }
    }
    const bool client_spoke = flush(client_.get(), server_.get(), true);
    return flush(server_.get(), client_.get(), false) || client_spoke;
}

bool TlsTalk::flush(SSL* from, SSL* to, bool is_from_client) {
    char* octets = nullptr;
    const auto size = BIO_get_mem_data(SSL_get_wbio(from), &octets);
    if (size <= 0) return false;
    flights_.push_back({is_from_client, std::string(octets, static_cast<std::size_t>(size))});
    BIO_write(SSL_get_rbio(to), octets, static_cast<int>(size));
    BIO_reset(SSL_get_wbio(from));
    return true;
}

void TlsTalk::say(SSL* from, std::string_view text) {
    require(SSL_write(from, text.data(), static_cast<int>(text.size())) > 0, "write");
    while (move()) {
    }
}

void TlsTalk::client_says(std::string_view text) { say(client_.get(), text); }
void TlsTalk::server_says(std::string_view text) { say(server_.get(), text); }

void TlsTalk::update_keys() {
    for (auto* ssl : {client_.get(), server_.get()}) {
        require(SSL_key_update(ssl, SSL_KEY_UPDATE_NOT_REQUESTED) == 1, "key update");
        SSL_do_handshake(ssl);
    }
    while (move()) {
    }
}

std::vector<Flight> TlsTalk::take_flights() { return std::exchange(flights_, {}); }

}  // namespace twinline::test
