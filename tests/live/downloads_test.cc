// Downloads by libcurl from servers on the loopback: each way in which one can end, in the phone's
// words.
#include "reference_impl/live/downloads.hh"

#include "tests/live/certificates.hh"
#include "tests/live/loopback.hh"
#include "tests/live/stream_peer.hh"

#include <boost/asio/read_until.hpp>
#include <boost/asio/write.hpp>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <thread>

namespace twinline::live {
namespace {

using std::chrono::milliseconds;
using testing::HasSubstr;
using Outcome = phone::Fetched::Outcome;
using Protocol = config::DownloadProtocol;

std::string response(std::string_view status, std::string_view body, std::string_view more = "") {
    return fmt::format("HTTP/1.1 {}\r\nContent-Length: {}\r\n{}\r\n{}", status, body.size(), more,
                       body);
}

class Downloading : public testing::Test {
  protected:
    phone::Fetch fetch(Protocol protocol, wire::Endpoint server) {
        phone::Fetch wanted;
        wanted.id = ++id_;
        wanted.protocol = protocol;
        wanted.remote = server;
        wanted.name = "cfg.test";
        wanted.path = "/phones/common.cfg";
        wanted.limits = {1000, patience_, patience_};
        return wanted;
    }

    phone::Fetched result_of(const phone::Fetch& wanted) {
        Downloads downloads(context_, loopback, ca_file_, [this](phone::Input input) {
            result_ = std::get<phone::Fetched>(std::move(input));
        });
        result_.reset();
        downloads.start(wanted);
        EXPECT_TRUE(run_until(context_, [&] { return result_.has_value(); }));
        auto result = result_.value_or(phone::Fetched{});
        EXPECT_EQ(result.id, wanted.id);
        return result;
    }

    // Of a server that says this and, when told so, closes the connection.
    phone::Fetched over_http(const std::string& said, bool closes = false) {
        std::optional<StreamPeer> server;
        server.emplace(context_, [&](const std::string& request) {
            request_ = request;
            if (closes) close_soon(*server);
            return said;
        });
        return result_of(fetch(Protocol::http, server->endpoint()));
    }

    void close_soon(StreamPeer& server) {
        timer_.expires_after(milliseconds(50));
        timer_.async_wait([&server](const auto& error) {
            if (!error) server.close();
        });
    }

    boost::asio::io_context context_;
    boost::asio::steady_timer timer_{context_};
    std::string ca_file_, request_;
    std::optional<phone::Fetched> result_;
    milliseconds patience_{3000};  // where no test waits for its end
    unsigned id_ = 6;
};

TEST_F(Downloading, gives_the_file_that_one_address_has) {
    const auto got = over_http(response("200 OK", "a = 1\n"));
    EXPECT_EQ(got.outcome, Outcome::complete);
    EXPECT_EQ(got.body, "a = 1\n");
    EXPECT_EQ(got.status, "200");
    EXPECT_THAT(request_, HasSubstr("GET /phones/common.cfg HTTP/1.1\r\nHost: cfg.test"));
}

TEST_F(Downloading, tells_what_a_server_says_instead) {
    EXPECT_EQ(over_http(response("404 Not Found", "no")).outcome, Outcome::missing);
    EXPECT_EQ(over_http(response("410 Gone", "no")).outcome, Outcome::missing);
    EXPECT_EQ(over_http(response("403 Forbidden", "no")).outcome, Outcome::refused);
    const auto unavailable = over_http(response("503 Service Unavailable", "no"));
    EXPECT_EQ(unavailable.outcome, Outcome::refused);
    EXPECT_EQ(unavailable.status, "503");
    EXPECT_EQ(over_http(response("204 No Content", "")).outcome, Outcome::refused);
}

TEST_F(Downloading, follows_nothing) {
    const auto got = over_http(response("302 Found", "", "Location: http://other.test/x\r\n"));
    EXPECT_EQ(got.outcome, Outcome::redirect);
    EXPECT_EQ(got.location, "http://other.test/x");
}

TEST_F(Downloading, notices_what_is_cut) {
    const auto got = over_http("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf", true);
    EXPECT_EQ(got.outcome, Outcome::cut);
    EXPECT_EQ(got.body, "half");
    EXPECT_EQ(over_http("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n", true)
                  .outcome,
              Outcome::cut);
    EXPECT_EQ(over_http("", true).outcome, Outcome::unreachable) << "not a word";
}

TEST_F(Downloading, waits_no_longer_than_the_limit_for_another_octet) {
    patience_ = milliseconds(400);
    const auto before = std::chrono::steady_clock::now();
    const auto got = over_http("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf");
    EXPECT_EQ(got.outcome, Outcome::timeout);
    EXPECT_EQ(got.body, "half");
    EXPECT_GE(std::chrono::steady_clock::now() - before, milliseconds(400));
    EXPECT_LT(std::chrono::steady_clock::now() - before, milliseconds(2000));
}

TEST_F(Downloading, bears_no_more_octets_than_the_limit) {
    EXPECT_EQ(over_http(response("200 OK", std::string(1000, 'a'))).outcome, Outcome::complete);
    EXPECT_EQ(over_http(response("200 OK", std::string(1001, 'a'))).outcome, Outcome::too_big);
    const std::string line = "X: " + std::string(60'000, 'b') + "\r\n";
    const auto heads = over_http(response("200 OK", "a", line + line));
    EXPECT_NE(heads.outcome, Outcome::complete);
}

TEST_F(Downloading, hears_no_nonsense) {
    for (const auto* said : {"SIP/2.0 200 OK\r\n\r\n", "\r\n\r\n\r\n", "HTTP/1.1 \xff\xfe\r\n\r\n",
                             "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\nabc",
                             "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"})
        EXPECT_NE(over_http(said, true).outcome, Outcome::complete) << said;
}

TEST_F(Downloading, tells_a_closed_port_from_silence) {
    patience_ = milliseconds(400);
    const auto closed = free_port(context_);
    EXPECT_EQ(result_of(fetch(Protocol::http, {loopback, closed})).outcome, Outcome::unreachable);
    EXPECT_EQ(result_of(fetch(Protocol::ftp, {loopback, closed})).outcome, Outcome::unreachable);
    // Connections come up here and nobody speaks.
    boost::asio::ip::tcp::acceptor silent(context_,
                                          {boost::asio::ip::address_v4::loopback(), closed});
    EXPECT_EQ(result_of(fetch(Protocol::http, {loopback, closed})).outcome, Outcome::timeout);
    EXPECT_EQ(result_of(fetch(Protocol::https, {loopback, closed})).outcome, Outcome::timeout);
    EXPECT_EQ(result_of(fetch(Protocol::ftp, {loopback, closed})).outcome, Outcome::timeout);
}

TEST_F(Downloading, checks_the_certificate_for_the_name) {
    const TestAuthority authority;
    ca_file_ = authority.ca_file();
    const auto over_https = [&](const std::string& name, bool checks) {
        StreamPeer server(
            context_, [](const std::string&) { return response("200 OK", "a"); },
            authority.server_file(name));
        auto wanted = fetch(Protocol::https, server.endpoint());
        wanted.checks.authority = checks;
        return result_of(wanted).outcome;
    };
    EXPECT_EQ(over_https("cfg.test", true), Outcome::complete);
    EXPECT_EQ(over_https("other.test", true), Outcome::bad_certificate);
    EXPECT_EQ(over_https("other.test", false), Outcome::complete);
}

// RFC 1350 section 5; options are passed over (RFC 2347).
class Tftp : public Downloading {
  protected:
    phone::Fetched answered(const std::string& datagram) {
        Peer server(context_, {loopback, free_port(context_)},
                    [&](Peer& peer, const Datagram& got) {
                        if (request_.empty()) request_ = got.bytes;
                        if (!datagram.empty() && got.bytes.size() > 1 && got.bytes[1] == 1)
                            peer.send(got.remote, datagram);
                    });
        return result_of(fetch(Protocol::tftp, server.local()));
    }
};

TEST_F(Tftp, gives_a_file) {
    const auto got = answered(std::string("\0\3\0\1a = 1\n", 10));
    EXPECT_EQ(got.outcome, Outcome::complete);
    EXPECT_EQ(got.body, "a = 1\n");
    EXPECT_EQ(got.status, "data");
    EXPECT_THAT(request_, HasSubstr("phones/common.cfg"));
}

TEST_F(Tftp, tells_errors_apart) {
    const auto missing = answered(std::string("\0\5\0\1no\0", 7));
    EXPECT_EQ(missing.outcome, Outcome::missing);
    EXPECT_EQ(missing.status, "error 1");
    const auto refused = answered(std::string("\0\5\0\2no\0", 7));
    EXPECT_EQ(refused.outcome, Outcome::refused);
    EXPECT_EQ(refused.status, "error 2");
    EXPECT_NE(answered(std::string("\0", 1)).outcome, Outcome::complete);
}

TEST_F(Tftp, tells_a_closed_port_from_silence) {
    patience_ = milliseconds(400);
    EXPECT_EQ(answered("").outcome, Outcome::timeout);
    EXPECT_EQ(result_of(fetch(Protocol::tftp, {loopback, free_port(context_)})).outcome,
              Outcome::timeout)
        << "what ICMP says goes unnoticed";
}

// RFC 959 with the passive mode of RFC 2428; the data connection brings the file and ends. In a
// thread of its own: at the end of a file libcurl waits for what the server says of it.
class Ftp : public Downloading {
  protected:
    using tcp = boost::asio::ip::tcp;

    phone::Fetched answered(const std::string& size, const std::string& to_retrieval,
                            const std::string& at_the_end) {
        size_ = size;
        tcp::acceptor control(server_, {boost::asio::ip::address_v4::loopback(), 0});
        tcp::acceptor data(server_, {boost::asio::ip::address_v4::loopback(), 0});
        std::thread serves([&] { serve(control, data, to_retrieval, at_the_end); });
        const auto result =
            result_of(fetch(Protocol::ftp, {loopback, control.local_endpoint().port()}));
        serves.join();
        return result;
    }

  private:
    std::string reply_to(std::string_view line, std::uint16_t port) const {
        if (line.starts_with("USER")) return "331 password\r\n";
        if (line.starts_with("PASS")) return "230 in\r\n";
        if (line.starts_with("PWD")) return "257 \"/\" is where\r\n";
        if (line.starts_with("CWD")) return "250 there\r\n";
        if (line.starts_with("EPSV")) return fmt::format("229 here (|||{}|)\r\n", port);
        if (line.starts_with("TYPE")) return "200 binary\r\n";
        return line.starts_with("SIZE") ? size_ : "221 bye\r\n";
    }

    void serve(tcp::acceptor& control, tcp::acceptor& data, const std::string& to_retrieval,
               const std::string& at_the_end) {
        namespace asio = boost::asio;
        auto client = control.accept();
        std::string reply = "220 ready\r\n", lines;
        boost::system::error_code error;
        for (;;) {
            asio::write(client, asio::buffer(reply), error);
            const auto count = asio::read_until(client, asio::dynamic_buffer(lines), "\r\n", error);
            if (error) return;
            const auto line = lines.substr(0, count);
            lines.erase(0, count);
            reply = reply_to(line, data.local_endpoint().port());
            if (!line.starts_with("RETR")) continue;
            reply = to_retrieval;
            if (!to_retrieval.starts_with("150")) continue;
            asio::write(client, asio::buffer(to_retrieval), error);
            {
                auto file = data.accept();
                asio::write(file, asio::buffer(std::string("a = 1\n")), error);
            }
            reply = at_the_end;
        }
    }

    boost::asio::io_context server_;
    std::string size_;
};

TEST_F(Ftp, gives_a_file) {
    const auto got = answered("213 6\r\n", "150 comes\r\n", "226 came\r\n");
    EXPECT_EQ(got.outcome, Outcome::complete);
    EXPECT_EQ(got.body, "a = 1\n");
    EXPECT_EQ(got.status, "226");
}

TEST_F(Ftp, tells_what_a_server_says_instead) {
    const auto missing = answered("550 no\r\n", "550 no\r\n", "");
    EXPECT_EQ(missing.outcome, Outcome::missing);
    EXPECT_EQ(missing.status, "550");
    EXPECT_EQ(answered("213 6\r\n", "450 busy\r\n", "").outcome, Outcome::refused);
    EXPECT_EQ(answered("213 100\r\n", "150 comes\r\n", "226 came\r\n").outcome, Outcome::cut);
    EXPECT_EQ(answered("213 6\r\n", "150 comes\r\n", "426 broke\r\n").outcome, Outcome::cut);
    patience_ = milliseconds(400);
    const auto before = std::chrono::steady_clock::now();
    EXPECT_EQ(answered("213 6\r\n", "150 comes\r\n", "").outcome, Outcome::timeout);
    EXPECT_LT(std::chrono::steady_clock::now() - before, milliseconds(3000));
}

TEST_F(Downloading, stops_when_told) {
    patience_ = milliseconds(400);
    StreamPeer server(context_, [](const std::string&) { return std::string("HTTP/1.1 200"); });
    Downloads downloads(context_, loopback, {}, [&](const phone::Input&) { FAIL(); });
    const auto wanted = fetch(Protocol::http, server.endpoint());
    downloads.start(wanted);
    run_until(
        context_, [] { return false; }, milliseconds(100));
    downloads.stop(wanted.id);
    run_until(
        context_, [] { return false; }, milliseconds(600));
    downloads.stop(wanted.id);
}

}  // namespace
}  // namespace twinline::live
