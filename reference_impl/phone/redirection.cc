// RFC 3986 section 5.2, of which a phone needs the plain forms.
#include "reference_impl/phone/redirection.hh"

namespace twinline::phone {

namespace {

using Protocol = config::DownloadProtocol;

bool is_web(Protocol protocol) { return protocol == Protocol::http || protocol == Protocol::https; }

std::string_view without_slashes(std::string_view path) {
    while (path.starts_with('/')) path.remove_prefix(1);
    return path;
}

}  // namespace

std::optional<config::DownloadUrl> redirection(const config::DownloadUrl& from,
                                               std::string_view location) {
    constexpr std::size_t longest = 1024;
    location = location.substr(0, location.find('#'));
    if (location.empty() || location.size() > longest || !is_web(from.protocol))
        return std::nullopt;
    if (location.find("://") != location.npos && location.find("://") < location.find('/')) {
        const auto url = config::parse_download_url(location);
        const bool weaker =
            url && from.protocol == Protocol::https && url->protocol != Protocol::https;
        if (!url || !is_web(url->protocol) || weaker) return std::nullopt;
        return url;
    }
    if (location.starts_with("//") || !config::is_safe_path(location)) return std::nullopt;
    auto url = from;
    if (location.starts_with('/')) {
        url.path = without_slashes(location);
    } else {
        const auto folder = from.path.substr(0, from.path.find('?')).rfind('/');
        url.path = (folder == std::string::npos ? "" : from.path.substr(0, folder + 1)) +
                   std::string(location);
    }
    return url;
}

}  // namespace twinline::phone
