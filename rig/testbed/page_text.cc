// Phones write HTML of every age, seldom well: tags are cut out, and the few entities that stand in
// words and addresses are read.
#include "rig/testbed/page_text.hh"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <utility>

namespace twinline::testbed {

namespace {

bool begins_with(std::string_view text, std::string_view word) {
    return text.size() >= word.size() &&
           std::equal(word.begin(), word.end(), text.begin(), [](char a, char b) {
               return a == std::tolower(static_cast<unsigned char>(b));
           });
}

// The tag or comment that `text` begins with, and what is not seen after it.
std::size_t size_of_tag(std::string_view text) {
    if (text.starts_with("<!--")) return std::min(text.find("-->"), text.size() - 3) + 3;
    const auto end = std::min(text.find('>'), text.size() - 1) + 1;
    for (const std::string_view hidden : {"script", "style"}) {
        if (!begins_with(text.substr(1), hidden)) continue;
        for (auto at = text.find("</", end); at != text.npos; at = text.find("</", at + 2))
            if (begins_with(text.substr(at + 2), hidden))
                return std::min(text.find('>', at), text.size() - 1) + 1;
        return text.size();
    }
    return end;
}

// What an entity stands for, and its length; of what is none the sign itself.
std::pair<std::string, std::size_t> entity(std::string_view text) {
    static constexpr std::array<std::pair<std::string_view, char>, 6> names{{{"&amp;", '&'},
                                                                             {"&lt;", '<'},
                                                                             {"&gt;", '>'},
                                                                             {"&quot;", '"'},
                                                                             {"&apos;", '\''},
                                                                             {"&nbsp;", ' '}}};
    for (const auto& [name, sign] : names)
        if (text.starts_with(name)) return {std::string(1, sign), name.size()};
    const auto end = text.find(';');
    unsigned code = 0;
    if (text.starts_with("&#") && end != text.npos && end < 8) {
        const bool hexadecimal = text[2] == 'x' || text[2] == 'X';
        const auto* const last = text.data() + end;
        const auto read =
            std::from_chars(text.data() + (hexadecimal ? 3 : 2), last, code, hexadecimal ? 16 : 10);
        if (read.ec == std::errc() && read.ptr == last && code >= 0x20 && code < 0x7f)
            return {std::string(1, static_cast<char>(code)), end + 1};
    }
    return {"&", 1};
}

std::string without_tags(std::string_view page) {
    std::string text;
    while (!page.empty()) {
        std::size_t used = 1;
        const bool is_tag = page.size() > 1 && page[0] == '<' &&
                            (std::isalpha(static_cast<unsigned char>(page[1])) != 0 ||
                             page[1] == '/' || page[1] == '!' || page[1] == '?');
        if (is_tag) {
            used = size_of_tag(page);
            text += '\n';
        } else if (page[0] == '&') {
            const auto [sign, size] = entity(page);
            text += sign;
            used = size;
        } else {
            text += page[0];
        }
        page.remove_prefix(used);
    }
    return text;
}

}  // namespace

std::vector<std::string> lines_of_page(std::string_view page) {
    std::vector<std::string> lines;
    const auto text = without_tags(page);
    for (std::string_view rest = text; !rest.empty();) {
        auto line = rest.substr(0, rest.find('\n'));
        rest.remove_prefix(std::min(line.size() + 1, rest.size()));
        const auto begin = line.find_first_not_of(" \t\r");
        if (begin == line.npos) continue;
        line = line.substr(begin, line.find_last_not_of(" \t\r") - begin + 1);
        lines.emplace_back(line);
    }
    return lines;
}

}  // namespace twinline::testbed
