// What the messages of RFC 4475 are made with; see rfc4475.hh.
#include "tests/decode/rfc4475.hh"

namespace twinline::test {

namespace rfc4475 {

std::string text(const Parts& parts) {
    std::string all;
    const auto add = [&](const std::string& line) {
        if (!line.empty()) all += line + "\r\n";
    };
    for (const auto* line : {&parts.start, &parts.via, &parts.from, &parts.to, &parts.call_id,
                             &parts.cseq, &parts.hops})
        add(*line);
    for (const auto& line : parts.more) add(line);
    add(parts.length);
    return all + "\r\n" + parts.body;
}

Parts with_offer(Parts parts) {
    parts.body =
        "v=0\r\no=caller 1 1 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\n"
        "m=audio 49170 RTP/AVP 0\r\n";
    parts.more.push_back("Content-Type: application/sdp");
    if (parts.length == Parts{}.length)
        parts.length = "Content-Length: " + std::to_string(parts.body.size());
    return parts;
}

std::string times(std::size_t count, std::string_view text) {
    std::string result;
    while (count-- > 0) result += text;
    return result;
}

}  // namespace rfc4475

std::vector<Rfc4475Message> rfc4475_messages() {
    auto all = rfc4475_valid();
    for (const auto& more : {rfc4475_invalid(), rfc4475_layers()})
        all.insert(all.end(), more.begin(), more.end());
    return all;
}

}  // namespace twinline::test
