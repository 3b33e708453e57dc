// Line by line; a line that is too long is dropped, because no file has such a name.
#include "probes/decode/ftp_reader.hh"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>

namespace twinline::decode {

namespace {

template <typename Take>
void take_lines(std::string& held, std::string_view octets, const Take& take) {
    while (!octets.empty()) {
        const auto end = octets.find('\n');
        if (held.size() <= FtpReader::longest_line) held += octets.substr(0, end);
        if (end == octets.npos) break;
        octets.remove_prefix(end + 1);
        if (held.ends_with('\r')) held.pop_back();
        if (held.size() <= FtpReader::longest_line) take(std::string_view(held));
        held.clear();
    }
    if (held.size() > FtpReader::longest_line) held.resize(FtpReader::longest_line + 1);
}

std::string upper(std::string_view text) {
    std::string made(text);
    for (char& c : made) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    return made;
}

std::optional<unsigned> number(std::string_view digits, unsigned most) {
    unsigned value = 0;
    const auto* end = digits.data() + digits.size();
    const auto [stop, error] = std::from_chars(digits.data(), end, value);
    if (error != std::errc{} || stop != end || value > most) return std::nullopt;
    return value;
}

// The port of "h1,h2,h3,h4,p1,p2" (RFC 959 section 4.1.2).
std::optional<std::uint16_t> port_of_six(std::string_view text) {
    std::array<unsigned, 6> values{};
    for (auto& value : values) {
        const auto comma = std::min(text.find(','), text.size());
        const auto read = number(text.substr(0, comma), 255);
        if (!read) return std::nullopt;
        value = *read;
        text.remove_prefix(std::min(comma + 1, text.size()));
    }
    return static_cast<std::uint16_t>(values[4] << 8U | values[5]);
}

// The port of "|||port|" and "|1|address|port|" (RFC 2428).
std::optional<std::uint16_t> port_of_bars(std::string_view text) {
    if (!text.ends_with('|')) return std::nullopt;
    text.remove_suffix(1);
    const auto port = number(text.substr(text.rfind('|') + 1), 65535);
    if (!port) return std::nullopt;
    return static_cast<std::uint16_t>(*port);
}

bool is_code(std::string_view line) {
    return line.size() >= 3 &&
           std::all_of(line.begin(), line.begin() + 3, [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

void FtpReader::from_client(std::string_view octets, ConfigFound& found) {
    take_lines(commands_, octets, [&](std::string_view line) { command(line, found); });
}

void FtpReader::from_server(std::string_view octets, ConfigFound& found) {
    take_lines(replies_, octets, [&](std::string_view line) { reply(line, found); });
}

void FtpReader::command(std::string_view line, ConfigFound& found) {
    const auto space = std::min(line.find(' '), line.size());
    const auto argument = line.substr(std::min(space + 1, line.size()));
    last_ = upper(line.substr(0, space));
    if (last_ == "PORT" || last_ == "EPRT") return note_data_end(ends_.client.address, argument);
    if (last_ != "RETR") return;
    if (path_) finish("cut", found);
    path_ = file_path(argument);
    bytes_ = 0;
    found.push_back(ends_.request("ftp", "RETR", *path_));
}

// Where the data connection leads to is this host, whatever address a translator left in the text.
void FtpReader::note_data_end(std::uint32_t address, std::string_view ports) {
    const auto port = ports.find('|') == ports.npos ? port_of_six(ports) : port_of_bars(ports);
    if (!port) return;
    data_end_ = Endpoint{address, *port};
    data_open_ = true;
    data_reset_ = false;
    bytes_ = 0;
}

void FtpReader::reply(std::string_view line, ConfigFound& found) {
    const bool coded = is_code(line);
    if (!several_.empty()) {  // until the line that repeats its code (RFC 959 section 4.2)
        if (!coded || line.substr(0, 3) != several_ || line.substr(3).starts_with('-')) return;
        several_.clear();
    } else if (coded && line.substr(3).starts_with('-')) {
        several_ = line.substr(0, 3);
        return;
    }
    if (!coded) return;
    // "150 Opening data connection (1234 bytes)", and the answer to SIZE (RFC 3659 section 4).
    if (const auto open = line.rfind('('); line.front() == '1' && open != line.npos)
        note_size(line.substr(open + 1));
    if (line.front() == '1') return;
    const auto code = line.substr(0, 3);
    if (code == "227" || code == "229") {
        const auto open = line.rfind('('), close = line.rfind(')');
        if (open != line.npos && close != line.npos && close > open)
            note_data_end(ends_.server.address, line.substr(open + 1, close - open - 1));
        return;
    }
    if (code == "213" && last_ == "SIZE")
        note_size(line.substr(std::min<std::size_t>(4, line.size())));
    const bool bad = line.front() == '4' || line.front() == '5';
    if (path_ && last_ == "RETR") {
        status_ = code;
        if (bad)
            finish(bytes_ > 0 || data_reset_ ? "cut" : "refused", found);
        else if (!data_open_)
            finish(data_reset_ ? "cut" : "complete", found);
    } else if (bad && (last_ == "CONNECT" || last_ == "USER" || last_ == "PASS")) {
        found.push_back(ends_.response("ftp", {}, code, 0, "refused"));
    }
}

void FtpReader::data_ended(bool cleanly, ConfigFound& found) {
    data_open_ = false;
    data_reset_ = !cleanly;
    if (path_ && !status_.empty()) finish(cleanly ? "complete" : "cut", found);
}

void FtpReader::note_size(std::string_view digits) {
    const auto end = std::min(digits.find_first_not_of("0123456789"), digits.size());
    announced_ = number(digits.substr(0, end), 0xffffffff);
}

void FtpReader::finish(std::string_view outcome, ConfigFound& found) {
    if (outcome == "complete" && announced_ && bytes_ < *announced_) outcome = "cut";
    announced_.reset();
    found.push_back(ends_.response("ftp", path_.value_or(""), status_, bytes_, outcome));
    path_.reset();
    status_.clear();
    bytes_ = 0;
    data_open_ = false;
}

void FtpReader::end(ConfigFound& found) {
    if (path_) finish("cut", found);
}

}  // namespace twinline::decode
