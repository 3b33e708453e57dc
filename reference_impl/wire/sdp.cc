// Reads, writes and answers session descriptions by hand, because so few of their lines matter.
#include "reference_impl/wire/sdp.hh"

#include "reference_impl/wire/text.hh"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace twinline::wire {

namespace {

constexpr std::size_t most_bytes = 16384;
constexpr std::size_t most_lines = 512;
constexpr std::size_t most_media = 8;
constexpr std::size_t most_formats = 32;

struct Known {
    Encoding encoding;
    std::uint8_t payload;  // RFC 3551 section 6; of telephone-event, the usual dynamic one
    std::string_view name;
};
constexpr std::array known{Known{Encoding::pcmu, 0, "PCMU"}, Known{Encoding::pcma, 8, "PCMA"},
                           Known{Encoding::telephone_event, 101, "telephone-event"}};
constexpr std::array<std::string_view, 4> directions{"sendrecv", "sendonly", "recvonly",
                                                     "inactive"};

std::string_view next_word(std::string_view& rest) {
    const auto end = std::min(rest.find(' '), rest.size());
    const auto word = rest.substr(0, end);
    rest.remove_prefix(end);
    rest = trim(rest);
    return word;
}

std::optional<std::uint8_t> payload_of(std::string_view word) {
    const auto number = parse_number(word);
    if (!number || *number > 127) return std::nullopt;
    return static_cast<std::uint8_t>(*number);
}

class SdpReader {
  public:
    Parsed<SessionDescription> read(std::string_view text);

  private:
    void line(char type, std::string_view value);
    void media(std::string_view value);
    void attribute(std::string_view value);
    void rtpmap(std::string_view value);
    void connection(std::string_view value);
    void origin(std::string_view value);
    void choose_formats();
    bool at_session() const { return media_seen_ == 0; }
    bool at_audio() const { return audio_seen_ && media_seen_ == result_.audio_place + 1; }
    void refuse(std::string reason) {
        if (reason_.empty()) reason_ = std::move(reason);
    }

    SessionDescription result_;
    std::vector<std::uint8_t> payloads_;
    std::array<std::optional<Encoding>, 128> mapped_{};
    std::array<bool, 128> named_{};  // by an rtpmap, known or not
    std::size_t media_seen_ = 0;
    bool audio_seen_ = false;
    bool has_address_ = false;
    std::string reason_;
};

Parsed<SessionDescription> SdpReader::read(std::string_view text) {
    const auto fail = [](std::size_t offset, std::string reason) {
        return tl::make_unexpected(ParseError{offset, std::move(reason)});
    };
    if (text.size() > most_bytes) return fail(most_bytes, "session description too long");
    std::size_t lines = 0;
    for (std::size_t at = 0; at < text.size();) {
        const auto end = std::min(text.find('\n', at), text.size());
        const auto content = trim(text.substr(at, end - at));
        if (content.find_first_of(std::string_view("\r\0", 2)) != std::string_view::npos) {
            return fail(at, "carriage return or NUL inside a line");  // an answer echoes m-lines
        }
        if (!content.empty()) {
            if (++lines > most_lines) return fail(at, "too many lines");
            if (content.size() < 2 || content[1] != '=') return fail(at, "no type before the line");
            if (lines == 1 && content != "v=0") return fail(at, "version is not 0");
            line(content[0], trim(content.substr(2)));
            if (!reason_.empty()) return fail(at, reason_);
        }
        at = end + 1;
    }
    if (!audio_seen_) return fail(text.size(), "no audio over RTP/AVP");
    if (!has_address_) return fail(text.size(), "no IPv4 address for the audio");
    choose_formats();
    return result_;
}

void SdpReader::line(char type, std::string_view value) {
    if (type == 'm') media(value);
    if (type == 'c' && (at_session() || at_audio())) connection(value);
    if (type == 'a' && (at_session() || at_audio())) attribute(value);
    if (type == 'o') origin(value);
}

void SdpReader::media(std::string_view value) {
    if (++media_seen_ > most_media) return refuse("too many media");
    auto rest = value;
    const auto kind = next_word(rest);
    const auto port_word = next_word(rest);
    const auto profile = next_word(rest);
    const auto port = parse_number(port_word.substr(0, port_word.find('/')));
    if (!port || *port > 65535 || profile.empty() || rest.empty()) return refuse("malformed media");
    if (audio_seen_ || kind != "audio" || profile != "RTP/AVP") {
        result_.refused.push_back(fmt::format("{} 0 {} {}", kind, profile, rest));
        return;
    }
    audio_seen_ = true;
    result_.audio_place = media_seen_ - 1;
    result_.audio_port = static_cast<std::uint16_t>(*port);
    while (!rest.empty()) {
        const auto payload = payload_of(next_word(rest));
        if (!payload) return refuse("malformed payload type");
        if (payloads_.size() == most_formats) return refuse("too many payload types");
        payloads_.push_back(*payload);
    }
}

void SdpReader::connection(std::string_view value) {
    has_address_ = false;  // an IPv6 address of the audio hides an IPv4 one of the session
    if (next_word(value) != "IN" || next_word(value) != "IP4") return;
    const auto address = parse_ipv4(value.substr(0, value.find('/')));
    if (!address) return refuse("malformed address");
    result_.address = *address;
    has_address_ = true;
}

void SdpReader::origin(std::string_view value) {
    next_word(value);
    // Numbers beyond 32 bits are allowed; we only compare those that we wrote ourselves.
    result_.session = parse_number(next_word(value)).value_or(0);
    result_.version = parse_number(next_word(value)).value_or(0);
}

void SdpReader::attribute(std::string_view value) {
    constexpr std::string_view map = "rtpmap:";
    if (value.starts_with(map)) return rtpmap(value.substr(map.size()));
    const auto* const found = std::ranges::find(directions, value);
    if (found != directions.end()) {
        result_.direction = static_cast<Direction>(found - directions.begin());
    }
}

void SdpReader::rtpmap(std::string_view value) {
    const auto payload = payload_of(next_word(value));
    if (!payload) return refuse("malformed rtpmap");
    named_[*payload] = true;
    mapped_[*payload].reset();
    for (const auto& entry : known) {
        const auto rate = fmt::format("{}/8000", entry.name);
        if (equal_ignoring_case(value, rate) || equal_ignoring_case(value, rate + "/1")) {
            mapped_[*payload] = entry.encoding;
        }
    }
}

void SdpReader::choose_formats() {
    for (const auto payload : payloads_) {
        auto encoding = mapped_[payload];
        if (!named_[payload] && payload == 0) encoding = Encoding::pcmu;
        if (!named_[payload] && payload == 8) encoding = Encoding::pcma;
        if (encoding) result_.formats.push_back({payload, *encoding});
    }
}

std::string audio_lines(const SessionDescription& description) {
    std::string line = fmt::format("m=audio {} RTP/AVP", description.audio_port);
    std::string maps;
    for (const auto& format : description.formats) {
        line += fmt::format(" {}", format.payload);
        const auto& entry = known[static_cast<std::size_t>(format.encoding)];
        maps += fmt::format("a=rtpmap:{} {}/8000\r\n", format.payload, entry.name);
        if (format.encoding == Encoding::telephone_event) {
            maps += fmt::format("a=fmtp:{} 0-15\r\n", format.payload);
        }
    }
    return fmt::format("{}\r\n{}a={}\r\n", line, maps, to_string(description.direction));
}

}  // namespace

std::string_view to_string(Direction direction) {
    return directions[static_cast<std::size_t>(direction)];
}

Direction meet(Direction theirs, Direction ours) {
    const auto sends = [](Direction d) {
        return d == Direction::sendrecv || d == Direction::sendonly;
    };
    const auto receives = [](Direction d) {
        return d == Direction::sendrecv || d == Direction::recvonly;
    };
    const bool send = receives(theirs) && sends(ours);
    const bool receive = sends(theirs) && receives(ours);
    if (send) return receive ? Direction::sendrecv : Direction::sendonly;
    return receive ? Direction::recvonly : Direction::inactive;
}

Parsed<SessionDescription> parse_sdp(std::string_view text) { return SdpReader().read(text); }

std::string serialise(const SessionDescription& description) {
    const auto address = to_string(description.address);
    auto text = fmt::format("v=0\r\no=- {} {} IN IP4 {}\r\ns=-\r\nc=IN IP4 {}\r\nt=0 0\r\n",
                            description.session, description.version, address, address);
    const auto place = std::min(description.audio_place, description.refused.size());
    for (std::size_t i = 0; i <= description.refused.size(); ++i) {
        if (i == place) text += audio_lines(description);
        if (i < description.refused.size()) text += "m=" + description.refused[i] + "\r\n";
    }
    return text;
}

std::optional<SessionDescription> answer(const SessionDescription& offer, SessionDescription own) {
    std::vector<MediaFormat> common;
    for (const auto& format : offer.formats) {
        if (std::ranges::find(own.formats, format.encoding, &MediaFormat::encoding) !=
            own.formats.end()) {
            common.push_back(format);
        }
    }
    const bool voice = std::ranges::any_of(
        common, [](const auto& f) { return f.encoding != Encoding::telephone_event; });
    if (!voice || offer.audio_port == 0) return std::nullopt;
    own.formats = std::move(common);
    own.direction = meet(offer.direction, own.direction);
    own.refused = offer.refused;
    own.audio_place = offer.audio_place;
    return own;
}

}  // namespace twinline::wire
