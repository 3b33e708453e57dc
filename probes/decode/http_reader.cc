// A head is looked at once it is whole; everything behind it is a number.
#include "probes/decode/http_reader.hh"

#include "probes/decode/head_lines.hh"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <optional>

namespace twinline::decode {

namespace {

bool same(std::string_view a, std::string_view b) {
    return std::ranges::equal(
        a, b, [](unsigned char x, unsigned char y) { return std::tolower(x) == std::tolower(y); });
}

std::string_view header(std::string_view head, std::string_view name) {
    for (auto at = head.find(line_end); at != head.npos; at = head.find(line_end, at)) {
        at += line_end.size();
        const auto line = head.substr(at, head.find(line_end, at) - at);
        const auto colon = line.find(':');
        if (colon != line.npos && same(line.substr(0, colon), name))
            return trimmed(line.substr(colon + 1));
    }
    return {};
}

std::optional<std::uint64_t> number(std::string_view digits, int base = 10) {
    std::uint64_t value = 0;
    const auto* end = digits.data() + digits.size();
    const auto [stop, error] = std::from_chars(digits.data(), end, value, base);
    if (error != std::errc{} || stop != end) return std::nullopt;
    return value;
}

// Moves octets to `head` until it is whole; what follows it stays in `octets`.
bool take_head(std::string& head, std::string_view& octets) {
    const auto known = head.size() < head_end.size() ? 0 : head.size() - head_end.size() + 1;
    const auto before = head.size();
    const auto room =
        HttpReader::longest_head + head_end.size() - std::min(before, HttpReader::longest_head);
    head += octets.substr(0, room);
    const auto end = head.find(head_end, known);
    if (end == head.npos) {
        octets.remove_prefix(std::min(room, octets.size()));
        return false;
    }
    head.resize(end + head_end.size());
    octets.remove_prefix(head.size() - before);
    return true;
}

std::string_view first_line(std::string_view head) { return head.substr(0, head.find(line_end)); }

bool is_method(std::string_view text) {
    return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= 'A' && c <= 'Z'; });
}

}  // namespace

void HttpReader::from_client(std::string_view octets, ConfigFound& found) {
    while (!lost_client_ && !octets.empty()) {
        const auto body = std::min<std::uint64_t>(request_body_, octets.size());
        request_body_ -= body;
        octets.remove_prefix(body);
        if (octets.empty()) return;
        if (!take_head(asked_, octets)) {
            lost_client_ = asked_.size() > longest_head;
            continue;
        }
        lost_client_ = !read_request(asked_, found);
        asked_.clear();
    }
    if (lost_client_) asked_ = {};
}

bool HttpReader::read_request(std::string_view head, ConfigFound& found) {
    const auto line = first_line(head);
    const auto first = line.find(' '), last = line.rfind(' ');
    if (first == line.npos || last == first || !line.substr(last + 1).starts_with("HTTP/1.") ||
        !is_method(line.substr(0, first)) || waiting_.size() >= most_waiting)
        return false;
    const auto length = header(head, "Content-Length");
    const auto body = length.empty() ? 0 : number(length);
    if (!body) return false;
    request_body_ = *body;
    waiting_.push_back(
        {std::string(line.substr(0, first)), printable(line.substr(first + 1, last - first - 1))});
    found.push_back(ends_.request(protocol_, waiting_.back().method, waiting_.back().path,
                                  printable(header(head, "Host"))));
    return true;
}

void HttpReader::from_server(std::string_view octets, ConfigFound& found) {
    while (!lost_server_ && !octets.empty()) {
        if (!status_.empty()) {
            read_body(octets, found);
            continue;
        }
        if (!take_head(answered_, octets)) {
            lost_server_ = answered_.size() > longest_head;
            continue;
        }
        lost_server_ = !read_answer(answered_);
        answered_.clear();
        if (!status_.empty() && body_ == Body::none) finish("complete", found);
    }
    if (lost_server_) answered_ = {};
}

// RFC 9112 section 6.3: how long the body is.
bool HttpReader::read_answer(std::string_view head) {
    const auto line = first_line(head);
    if (!line.starts_with("HTTP/1.") || line.size() < 12) return false;
    const auto status = line.substr(9, 3);
    const auto code = number(status);
    if (!code || *code < 100) return false;
    if (*code < 200) return true;  // an answer will follow
    bytes_ = left_ = 0;
    const auto length = header(head, "Content-Length");
    if ((!waiting_.empty() && waiting_.front().method == "HEAD") || *code == 204 || *code == 304) {
        body_ = Body::none;
    } else if (same(header(head, "Transfer-Encoding"), "chunked")) {
        body_ = Body::chunk_size;
    } else if (length.empty()) {
        body_ = Body::until_close;
    } else {
        const auto counted = number(length);
        if (!counted) return false;
        left_ = *counted;
        body_ = left_ == 0 ? Body::none : Body::counted;
    }
    status_ = status;
    return true;
}

void HttpReader::read_body(std::string_view& octets, ConfigFound& found) {
    if (body_ == Body::until_close) {
        bytes_ += octets.size();
        octets = {};
        return;
    }
    if (body_ == Body::counted || body_ == Body::chunk) {
        const auto here = std::min<std::uint64_t>(left_, octets.size());
        bytes_ += here;
        left_ -= here;
        octets.remove_prefix(here);
        if (left_ > 0) return;
        if (body_ == Body::counted) return finish("complete", found);
        body_ = Body::chunk_end;
        return;
    }
    if (read_chunk_line(octets)) finish("complete", found);
}

// The lines around chunks (RFC 9112 section 7.1); true behind the last of them.
bool HttpReader::read_chunk_line(std::string_view& octets) {
    const auto end = octets.find('\n');
    answered_ += octets.substr(0, end);
    octets.remove_prefix(end == octets.npos ? octets.size() : end + 1);
    if (answered_.size() > longest_head) lost_server_ = true;
    if (lost_server_ || end == std::string_view::npos) return false;
    std::string line;
    line.swap(answered_);
    if (line.ends_with('\r')) line.pop_back();
    if (body_ == Body::trailer) return line.empty();
    if (body_ == Body::chunk_end) {
        body_ = Body::chunk_size;
        lost_server_ = !line.empty();
        return false;
    }
    const auto size = number(trimmed(std::string_view(line).substr(0, line.find(';'))), 16);
    lost_server_ = !size;
    left_ = size.value_or(0);
    body_ = left_ == 0 ? Body::trailer : Body::chunk;
    return false;
}

void HttpReader::finish(std::string_view outcome, ConfigFound& found) {
    const auto path = waiting_.empty() ? std::string() : waiting_.front().path;
    const bool refused = outcome == "complete" && !status_.starts_with('2');
    found.push_back(
        ends_.response(protocol_, path, status_, bytes_, refused ? "refused" : outcome));
    if (!waiting_.empty()) waiting_.pop_front();
    status_.clear();
    body_ = Body::none;
    bytes_ = 0;
}

void HttpReader::end(bool cleanly, ConfigFound& found) {
    if (!status_.empty() && body_ == Body::until_close && cleanly)
        finish("complete", found);
    else if (!status_.empty() || !waiting_.empty())
        finish("cut", found);
    waiting_.clear();
    lost_client_ = lost_server_ = true;
}

}  // namespace twinline::decode
