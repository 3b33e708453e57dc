// Where a phone fetches its configuration: one service, reached by any of the addresses of its
// name, and the files that make up the configuration.
#pragma once

#include "reference_impl/wire/text.hh"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace twinline::config {

enum class DownloadProtocol { http, https, ftp, tftp };

std::string_view to_string(DownloadProtocol protocol);  // "http" ...
std::optional<DownloadProtocol> parse_download_protocol(std::string_view text);
std::uint16_t default_port(DownloadProtocol protocol);

// "http://cfg.test:8080/phones", or a host alone; the path has no slash at its ends.
struct DownloadUrl {
    DownloadProtocol protocol = DownloadProtocol::http;
    std::string host;
    std::uint16_t port = 0;  // 0: the protocol's
    std::string path;
};
// None for what is no such address, names a user, or steps out of its folder.
std::optional<DownloadUrl> parse_download_url(std::string_view text);
// Whether this may be asked for as it is: no control characters or spaces, no steps up.
bool is_safe_path(std::string_view path);

struct Provisioning {
    DownloadProtocol protocol = DownloadProtocol::http;
    std::string host;  // empty: the phone has only what it is given
    std::uint16_t port = 0;
    std::string path;  // the folder of the files
    // In order, a later one counts more; "{mac}" and "{MAC}" stand for the phone's own address.
    std::vector<std::string> files;
    std::string firmware;  // its file; empty: none
};

// The service at `url`, with the files of `former`.
Provisioning provisioning_at(DownloadUrl url, Provisioning former);

}  // namespace twinline::config
