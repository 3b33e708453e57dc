// From the table of parameters to lines: what a line does not say itself the global parameter says.
#include "reference_impl/config/aastra.hh"

#include "reference_impl/config/aastra_parameters.hh"
#include "reference_impl/config/assignments.hh"
#include "reference_impl/config/completeness.hh"
#include "reference_impl/wire/text.hh"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>
#include <string>
#include <utility>

namespace twinline::config {

namespace {

// "Sip  Proxy IP" is "sip proxy ip"; "!" in front keeps the user from changing the value.
std::string plain_key(std::string_view key) {
    std::string plain;
    for (const char c : wire::lower_case(key)) {
        const bool blank = c == ' ' || c == '\t';
        if (c == '!' && plain.empty()) continue;
        if (!blank)
            plain += c;
        else if (!plain.empty() && plain.back() != ' ')
            plain += ' ';
    }
    return plain;
}

std::string plain_value(std::string value) {
    if (value.size() >= 2 && value.front() == '"' && value.back() == '"')
        return value.substr(1, value.size() - 2);
    return value;
}

template <typename Value>
std::optional<Value> either(const std::optional<Value>& own, const std::optional<Value>& global) {
    return own ? own : global;
}

// The address and the port each come from the line if it has them.
HostAndPort either(const HostAndPort& own, const HostAndPort& global) {
    return {either(own.host, global.host), either(own.port, global.port)};
}

class AastraReader {
  public:
    AastraReader(std::string_view file, Loaded& loaded) : file_(file), loaded_(loaded) {}

    void run(std::string_view text);

  private:
    Server server(const HostAndPort& where, const AastraLine& line) const;
    void add_server(std::vector<Server>& list, const HostAndPort& where, const AastraLine& line);
    AastraLine line(unsigned index) const;
    bool names_a_server(unsigned index) const;
    void finish(unsigned index);
    void finish_subscriptions(Account& account, const AastraLine& line) const;

    std::string_view file_;
    Loaded& loaded_;
    Draft draft_;
};

bool AastraReader::names_a_server(unsigned index) const {
    return std::ranges::any_of(std::array{"proxy ip", "registrar ip"}, [&](const char* words) {
        return draft_.given.contains(fmt::format("sip {}", words)) ||
               draft_.given.contains(fmt::format("sip line{} {}", index, words));
    });
}

AastraLine AastraReader::line(unsigned index) const {
    const auto& global = draft_.aastra.global;
    const auto found = draft_.aastra.lines.find(index);
    if (found == draft_.aastra.lines.end()) return global;
    const auto& own = found->second;
    AastraLine line;
    const auto take = [&](auto member) { line.*member = either(own.*member, global.*member); };
    for (const auto member : {&AastraLine::user, &AastraLine::display_name, &AastraLine::auth_user,
                              &AastraLine::password})
        take(member);
    for (const auto member : {&AastraLine::proxy, &AastraLine::backup_proxy, &AastraLine::registrar,
                              &AastraLine::backup_registrar, &AastraLine::outbound_proxy,
                              &AastraLine::backup_outbound_proxy})
        take(member);
    take(&AastraLine::period);
    take(&AastraLine::explicit_mwi);
    take(&AastraLine::shared_line);
    return line;
}

Server AastraReader::server(const HostAndPort& where, const AastraLine& line) const {
    Server server;
    server.host = where.host.value_or("");
    server.port = where.port.value_or(0);
    server.transport = draft_.aastra.transport;
    if (line.period && line.period->count() > 0) server.expires = *line.period;
    return server;
}

void AastraReader::add_server(std::vector<Server>& list, const HostAndPort& where,
                              const AastraLine& line) {
    if (where.host && *where.host != aastra_off) list.push_back(server(where, line));
}

void AastraReader::finish_subscriptions(Account& account, const AastraLine& line) const {
    const auto& draft = draft_.aastra;
    if (draft.subscription_retry.count() > 0) account.subscription_retry = draft.subscription_retry;
    if (line.explicit_mwi.value_or(false))
        account.subscriptions.push_back(
            {EventPackage::message_summary, account.user, draft.mwi_period});
    if (line.shared_line.value_or(false))
        account.subscriptions.push_back(
            {EventPackage::shared_line, account.user, draft.bla_period});
    for (const auto& [name, key] : draft.keys)
        if (key.is_blf && key.line == account.index && !key.value.empty() && is_sip_user(key.value))
            account.subscriptions.push_back({EventPackage::dialog, key.value, draft.blf_period});
}

void AastraReader::finish(unsigned index) {
    const auto line = this->line(index);
    const auto& draft = draft_.aastra;
    Account account;
    account.index = index;
    account.user = line.user.value_or("");
    account.display_name = line.display_name.value_or("");
    account.auth_user = line.auth_user.value_or("");
    account.password = line.password.value_or("");
    add_server(account.servers, line.proxy, line);
    const bool has_proxy = !account.servers.empty();
    add_server(account.registrars, line.registrar, line);
    account.registers = !account.registrars.empty();
    if (!has_proxy) account.servers = account.registrars;
    if (account.servers.empty()) {
        if (names_a_server(index)) return;  // with an error of its own
        loaded_.errors.push_back(
            {std::string(file_), 0,
             fmt::format("line {} has a user name and no server: required is sip proxy ip or sip "
                         "registrar ip, or those of sip line{}",
                         index, index)});
        return;
    }
    if (has_proxy) add_server(account.servers, line.backup_proxy, line);
    if (account.registers) add_server(account.registrars, line.backup_registrar, line);
    add_server(account.outbound_proxies, line.outbound_proxy, line);
    if (!account.outbound_proxies.empty())
        add_server(account.outbound_proxies, line.backup_outbound_proxy, line);
    account.dns_lookup = draft.dns_lookup;
    account.silence_limit = draft.silence_limit;
    account.avoidance = draft.avoidance;
    account.registration = draft.registration;
    account.outbound = draft.outbound;
    account.keep_alive = draft.keep_alive;
    if (draft.persistent_tls && draft.transport == TransportChoice::tls &&
        draft.persistent_keep_alive) {
        account.persistent_connection = true;
        account.keep_alive = draft.persistent_keep_alive;
    }
    finish_subscriptions(account, line);
    draft_.config.accounts.push_back(std::move(account));
}

void AastraReader::run(std::string_view text) {
    auto assignments = read_key_values(file_, text, loaded_.errors, ':');
    for (auto& assignment : assignments) {
        assignment.key = plain_key(assignment.key);
        assignment.value = plain_value(std::move(assignment.value));
    }
    draft_ = apply(aastra_parameters(), file_, assignments, loaded_);
    std::set<unsigned> indices;
    for (const auto& [index, own] : draft_.aastra.lines)
        if (own.user) indices.insert(index);
    if (draft_.aastra.global.user) indices.insert(1);
    for (const auto index : indices) finish(index);
    for (const auto& [index, server] : draft_.dns_servers)
        draft_.config.dns_servers.push_back(server);
    draft_.config.provisioning = aastra_provisioning(draft_.aastra);
    draft_.config.vendor = Vendor::aastra;
    complete(loaded_, std::move(draft_.config));
}

}  // namespace

Loaded load_aastra(std::string_view file_name, std::string_view text, const Options&) {
    Loaded loaded;
    AastraReader(file_name, loaded).run(text);
    return loaded;
}

}  // namespace twinline::config
