// A message is waited for until its Content-Length is there; nothing else is looked at here.
#include "reference_impl/phone/stream_framing.hh"

#include "reference_impl/wire/text.hh"

#include <algorithm>
#include <optional>

namespace twinline::phone {

namespace {

constexpr std::string_view head_end = "\r\n\r\n";

// RFC 3261 20.14: over streams the field must be there. Two that differ mean nothing.
std::optional<std::size_t> content_length(std::string_view head) {
    std::optional<std::size_t> length;
    while (!head.empty()) {
        const auto end = std::min(head.find("\r\n"), head.size());
        const auto line = head.substr(0, end);
        head.remove_prefix(std::min(end + 2, head.size()));
        const auto colon = line.find(':');
        if (colon == std::string_view::npos) continue;
        const auto name = wire::trim(line.substr(0, colon));
        if (!wire::equal_ignoring_case(name, "Content-Length") &&
            !wire::equal_ignoring_case(name, "l"))
            continue;
        const auto value = wire::parse_number(wire::trim(line.substr(colon + 1)));
        if (!value || (length && *length != *value)) return std::nullopt;
        length = *value;
    }
    return length;
}

// The start line of any SIP message names the version (RFC 3261 section 7).
bool may_be_sip(std::string_view buffer) {
    const auto end = buffer.find("\r\n");
    return end == std::string_view::npos ||
           buffer.substr(0, end).find("SIP/2.0") != std::string_view::npos;
}

}  // namespace

std::vector<std::string> StreamFraming::take(std::string_view bytes) {
    std::vector<std::string> messages;
    took_line_end_ = false;
    if (broken_) return messages;
    buffer_ += bytes;
    while (find_end() && buffer_.size() >= length_) {
        messages.push_back(buffer_.substr(0, length_));
        buffer_.erase(0, length_);
        length_ = searched_ = 0;
    }
    return messages;
}

// True when the length of the message at the front is known.
bool StreamFraming::find_end() {
    if (length_ != 0) return true;
    // RFC 3261 7.5, RFC 5626 4.4.1: line ends between messages mean nothing.
    if (searched_ == 0) {
        const auto line_ends = std::min(buffer_.find_first_not_of("\r\n"), buffer_.size());
        took_line_end_ = took_line_end_ || line_ends > 0;
        buffer_.erase(0, line_ends);
    }
    const auto end = buffer_.find(head_end, searched_);
    if (end == std::string::npos) {
        searched_ = buffer_.size() < head_end.size() ? 0 : buffer_.size() - head_end.size() + 1;
        broken_ = buffer_.size() > longest_stream_head || !may_be_sip(buffer_);
        return false;
    }
    const auto head = end + head_end.size();
    const auto body = content_length(std::string_view(buffer_).substr(0, end));
    broken_ =
        head > longest_stream_head || !may_be_sip(buffer_) || !body || *body > longest_stream_body;
    if (!broken_) length_ = head + *body;
    return !broken_;
}

}  // namespace twinline::phone
