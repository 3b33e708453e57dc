// Names, ranges and defaults; what later guides say of them has its external clause.
#include "reference_impl/config/aastra_parameters.hh"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <utility>

namespace twinline::config {

namespace {

constexpr Indices aastra_lines{1, aastra_line_count};

AastraLine& line_of(Draft& draft, Index index) {
    return index.x == 0 ? draft.aastra.global : draft.aastra.lines[index.x];
}

class AastraTable {
  public:
    std::vector<Parameter> parameters() {
        for (const bool global : {true, false}) {
            prefix_ = global ? "sip " : "sip lineX ";
            indices_ = global ? Indices{} : aastra_lines;
            user();
            servers();
            subscriptions_of_line();
        }
        transport();
        timers();
        subscriptions();
        network();
        for (auto& parameter : aastra_provisioning_parameters()) add(std::move(parameter));
        return std::move(table_);
    }

  private:
    void add(Parameter parameter) { table_.push_back(std::move(parameter)); }
    std::string name(std::string_view rest) const { return prefix_ + std::string(rest); }

    void user();
    void servers();
    void server(std::string_view words, bool has_ip, HostAndPort AastraLine::*member);
    void subscriptions_of_line();
    void transport();
    void timers();
    void subscriptions();
    void network();

    void seconds(const char* key, std::uint32_t low, std::uint32_t high,
                 std::chrono::seconds AastraDraft::*member) {
        add(integer(key, {}, low, high, [member](Draft& draft, Index, std::uint32_t number) {
            draft.aastra.*member = std::chrono::seconds(number);
        }));
    }

    std::vector<Parameter> table_;
    std::string prefix_;
    Indices indices_;
};

StoreText to(std::optional<std::string> AastraLine::*member) {
    return [member](Draft& draft, Index index, std::string_view value) {
        line_of(draft, index).*member = std::string(value);
    };
}

StoreNumber to(std::optional<bool> AastraLine::*member) {
    return [member](Draft& draft, Index index, std::uint32_t on) {
        line_of(draft, index).*member = on != 0;
    };
}

void AastraTable::user() {
    add(sip_user(name("user name"), indices_, to(&AastraLine::user)));
    add(text(name("display name"), indices_, to(&AastraLine::display_name)));
    add(text(name("auth name"), indices_, to(&AastraLine::auth_user)));
    add(secret_text(name("password"), indices_, to(&AastraLine::password)));
}

// The backup outbound proxy alone has no "ip" in its name, nor has the outbound proxy
// (EXT-AA-PAR-01).
void AastraTable::server(std::string_view words, bool has_ip, HostAndPort AastraLine::*member) {
    add(host(name(words) + (has_ip ? " ip" : ""), indices_,
             [member](Draft& draft, Index index, std::string_view value) {
                 (line_of(draft, index).*member).host = std::string(value);
             }));
    add(integer(name(words) + " port", indices_, 0, 65535,
                [member](Draft& draft, Index index, std::uint32_t port) {
                    (line_of(draft, index).*member).port = static_cast<std::uint16_t>(port);
                }));
}

void AastraTable::servers() {
    server("proxy", true, &AastraLine::proxy);  // AA-SRV-06
    server("backup proxy", true, &AastraLine::backup_proxy);
    server("registrar", true, &AastraLine::registrar);
    server("backup registrar", true, &AastraLine::backup_registrar);  // EXT-AA-PAR-02
    server("outbound proxy", false, &AastraLine::outbound_proxy);
    server("backup outbound proxy", false, &AastraLine::backup_outbound_proxy);
    add(integer(name("registration period"), indices_, 0, longest_time,
                [](Draft& draft, Index index, std::uint32_t number) {
                    line_of(draft, index).period = std::chrono::seconds(number);
                }));
}

void AastraTable::subscriptions_of_line() {
    add(one_of(name("explicit mwi subscription"), indices_, {"0", "1"},
               to(&AastraLine::explicit_mwi)));
    add(one_of(name("mode"), indices_, {"0", "1", "2", "3"},
               [](Draft& draft, Index index, std::uint32_t mode) {
                   line_of(draft, index).shared_line = mode == 3;  // bridged line appearance
               }));
}

void AastraTable::transport() {
    add(one_of("sip transport protocol", {}, {"0", "1", "2", "4"},  // EXT-AA-TR-01
               [](Draft& draft, Index, std::uint32_t ordinal) {
                   constexpr std::array choices{TransportChoice::udp, TransportChoice::udp,
                                                TransportChoice::tcp, TransportChoice::tls};
                   draft.aastra.transport = choices.at(ordinal);
               }));
    add(one_of("sip dns query type", {}, {"0", "1", "2"},  // EXT-AA-DNS-01
               [](Draft& draft, Index, std::uint32_t ordinal) {
                   draft.aastra.dns_lookup = static_cast<DnsLookup>(ordinal);
               }));
    add(one_of("sip outbound support", {}, {"0", "1"},  // EXT-AA-OUT-06
               [](Draft& draft, Index, std::uint32_t on) { draft.aastra.outbound = on == 1; }));
    // AA-OBP-03 gives the timer no name and no range.
    add(integer("sip outbound keep alive timer", {}, 1, longest_time,
                [](Draft& draft, Index, std::uint32_t number) {
                    draft.aastra.keep_alive = std::chrono::seconds(number);
                }));
    add(one_of(
        "sips persistent tls", {}, {"0", "1"},  // EXT-AA-TR-01
        [](Draft& draft, Index, std::uint32_t on) { draft.aastra.persistent_tls = on == 1; }));
    add(integer("sip persistent tls keep alive", {}, 0, longest_time,  // EXT-AA-KA-01; 0: none
                [](Draft& draft, Index, std::uint32_t number) {
                    draft.aastra.persistent_keep_alive.reset();
                    if (number > 0)
                        draft.aastra.persistent_keep_alive = std::chrono::seconds(number);
                }));
    add(integer("sip local port", {}, 1, 65535, [](Draft& draft, Index, std::uint32_t port) {
        draft.config.local_port = static_cast<std::uint16_t>(port);
    }));
}

void AastraTable::timers() {
    const auto milliseconds = [this](const char* key, std::uint32_t low, std::uint32_t high,
                                     std::chrono::milliseconds SipTimers::*member) {
        add(integer(key, {}, low, high, [member](Draft& draft, Index, std::uint32_t ms) {
            if (ms != 0) draft.config.timers.*member = std::chrono::milliseconds(ms);
        }));
    };
    milliseconds("sip t1 timer", 100, 10000, &SipTimers::t1);
    milliseconds("sip t2 timer", 0, 60000, &SipTimers::t2);  // 0: the default
    add(integer("sip transaction timer", {}, 4000, 64000,    // EXT-AA-PAR-03
                [](Draft& draft, Index, std::uint32_t ms) {
                    draft.aastra.silence_limit = std::chrono::milliseconds(ms);
                }));
    seconds("sip blacklist duration", 0, 9999999, &AastraDraft::avoidance);  // EXT-AA-BL-01
    const auto of_registration = [](std::optional<std::chrono::seconds> RegistrationTimers::*member,
                                    std::uint32_t least) {
        return [member, least](Draft& draft, Index, std::uint32_t number) {
            draft.aastra.registration.*member = std::chrono::seconds(std::max(number, least));
        };
    };
    constexpr std::uint32_t shortest = 30;
    add(integer("sip registration retry timer", {}, shortest, 1800,
                of_registration(&RegistrationTimers::after_refusal, shortest)));
    auto timeout = integer("sip registration timeout retry timer", {}, 0, longest_time,
                           of_registration(&RegistrationTimers::after_timeout, shortest));
    timeout.clamp = [](std::string_view value) {
        return value.size() < 3 && std::stoul(std::string(value)) < shortest
                   ? std::string("acts as 30")
                   : std::string();
    };
    add(std::move(timeout));
    add(integer("sip registration renewal timer", {}, 0, longest_time,
                of_registration(&RegistrationTimers::renewal_lead, 0)));
}

void AastraTable::subscriptions() {
    seconds("sip explicit mwi subscription period", 30, longest_time, &AastraDraft::mwi_period);
    seconds("sip blf subscription period", 30, longest_time, &AastraDraft::blf_period);
    seconds("sip bla subscription period", 30, longest_time, &AastraDraft::bla_period);
    seconds("sip subscription timeout retry timer", 0, 3600,  // EXT-AA-PAR-05
            &AastraDraft::subscription_retry);
    constexpr unsigned most_keys = 60;
    for (const std::string kind : {"softkey", "topsoftkey", "prgkey"}) {
        const auto key_of = [kind](Draft& draft, Index index) -> AastraKey& {
            return draft.aastra.keys[kind + std::to_string(index.x)];
        };
        add(text(kind + "X type", {1, most_keys},
                 [key_of](Draft& draft, Index index, std::string_view type) {
                     key_of(draft, index).is_blf = type == "blf";
                 }));
        add(text(kind + "X value", {1, most_keys},
                 [key_of](Draft& draft, Index index, std::string_view value) {
                     key_of(draft, index).value = value;
                 }));
        add(integer(kind + "X line", {1, most_keys}, 0, aastra_line_count,
                    [key_of](Draft& draft, Index index, std::uint32_t line) {
                        key_of(draft, index).line = line == 0 ? 1 : line;
                    }));
    }
}

void AastraTable::network() {
    add(address("dnsX", {1, 2}, [](Draft& draft, Index index, wire::Ipv4 server) {
        draft.dns_servers[index.x] = server;
    }));
}

}  // namespace

std::vector<Parameter> aastra_parameters() { return AastraTable().parameters(); }

}  // namespace twinline::config
