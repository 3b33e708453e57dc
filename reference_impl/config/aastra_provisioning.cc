// One server for each protocol of downloads (AA-CFG-04); the protocol that is chosen says which one
// counts.
#include "reference_impl/config/aastra_parameters.hh"

#include <string>
#include <string_view>
#include <utility>

namespace twinline::config {

namespace {

constexpr DownloadProtocol protocols[] = {DownloadProtocol::tftp, DownloadProtocol::ftp,
                                          DownloadProtocol::http, DownloadProtocol::https};

void add_server(std::vector<Parameter>& table, DownloadProtocol protocol) {
    const std::string name(to_string(protocol));
    const auto draft_of = [protocol](Draft& draft) -> AastraDownloads& {
        return draft.aastra.downloads[protocol];
    };
    table.push_back(host(
        name + " server", {},
        [draft_of](Draft& draft, Index, std::string_view host) { draft_of(draft).host = host; }));
    table.push_back(
        folder(name + " path", {}, [draft_of](Draft& draft, Index, std::string_view path) {
            while (path.starts_with('/')) path.remove_prefix(1);
            while (path.ends_with('/')) path.remove_suffix(1);
            draft_of(draft).path = path;
        }));
    if (protocol != DownloadProtocol::http && protocol != DownloadProtocol::https) return;
    table.push_back(
        integer(name + " port", {}, 0, 65535, [draft_of](Draft& draft, Index, std::uint32_t port) {
            draft_of(draft).port = static_cast<std::uint16_t>(port);
        }));
}

}  // namespace

std::vector<Parameter> aastra_provisioning_parameters() {
    std::vector<Parameter> table{one_of(
        "download protocol", {}, {"TFTP", "FTP", "HTTP", "HTTPS", "tftp", "ftp", "http", "https"},
        [](Draft& draft, Index, std::uint32_t ordinal) {
            draft.aastra.download_protocol = protocols[ordinal % std::size(protocols)];
        })};
    for (const auto protocol : protocols) add_server(table, protocol);
    return table;
}

// First the file of all phones, then the phone's own.
Provisioning aastra_provisioning(const AastraDraft& draft) {
    Provisioning service;
    service.protocol = draft.download_protocol;
    service.files = {"aastra.cfg", "{MAC}.cfg"};
    service.firmware = "9143i.st";
    const auto server = draft.downloads.find(draft.download_protocol);
    if (server == draft.downloads.end() || server->second.host == aastra_off) return service;
    service.host = server->second.host;
    service.port = server->second.port;
    service.path = server->second.path;
    return service;
}

}  // namespace twinline::config
