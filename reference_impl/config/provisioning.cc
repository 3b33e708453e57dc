// Addresses of configuration files, read strictly: whoever writes one may be a server that nobody
// trusts.
#include "reference_impl/config/provisioning.hh"

#include "reference_impl/wire/endpoint.hh"

#include <algorithm>
#include <array>

namespace twinline::config {

namespace {

constexpr std::array<std::string_view, 4> names{"http", "https", "ftp", "tftp"};
constexpr std::array<std::uint16_t, 4> ports{80, 443, 21, 69};
constexpr std::size_t longest_url = 1024;

bool is_host_of_url(std::string_view host) {
    constexpr std::size_t longest = 255;
    return !host.empty() && host.size() <= longest && host.front() != '.' && host.front() != '-' &&
           std::ranges::all_of(host, [](char c) {
               return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || c == '.' || c == '-' ||
                      c == '_';
           });
}

std::string_view without_slashes(std::string_view path) {
    while (path.starts_with('/')) path.remove_prefix(1);
    while (path.ends_with('/')) path.remove_suffix(1);
    return path;
}

}  // namespace

std::string_view to_string(DownloadProtocol protocol) {
    return names[static_cast<std::size_t>(protocol)];
}

std::optional<DownloadProtocol> parse_download_protocol(std::string_view text) {
    const auto* const found = std::ranges::find(names, wire::lower_case(text));
    if (found == names.end()) return std::nullopt;
    return static_cast<DownloadProtocol>(found - names.begin());
}

std::uint16_t default_port(DownloadProtocol protocol) {
    return ports[static_cast<std::size_t>(protocol)];
}

// An escaped dot or slash is one all the same (RFC 3986 section 6.2.2).
bool is_safe_path(std::string_view path) {
    const bool plain = std::ranges::all_of(path, [](unsigned char c) {
        return c > ' ' && c < 0x7f && c != '\\' && c != '"' && c != '<' && c != '>' && c != '#';
    });
    if (!plain) return false;
    auto rest = wire::lower_case(path.substr(0, path.find('?')));
    for (const auto& [escape, meant] :
         {std::pair<std::string_view, std::string_view>{"%2e", "."}, {"%2f", "/"}, {"%5c", "/"}})
        for (auto at = rest.find(escape); at != std::string::npos; at = rest.find(escape, at))
            rest.replace(at, escape.size(), meant);
    if (rest.find("%00") != std::string::npos) return false;
    return ("/" + rest + "/").find("/../") == std::string::npos;
}

std::optional<DownloadUrl> parse_download_url(std::string_view text) {
    if (text.size() > longest_url) return std::nullopt;
    DownloadUrl url;
    if (const auto scheme = text.find("://"); scheme != text.npos) {
        const auto protocol = parse_download_protocol(text.substr(0, scheme));
        if (!protocol) return std::nullopt;
        url.protocol = *protocol;
        text.remove_prefix(scheme + 3);
    }
    const auto end = std::min(text.find_first_of("/?"), text.size());
    auto authority = text.substr(0, end);
    if (const auto colon = authority.find(':'); colon != authority.npos) {
        const auto port = wire::parse_number(authority.substr(colon + 1));
        if (!port || *port == 0 || *port > 65535) return std::nullopt;
        url.port = static_cast<std::uint16_t>(*port);
        authority = authority.substr(0, colon);
    }
    url.host = wire::lower_case(authority);
    url.path = without_slashes(text.substr(end));
    if (!is_host_of_url(url.host) || !is_safe_path(url.path)) return std::nullopt;
    return url;
}

Provisioning provisioning_at(DownloadUrl url, Provisioning former) {
    former.protocol = url.protocol;
    former.host = std::move(url.host);
    former.port = url.port;
    former.path = std::move(url.path);
    return former;
}

}  // namespace twinline::config
