// The Content-Security-Policy admits the one style sheet and the one script by their hashes (CSP
// level 3), so that whatever an escape function might let through cannot run.
#include "reports/html_page.hh"

#include "reports/assets.hh"
#include "reports/packed.hh"
#include "reports/text.hh"

#include <fmt/format.h>
#include <openssl/sha.h>

#include <array>

namespace twinline::reports {

namespace {

std::string sha256_source(std::string_view text) {
    std::array<unsigned char, SHA256_DIGEST_LENGTH> digest{};
    SHA256(reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data());
    return fmt::format("'sha256-{}'",
                       base64({reinterpret_cast<const char*>(digest.data()), digest.size()}));
}

}  // namespace

std::string page_head(std::string_view title) {
    return fmt::format(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src {}; "
        "script-src {}; base-uri 'none'; form-action 'none'\">\n"
        "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
        "<meta name=\"color-scheme\" content=\"light dark\">\n<meta name=\"referrer\" "
        "content=\"no-referrer\">\n"
        "<title>{}</title>\n<style>{}</style>\n<script>{}</script>\n</head>\n<body>\n",
        sha256_source(style_sheet()), sha256_source(script()), markup(title), style_sheet(),
        script());
}

std::string page_end() { return "</body>\n</html>\n"; }

std::string table_head(std::string_view name, std::string_view css_class, std::string_view head) {
    return fmt::format(
        "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"{}\">\n"
        "<table class=\"{}\">\n<thead><tr>{}</tr></thead>\n<tbody>\n",
        markup(name), css_class, head);
}

std::string table_end() { return "</tbody>\n</table>\n</div>\n"; }

}  // namespace twinline::reports
