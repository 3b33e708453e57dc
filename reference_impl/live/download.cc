// The options of libcurl, and its errors read as a phone reads them.
#include "reference_impl/live/download.hh"

#include "reference_impl/wire/text.hh"

#include <fmt/format.h>

#include <stdexcept>

namespace twinline::live {

namespace {

using Outcome = phone::Fetched::Outcome;
using Protocol = config::DownloadProtocol;

constexpr std::size_t most_header_octets = 64U << 10U;
constexpr std::size_t longest_location = 2048;

bool is_web(Protocol protocol) { return protocol == Protocol::http || protocol == Protocol::https; }

// The error numbers of RFC 1350 section 5 among those of libcurl.
int tftp_error(CURLcode code) {
    switch (code) {
        case CURLE_TFTP_NOTFOUND:
            return 1;
        case CURLE_TFTP_PERM:
            return 2;
        case CURLE_REMOTE_DISK_FULL:
            return 3;
        case CURLE_TFTP_ILLEGAL:
            return 4;
        case CURLE_TFTP_UNKNOWNID:
            return 5;
        case CURLE_REMOTE_FILE_EXISTS:
            return 6;
        case CURLE_TFTP_NOSUCHUSER:
            return 7;
        default:
            return -1;
    }
}

}  // namespace

template <typename Value>
void Download::set(CURLoption option, Value value) {
    if (const auto code = curl_easy_setopt(handle_.get(), option, value); code != CURLE_OK)
        throw std::runtime_error(fmt::format("libcurl option {}: {}", static_cast<int>(option),
                                             curl_easy_strerror(code)));
}

Download::Download(const phone::Fetch& fetch, wire::Ipv4 local, const std::string& ca_file)
    : fetch_(fetch), handle_(curl_easy_init()) {
    if (!handle_) throw std::runtime_error("libcurl gives no handle");
    limit_ = std::chrono::steady_clock::now() + fetch.limits.connect;
    set(CURLOPT_PRIVATE, this);
    set(CURLOPT_NOSIGNAL, 1L);
    set(CURLOPT_FOLLOWLOCATION, 0L);
    set(CURLOPT_FRESH_CONNECT, 1L);
    set(CURLOPT_FORBID_REUSE, 1L);
    set(CURLOPT_PROXY, "");
    set(CURLOPT_USERAGENT, "Twinline");
    set(CURLOPT_PROTOCOLS_STR, std::string(to_string(fetch.protocol)).c_str());
    set_address(local);
    set_trust(ca_file);
    set_limits();
}

// By name only where the protocol speaks of names; to that one address in any case.
void Download::set_address(wire::Ipv4 local) {
    const auto address = wire::to_string(fetch_.remote.address);
    const bool web = is_web(fetch_.protocol);
    const auto url = fmt::format("{}://{}:{}{}", to_string(fetch_.protocol),
                                 web ? fetch_.name : address, fetch_.remote.port, fetch_.path);
    set(CURLOPT_URL, url.c_str());
    set(CURLOPT_PATH_AS_IS, 1L);
    set(CURLOPT_INTERFACE, ("host!" + wire::to_string(local)).c_str());
    if (!web) return;
    connect_to_.reset(
        curl_slist_append(nullptr, fmt::format("::{}:{}", address, fetch_.remote.port).c_str()));
    set(CURLOPT_CONNECT_TO, connect_to_.get());
}

void Download::set_trust(const std::string& ca_file) {
    const auto& checks = fetch_.checks;
    if (!ca_file.empty()) set(CURLOPT_CAINFO, ca_file.c_str());
    set(CURLOPT_SSL_VERIFYPEER, checks.authority ? 1L : 0L);
    set(CURLOPT_SSL_VERIFYHOST, checks.authority && checks.name ? 2L : 0L);
}

// Whatever the server says moves the limit on; libcurl's own limits would count otherwise.
void Download::set_limits() {
    using Self = Download*;
    set(CURLOPT_CONNECTTIMEOUT_MS, 3'600'000L);
    const curl_write_callback body = [](char* bytes, std::size_t size, std::size_t count,
                                        void* self) {
        return static_cast<Self>(self)->take(bytes, size * count) ? size * count : 0;
    };
    const curl_write_callback header = [](char* bytes, std::size_t size, std::size_t count,
                                          void* self) {
        return static_cast<Self>(self)->take_header({bytes, size * count}) ? size * count : 0;
    };
    const curl_prereq_callback connected = [](void* self, char*, char*, int, int) {
        static_cast<Self>(self)->alive();
        return CURL_PREREQFUNC_OK;
    };
    // At the end of a file of FTP libcurl waits by itself, and asks here whether it may go on.
    const curl_xferinfo_callback waits = [](void* self, curl_off_t, curl_off_t, curl_off_t,
                                            curl_off_t) {
        return std::chrono::steady_clock::now() < static_cast<Self>(self)->limit_ ? 0 : 1;
    };
    set(CURLOPT_NOPROGRESS, 0L);
    set(CURLOPT_XFERINFOFUNCTION, waits);
    set(CURLOPT_XFERINFODATA, this);
    set(CURLOPT_WRITEFUNCTION, body);
    set(CURLOPT_WRITEDATA, this);
    set(CURLOPT_HEADERFUNCTION, header);
    set(CURLOPT_HEADERDATA, this);
    set(CURLOPT_PREREQFUNCTION, connected);
    set(CURLOPT_PREREQDATA, this);
}

void Download::alive() { limit_ = std::chrono::steady_clock::now() + fetch_.limits.idle; }

bool Download::take(const char* bytes, std::size_t size) {
    alive();
    too_big_ = too_big_ || size > fetch_.limits.octets - body_.size();
    if (!too_big_) body_.append(bytes, size);
    return !too_big_;
}

bool Download::take_header(std::string_view line) {
    constexpr std::string_view location = "location:";
    alive();
    header_octets_ += line.size();
    if (is_web(fetch_.protocol) && line.size() < longest_location &&
        wire::lower_case(line.substr(0, location.size())) == location)
        location_ = wire::trim(line.substr(location.size()));
    constexpr std::uint32_t goodbye = 221;
    if (const auto code = wire::parse_number(line.substr(0, 3)); code && *code != goodbye)
        ftp_reply_ = static_cast<long>(*code);
    too_big_ = too_big_ || header_octets_ > most_header_octets;
    return !too_big_;
}

long Download::status() const {
    if (fetch_.protocol == Protocol::ftp) return ftp_reply_;
    long status = 0;
    curl_easy_getinfo(handle_.get(), CURLINFO_RESPONSE_CODE, &status);
    return status;
}

phone::Fetched Download::timed_out() const {
    return {fetch_.id, Outcome::timeout, body_.empty() ? "" : status_text(CURLE_OK, status()),
            body_};
}

phone::Fetched Download::result(CURLcode code) const {
    const auto outcome = code == CURLE_OK ? of_response(status()) : of_error(code, status());
    return {fetch_.id, outcome, status_text(code, status()), body_,
            outcome == Outcome::redirect ? location_ : ""};
}

// RFC 9110 section 15; the other protocols say by errors what they refuse.
Outcome Download::of_response(long status) const {
    if (!is_web(fetch_.protocol) || status == 200) return Outcome::complete;
    if (status == 404 || status == 410) return Outcome::missing;
    const bool moved =
        status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
    return moved ? Outcome::redirect : Outcome::refused;
}

Outcome Download::of_error(CURLcode code, long status) const {
    if (too_big_) return Outcome::too_big;
    const bool ftp = fetch_.protocol == Protocol::ftp;
    if (fetch_.protocol == Protocol::tftp && tftp_error(code) > 0)
        return tftp_error(code) == 1 ? Outcome::missing : Outcome::refused;
    switch (code) {
        case CURLE_OPERATION_TIMEDOUT:
        case CURLE_ABORTED_BY_CALLBACK:
            return Outcome::timeout;
        case CURLE_PEER_FAILED_VERIFICATION:
            return Outcome::bad_certificate;
        case CURLE_REMOTE_FILE_NOT_FOUND:
        case CURLE_FTP_COULDNT_RETR_FILE:
        case CURLE_REMOTE_ACCESS_DENIED:  // a folder that is not there
            return ftp && status == 550 ? Outcome::missing : Outcome::refused;
        case CURLE_LOGIN_DENIED:
        case CURLE_FTP_ACCEPT_FAILED:
            return Outcome::refused;
        case CURLE_PARTIAL_FILE:
            return Outcome::cut;
        case CURLE_RECV_ERROR:
        case CURLE_SEND_ERROR:
        case CURLE_GOT_NOTHING:
            return body_.empty() && status == 0 ? Outcome::unreachable : Outcome::cut;
        case CURLE_COULDNT_CONNECT:
            return Outcome::unreachable;
        default:
            // After a reply of FTP it is one that refuses.
            return ftp && status >= 400 ? Outcome::refused : Outcome::unreachable;
    }
}

std::string Download::status_text(CURLcode code, long status) const {
    if (fetch_.protocol == Protocol::tftp) {
        if (tftp_error(code) >= 0) return "error " + std::to_string(tftp_error(code));
        return body_.empty() && code != CURLE_OK ? "" : "data";
    }
    return status == 0 ? "" : std::to_string(status);
}

}  // namespace twinline::live
