// A message is looked at only once its head is whole.
#include "probes/decode/stream_cutter.hh"

#include "probes/decode/head_lines.hh"
#include "probes/decode/sip_lines.hh"
#include "probes/decode/sip_scanner.hh"

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

namespace twinline::decode {

namespace {

// What Content-Length says; 0 where there is none, nothing where it is no number.
std::optional<std::size_t> body_length(std::string_view head) {
    std::size_t at = head.find(line_end);
    while (at < head.size()) {
        at += line_end.size();
        const auto line = head.substr(at, head.find(line_end, at) - at);
        at += line.size();
        const auto colon = line.find(':');
        if (colon == line.npos ||
            header_of(trimmed(line.substr(0, colon))) != SipHeader::content_length) {
            continue;
        }
        const auto digits = trimmed(line.substr(colon + 1));
        std::size_t length = 0;
        const auto [end, error] =
            std::from_chars(digits.data(), digits.data() + digits.size(), length);
        if (error != std::errc{} || end != digits.data() + digits.size()) {
            return std::nullopt;
        }
        return length;
    }
    return 0;
}

}  // namespace

std::vector<std::string> StreamCutter::take(std::string_view octets) {
    Messages messages;
    if (kind_ == Kind::other || octets.empty()) {
        return messages;
    }
    if (!begun_ && kind_ != Kind::octets && kind_ != Kind::dns && may_be_tls(octets))
        return messages;
    if (kind_ == Kind::octets || kind_ == Kind::tls) {
        messages.push_back(std::exchange(buffer_, {}).append(octets));
        return messages;
    }
    if (lost_) {
        if (kind_ == Kind::dns || !looks_like_sip(octets)) {
            return messages;
        }
        lost_ = false;
    }
    buffer_ += octets;
    if (kind_ == Kind::unknown && !recognise()) {
        return messages;
    }
    if (kind_ == Kind::dns) {
        cut_dns(messages);
    } else {
        cut_sip(messages);
    }
    return messages;
}

void StreamCutter::lose() {
    lost_ = true;
    buffer_.clear();
    searched_ = 0;
}

// By the header of its first record (RFC 8446 5.1); of a connection in its middle more of it must
// be there, for everything else is garbage then. True: more octets must tell.
bool StreamCutter::may_be_tls(std::string_view octets) {
    constexpr unsigned char first_type = 20, alert = 21, handshake = 22, last_type = 23, major = 3;
    constexpr std::size_t header = 5, longest_high = 0x48;
    const auto start = buffer_ + std::string(octets.substr(0, header));
    const auto octet = [&](std::size_t at) { return static_cast<unsigned char>(start[at]); };
    const bool is_type = lost_ ? octet(0) >= first_type && octet(0) <= last_type
                               : octet(0) == alert || octet(0) == handshake;
    if (is_type && start.size() == 1 && !lost_) {
        buffer_ = start;
        return true;
    }
    const bool is_header = is_type && start.size() >= 2 && octet(1) == major;
    const bool is_whole = start.size() >= header && octet(2) <= 4 && octet(3) <= longest_high;
    begun_ = !lost_;
    if (is_header && (!lost_ || is_whole)) kind_ = Kind::tls;
    return false;
}

// On ports that mean nothing the first line decides; until it is whole, so long as it may be one.
bool StreamCutter::recognise() {
    const auto first = std::min(buffer_.find_first_not_of(line_end), buffer_.size());
    const std::string_view text = std::string_view(buffer_).substr(first);
    if (looks_like_sip(text)) {
        kind_ = Kind::sip;
        return true;
    }
    constexpr std::size_t longest_line = 2048;
    const bool may_be = text.empty() || (text.front() >= 'A' && text.front() <= 'Z');
    if (!may_be || text.find('\n') != text.npos || buffer_.size() > longest_line) {
        kind_ = Kind::other;
        buffer_ = {};
    }
    return false;
}

void StreamCutter::cut_sip(Messages& messages) {
    while (!buffer_.empty() && !lost_ && (cut_keepalive(messages) || cut_one(messages))) {
    }
}

bool StreamCutter::cut_keepalive(Messages& messages) {
    if (buffer_.front() != '\r') {
        return false;
    }
    const auto form = buffer_.starts_with(head_end) ? head_end : line_end;
    if (buffer_.size() < line_end.size()) {
        return false;
    }
    if (!buffer_.starts_with(form)) {
        give_up(messages);
        return true;
    }
    messages.emplace_back(form);
    buffer_.erase(0, form.size());
    return true;
}

bool StreamCutter::cut_one(Messages& messages) {
    if (buffer_.size() < line_end.size() && buffer_.front() == '\r') {
        return false;
    }
    const auto end = buffer_.find(head_end, searched_);
    if (end == buffer_.npos) {
        searched_ = buffer_.size() < head_end.size() ? 0 : buffer_.size() - head_end.size() + 1;
        const bool hopeless = buffer_.size() > longest_head ||
                              (buffer_.find('\n') != buffer_.npos && !looks_like_sip(buffer_)) ||
                              static_cast<unsigned char>(buffer_.front()) < ' ';
        if (hopeless) {
            give_up(messages);
        }
        return hopeless;
    }
    const auto head = end + head_end.size();
    const auto body = body_length(std::string_view(buffer_).substr(0, head));
    if (!looks_like_sip(buffer_) || !body || *body > longest_body) {
        give_up(messages);
        return true;
    }
    if (buffer_.size() < head + *body) {
        return false;
    }
    messages.push_back(buffer_.substr(0, head + *body));
    buffer_.erase(0, head + *body);
    searched_ = 0;
    return true;
}

// Where the next message begins is unknown from here.
void StreamCutter::give_up(Messages& messages) {
    messages.push_back(std::move(buffer_));
    lose();
}

void StreamCutter::cut_dns(Messages& messages) {
    std::size_t at = 0;
    while (buffer_.size() - at >= 2) {
        const auto length = static_cast<std::size_t>(static_cast<unsigned char>(buffer_[at]))
                                << 8U |
                            static_cast<unsigned char>(buffer_[at + 1]);
        if (buffer_.size() - at - 2 < length) {
            break;
        }
        messages.push_back(buffer_.substr(at + 2, length));
        at += 2 + length;
    }
    buffer_.erase(0, at);
}

}  // namespace twinline::decode
