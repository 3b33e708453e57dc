// Computes and checks digest responses as RFC 7616 section 3.4 writes them; the hashes come from
// OpenSSL.
#include "reference_impl/wire/digest.hh"

#include "reference_impl/wire/ensure.hh"
#include "reference_impl/wire/text.hh"

#include <fmt/format.h>
#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <cctype>

namespace twinline::wire {

namespace {

struct Algorithm {
    const EVP_MD* hash = nullptr;
    bool session = false;
};

// One computation's inputs, as they stand between the quotes.
struct Digest {
    Algorithm algorithm;
    std::string user, realm, password, method, uri, nonce;
    std::string qop, nc, cnonce;  // qop empty: RFC 2069
};

std::optional<Algorithm> algorithm_of(const Challenge& challenge) {
    const auto name = lower_case(challenge.param("algorithm").value_or("MD5"));
    if (name == "md5") return Algorithm{EVP_md5(), false};
    if (name == "md5-sess") return Algorithm{EVP_md5(), true};
    if (name == "sha-256") return Algorithm{EVP_sha256(), false};
    if (name == "sha-256-sess") return Algorithm{EVP_sha256(), true};
    return std::nullopt;
}

// "auth" may stand in a list: "auth,auth-int".
bool offers_auth(std::string_view qop) {
    while (!qop.empty()) {
        const auto comma = std::min(qop.find(','), qop.size());
        if (equal_ignoring_case(trim(qop.substr(0, comma)), "auth")) return true;
        qop.remove_prefix(std::min(comma + 1, qop.size()));
    }
    return false;
}

std::string hex_hash(const EVP_MD* hash, std::string_view text) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> raw{};
    unsigned size = 0;
    const int done = EVP_Digest(text.data(), text.size(), raw.data(), &size, hash, nullptr);
    ensure(done == 1, "OpenSSL computes MD5 and SHA-256");
    std::string hex;
    for (unsigned i = 0; i < size; ++i) hex += fmt::format("{:02x}", raw[i]);
    return hex;
}

std::string response_of(const Digest& d) {
    const auto hash = [&](const std::string& text) { return hex_hash(d.algorithm.hash, text); };
    auto ha1 = hash(fmt::format("{}:{}:{}", d.user, d.realm, d.password));
    if (d.algorithm.session) ha1 = hash(fmt::format("{}:{}:{}", ha1, d.nonce, d.cnonce));
    const auto ha2 = hash(fmt::format("{}:{}", d.method, d.uri));
    if (d.qop.empty()) return hash(fmt::format("{}:{}:{}", ha1, d.nonce, ha2));
    return hash(fmt::format("{}:{}:{}:{}:{}:{}", ha1, d.nonce, d.nc, d.cnonce, d.qop, ha2));
}

// A user name with a quote in it is hashed as it is sent, escaped (RFC 7616's unq() takes off the
// quotes only).
std::string escaped(std::string_view text) { return std::string(strip_quotes(quote(text))); }

bool is_nonce_count(std::string_view text) {
    return text.size() == 8 &&
           std::ranges::all_of(text, [](unsigned char c) { return std::isxdigit(c) != 0; });
}

// "Digest a=b, c="d"" as a challenge: both have the same shape.
std::optional<Challenge> fields_of(std::string_view value) {
    Challenge fields;
    const auto space = value.find_first_of(" \t");
    if (space == std::string_view::npos) return std::nullopt;
    fields.scheme = value.substr(0, space);
    auto rest = trim(value.substr(space));
    while (!rest.empty()) {
        const auto equals = rest.find('=');
        if (equals == std::string_view::npos) return std::nullopt;
        const auto name = trim(rest.substr(0, equals));
        rest = trim(rest.substr(equals + 1));
        std::size_t end = 0;
        for (bool quoted = false; end < rest.size() && (quoted || rest[end] != ','); ++end) {
            if (rest[end] == '"') quoted = !quoted;
            if (rest[end] == '\\' && quoted) ++end;
        }
        end = std::min(end, rest.size());
        const auto content = strip_quotes(trim(rest.substr(0, end)));
        fields.params.push_back({std::string(name), std::string(content)});
        rest = trim(rest.substr(std::min(end + 1, rest.size())));
    }
    return fields;
}

}  // namespace

const Challenge* choose_challenge(const std::vector<Challenge>& challenges) {
    const auto usable = [](const Challenge& challenge) {
        const auto qop = challenge.param("qop");
        return equal_ignoring_case(challenge.scheme, "Digest") && challenge.param("realm") &&
               challenge.param("nonce") && algorithm_of(challenge) && (!qop || offers_auth(*qop));
    };
    const auto found = std::ranges::find_if(challenges, usable);
    return found == challenges.end() ? nullptr : &*found;
}

Header authorize(const Challenge& challenge, const Credentials& credentials,
                 std::string_view method, std::string_view uri, std::string_view cnonce,
                 std::uint32_t nonce_count) {
    const auto algorithm = algorithm_of(challenge);
    ensure(algorithm.has_value(), "only a challenge from choose_challenge() is answered");
    const bool qop = challenge.param("qop").has_value();

    Digest digest{*algorithm,
                  escaped(credentials.user),
                  challenge.param("realm").value_or(""),
                  credentials.password,
                  std::string(method),
                  std::string(uri),
                  challenge.param("nonce").value_or(""),
                  qop ? "auth" : "",
                  fmt::format("{:08x}", nonce_count),
                  std::string(cnonce)};
    auto value =
        fmt::format(R"(Digest username="{}", realm="{}", nonce="{}", uri="{}", response="{}")",
                    digest.user, digest.realm, digest.nonce, digest.uri, response_of(digest));
    if (const auto name = challenge.param("algorithm")) value += ", algorithm=" + *name;
    if (qop || algorithm->session) value += fmt::format(R"(, cnonce="{}")", digest.cnonce);
    if (qop) value += fmt::format(", qop=auth, nc={}", digest.nc);
    if (const auto opaque = challenge.param("opaque"))
        value += fmt::format(R"(, opaque="{}")", *opaque);
    return {challenge.proxy ? "Proxy-Authorization" : "Authorization", value};
}

bool verify(const Header& authorization, const Credentials& credentials, std::string_view method,
            std::string_view realm, std::string_view nonce) {
    const auto fields = fields_of(authorization.value);
    if (!fields || !equal_ignoring_case(fields->scheme, "Digest")) return false;
    const auto field = [&](std::string_view name) { return fields->param(name).value_or(""); };
    const auto algorithm = algorithm_of(*fields);
    if (!algorithm) return false;

    const Digest digest{*algorithm,          escaped(credentials.user),
                        std::string(realm),  credentials.password,
                        std::string(method), field("uri"),
                        std::string(nonce),  field("qop"),
                        field("nc"),         field("cnonce")};
    if (field("username") != digest.user || field("realm") != realm || field("nonce") != nonce) {
        return false;
    }
    if (digest.uri.empty()) return false;
    if (fields->param("qop")) {
        if (!equal_ignoring_case(digest.qop, "auth") || !is_nonce_count(digest.nc)) return false;
    }
    if ((fields->param("qop") || algorithm->session) && digest.cnonce.empty()) return false;
    return equal_ignoring_case(field("response"), response_of(digest));
}

}  // namespace twinline::wire
