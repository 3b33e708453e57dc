// What the readers of HTTP, FTP and TFTP find: a request for a file of a configuration server, or
// how the answer ended. The decoder makes a timeline event of it.
#pragma once

#include "probes/decode/packet.hh"
#include "probes/timeline/event.hh"

#include <string>
#include <string_view>
#include <vector>

namespace twinline::decode {

struct ConfigEvent {
    std::string kind;  // "config.attempt", "config.request", "config.response"
    timeline::Fields fields;
    Endpoint source, destination;
};
using ConfigFound = std::vector<ConfigEvent>;

// The two ends of a download.
struct ConfigEnds {
    Endpoint client, server;

    ConfigEvent request(std::string_view protocol, std::string_view method, std::string_view path,
                        std::string_view name = {}) const {
        timeline::Fields fields{{"protocol", std::string(protocol)},
                                {"method", std::string(method)},
                                {"path", std::string(path)}};
        if (!name.empty()) fields.emplace("name", name);
        return {"config.request", std::move(fields), client, server};
    }

    // `outcome`: "complete", "cut", or "refused" when the status is no file. `status` may be empty:
    // none was seen.
    ConfigEvent response(std::string_view protocol, std::string_view path, std::string_view status,
                         std::uint64_t bytes, std::string_view outcome) const {
        timeline::Fields fields{{"protocol", std::string(protocol)},
                                {"bytes", std::to_string(bytes)},
                                {"outcome", std::string(outcome)}};
        if (!path.empty()) fields.emplace("path", path);
        if (!status.empty()) fields.emplace("status", status);
        return {"config.response", std::move(fields), server, client};
    }
};

// What does not fit on a line of a report, or cannot be printed, is no path of a file.
inline std::string printable(std::string_view text) {
    constexpr std::size_t longest = 512;
    std::string clean(text.substr(0, longest));
    for (char& c : clean)
        if (static_cast<unsigned char>(c) < 0x20 || static_cast<unsigned char>(c) >= 0x7f) c = '?';
    return clean;
}

// A file by the same name over every protocol: FTP and TFTP do without the slash.
inline std::string file_path(std::string_view text) {
    return (text.starts_with('/') ? "" : "/") + printable(text);
}

}  // namespace twinline::decode
