// Names are written without compression; a reader must take that too.
#include "tests/phone/dns_bytes.hh"

#include <utility>

namespace twinline::test {

namespace {

std::string u16(std::size_t value) {
    return {static_cast<char>(value >> 8U & 0xffU), static_cast<char>(value & 0xffU)};
}

std::string u32(std::size_t value) { return u16(value >> 16U) + u16(value & 0xffffU); }

std::string text(const std::string& value) {
    return std::string(1, static_cast<char>(value.size())) + value;
}

std::string name(std::string_view dotted) {
    std::string out;
    while (!dotted.empty()) {
        const auto dot = std::min(dotted.find('.'), dotted.size());
        out += text(std::string(dotted.substr(0, dot)));
        dotted.remove_prefix(std::min(dot + 1, dotted.size()));
    }
    return out + '\0';
}

std::uint16_t word(std::string_view bytes, std::size_t at) {
    return static_cast<std::uint16_t>(static_cast<unsigned char>(bytes[at]) << 8U |
                                      static_cast<unsigned char>(bytes[at + 1]));
}

struct Rdata {
    std::uint16_t type = 0;
    std::string bytes;
};

struct Writer {
    Rdata operator()(const wire::ARecord& r) const { return {1, u32(r.address.value)}; }
    Rdata operator()(const wire::CnameRecord& r) const { return {5, name(r.target)}; }
    Rdata operator()(const wire::SrvRecord& r) const {
        return {33, u16(r.priority) + u16(r.weight) + u16(r.port) + name(r.target)};
    }
    Rdata operator()(const wire::NaptrRecord& r) const {
        return {35, u16(r.order) + u16(r.preference) + text(r.flags) + text(r.service) +
                        text(r.regexp) + name(r.replacement)};
    }
    Rdata operator()(const wire::SoaRecord& r) const {
        return {6, name("dns.test") + name("hostmaster.test") + u32(1) + u32(3600) + u32(600) +
                       u32(86400) + u32(r.minimum)};
    }
    Rdata operator()(const wire::OtherRecord& r) const { return {r.type, {}}; }
};

std::string write(const wire::DnsRecord& record) {
    const auto rdata = std::visit(Writer{}, record.data);
    return name(record.name) + u16(rdata.type) + u16(1) + u32(record.ttl) +
           u16(rdata.bytes.size()) + rdata.bytes;
}

}  // namespace

DnsAsked read_query(std::string_view bytes) {
    DnsAsked asked;
    asked.id = word(bytes, 0);
    std::size_t at = 12;
    while (bytes[at] != '\0') {
        const auto size = static_cast<std::size_t>(bytes[at]);
        if (!asked.question.name.empty()) asked.question.name += '.';
        asked.question.name += bytes.substr(at + 1, size);
        at += size + 1;
    }
    asked.question.type = static_cast<wire::DnsType>(word(bytes, at + 1));
    return asked;
}

std::string write_reply(const DnsAsked& asked, const DnsReply& reply) {
    const auto flags =
        0x8180U | (reply.truncated ? 0x0200U : 0U) | static_cast<unsigned>(reply.rcode);
    auto bytes = u16(asked.id) + u16(flags) + u16(1) + u16(reply.answer.size()) +
                 u16(reply.authority.size()) + u16(reply.additional.size()) +
                 name(asked.question.name) + u16(static_cast<std::size_t>(asked.question.type)) +
                 u16(1);
    for (const auto& record : reply.answer) bytes += write(record);
    for (const auto& record : reply.authority) bytes += write(record);
    for (const auto& record : reply.additional) bytes += write(record);
    return bytes;
}

wire::DnsRecord a(std::string name, std::string_view address, std::uint32_t ttl) {
    return {std::move(name), ttl, wire::ARecord{wire::parse_ipv4(address).value()}};
}
wire::DnsRecord cname(std::string name, std::string target, std::uint32_t ttl) {
    return {std::move(name), ttl, wire::CnameRecord{std::move(target)}};
}
wire::DnsRecord srv(std::string name, std::uint16_t priority, std::uint16_t weight,
                    std::uint16_t port, std::string target, std::uint32_t ttl) {
    return {std::move(name), ttl, wire::SrvRecord{priority, weight, port, std::move(target)}};
}
wire::DnsRecord naptr(std::string name, std::uint16_t order, std::uint16_t preference,
                      std::string flags, std::string service, std::string replacement,
                      std::string regexp, std::uint32_t ttl) {
    return {std::move(name), ttl,
            wire::NaptrRecord{order, preference, std::move(flags), std::move(service),
                              std::move(regexp), std::move(replacement)}};
}
wire::DnsRecord soa(std::string name, std::uint32_t ttl, std::uint32_t minimum) {
    return {std::move(name), ttl, wire::SoaRecord{minimum}};
}

}  // namespace twinline::test
