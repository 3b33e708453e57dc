// TLS sessions made by OpenSSL, without a network: what each side says as flights of octets, and
// the key log that a server writes of it.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

typedef struct ssl_st SSL;
typedef struct ssl_ctx_st SSL_CTX;
typedef struct ssl_session_st SSL_SESSION;

namespace twinline::test {

struct Flight {
    bool is_from_client;
    std::string octets;
};

struct TlsForm {
    int version = 0x0304;
    std::string cipher = {};  // of TLS 1.2: OpenSSL's name
    std::string suite = {};   // of TLS 1.3
    bool client_trusts_nobody = false;
    bool encrypts_then_macs = true;
};

// A client and a server that share their contexts over several connections, so that the second can
// be resumed.
class TlsTalk {
  public:
    explicit TlsTalk(const TlsForm& form = {});
    ~TlsTalk();
    TlsTalk(const TlsTalk&) = delete;
    TlsTalk& operator=(const TlsTalk&) = delete;

    // A new connection; with `resumes` by the session of the one before.
    void connect(bool resumes = false);
    void client_says(std::string_view text);
    void server_says(std::string_view text);
    void update_keys();  // of both directions, each by its own side

    std::vector<Flight> take_flights();  // those said since the last time
    const std::string& keys() const { return keys_; }

  private:
    static void note_key(const SSL* ssl, const char* line);
    static int note_session(SSL* ssl, SSL_SESSION* session);
    bool move();
    bool flush(SSL* from, SSL* to, bool is_from_client);
    void say(SSL* from, std::string_view text);

    std::unique_ptr<SSL_CTX, void (*)(SSL_CTX*)> client_context_, server_context_;
    std::unique_ptr<SSL, void (*)(SSL*)> client_, server_;
    std::unique_ptr<SSL_SESSION, void (*)(SSL_SESSION*)> session_;
    std::vector<Flight> flights_;
    std::string keys_;
};

}  // namespace twinline::test
