// Rules are loaded in one nft transaction: there is no instant at which half of a fault holds.
#include "rig/testbed/fault.hh"

#include "rig/testbed/process.hh"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cstdlib>
#include <utility>

namespace twinline::testbed {
namespace {

// Tables of one namespace need different names; the onset is one, and two in one nanosecond do not
// happen.
std::string name_now() { return fmt::format("fault_{}", wall_now().time_since_epoch().count()); }

std::string from(const std::vector<std::string>& sources) {
    return fmt::format("ip saddr {{ {} }}", fmt::join(sources, ", "));
}

}  // namespace

PacketRules::PacketRules(const Netns& netns, std::string_view hook, std::string_view rules)
    : netns_(&netns), table_(name_now()) {
    const auto* type = hook == "prerouting" ? "nat" : "filter";
    run_command({"nft", "-f", "-"}, netns_,
                fmt::format("table inet {} {{\nchain fault {{\n"
                            "type {} hook {} priority {}; policy accept;\n{}\n}}\n}}\n",
                            table_, type, hook, hook == "prerouting" ? -100 : -300, rules));
    onset_ = wall_now();
}

PacketRules::PacketRules(PacketRules&& other) noexcept
    : netns_(other.netns_),
      table_(std::exchange(other.table_, {})),
      onset_(other.onset_),
      healed_(other.healed_),
      counted_(other.counted_) {}

PacketRules::~PacketRules() {
    try {
        heal();
    } catch (const std::exception&) {
        // The rules end with the host's namespace in any case; a destructor has nobody to tell.
    }
}

std::uint64_t PacketRules::counted() {
    if (table_.empty()) return counted_;
    const auto text = run_command({"nft", "list", "table", "inet", table_}, netns_);
    constexpr std::string_view word = "counter packets ";
    counted_ = 0;
    for (auto at = text.find(word); at != std::string::npos; at = text.find(word, at + 1))
        counted_ += std::strtoull(text.c_str() + at + word.size(), nullptr, 10);
    return counted_;
}

Wall PacketRules::heal() {
    if (table_.empty()) return healed_;
    run_command({"nft", "delete", "table", "inet", table_}, netns_);
    table_.clear();
    return healed_ = wall_now();
}

PacketRules silence(const Netns& host, const std::vector<std::string>& sources) {
    return {host, "input", from(sources) + " drop"};
}

// At the router, for a host that is kept from sending learns of it from its own kernel.
PacketRules loss_of_answers(const Netns& router, const std::string& host,
                            const std::vector<std::string>& sources, const std::string& probe) {
    return {router, "forward",
            fmt::format("ip saddr {0} ip daddr {1} udp dport != 5060 counter drop\n"
                        "ip saddr {0} ip daddr {{ {2} }} drop",
                        host, probe, fmt::join(sources, ", "))};
}

PacketRules no_connections(const Netns& host, const std::vector<std::string>& sources) {
    return {host, "input", from(sources) + " meta l4proto tcp reject with tcp reset"};
}

PacketRules refusal(const Netns& host, const std::vector<std::string>& sources) {
    return {host, "input",
            fmt::format("{0} meta l4proto tcp reject with tcp reset\n"
                        "{0} meta l4proto udp reject with icmp type port-unreachable",
                        from(sources))};
}

PacketRules no_way(const Netns& router, const std::string& host,
                   const std::vector<std::string>& sources) {
    return {router, "forward",
            fmt::format("{0} ip daddr {1} reject with icmp type host-unreachable\n"
                        "ip saddr {1} ip daddr {{ {2} }} drop",
                        from(sources), host, fmt::join(sources, ", "))};
}

PacketRules detour_of_connections(const Netns& host, const std::vector<std::string>& sources,
                                  std::uint16_t port, std::uint16_t to) {
    return {host, "prerouting",
            fmt::format("{} tcp dport {} redirect to :{}", from(sources), port, to)};
}

// The magic cookie (RFC 5389 section 6) stands 12 octets behind the beginning of UDP's header.
PacketRules muting(const Netns& host, const std::vector<std::string>& sources, std::uint16_t port) {
    return {host, "input",
            fmt::format("{} udp dport {} udp length >= 28 @th,96,32 0x2112a442 drop", from(sources),
                        port)};
}

}  // namespace twinline::testbed
