// RFC 791 section 3.1, and of TCP (RFC 9293 section 3.1) how long its header is.
#include "rig/testbed/passage.hh"

#include "rig/scenario/cast.hh"

namespace twinline::testbed {
namespace {

constexpr std::uint32_t udp_protocol = 17, tcp_protocol = 6;

std::uint32_t octet_at(std::string_view packet, std::size_t at) {
    return static_cast<unsigned char>(packet[at]);
}

std::uint32_t pair_at(std::string_view packet, std::size_t at) {
    return octet_at(packet, at) << 8U | octet_at(packet, at + 1);
}

std::uint32_t address_at(std::string_view packet, std::size_t at) {
    return pair_at(packet, at) << 16U | pair_at(packet, at + 2);
}

// Beyond what opens, acknowledges and closes a connection.
bool says_something(std::string_view packet, std::size_t header) {
    constexpr std::size_t data_offset = 12;
    if (packet.size() <= header + data_offset) return false;
    const auto tcp_header = (octet_at(packet, header + data_offset) >> 4U) * 4;
    return pair_at(packet, 2) > header + tcp_header;
}

}  // namespace

Passage::Passage(std::string_view host, scenario::Treatment treatment)
    : host_(scenario::address_value(host)), treatment_(std::move(treatment)) {}

Passage::Fate Passage::fate_of(std::string_view packet) {
    using scenario::Way;
    constexpr std::size_t least_header = 20;
    constexpr std::uint32_t offset_bits = 0x1fff;
    if (packet.size() < least_header || octet_at(packet, 0) >> 4U != 4) return {};
    const auto source = address_at(packet, 12), destination = address_at(packet, 16);
    if (source != host_ && destination != host_) return {};
    const auto way = destination == host_ ? Way::to_host : Way::to_subject;
    const bool stalls =
        treatment_.kind == scenario::Treatment::Kind::stall && way == Way::to_subject;
    const auto protocol = octet_at(packet, 9);
    if (protocol != udp_protocol) {
        const auto header = (octet_at(packet, 0) & 0xfU) * 4;
        if (stalls && protocol == tcp_protocol && says_something(packet, header))
            return {.copies = {scenario::Duration{}}, .held = true};
        return {.copies = {scenario::lateness_of_streams(treatment_, way)}};
    }
    auto& line = lines_[{way, way == Way::to_host ? source : destination}];
    const auto id = pair_at(packet, 4);
    if ((pair_at(packet, 6) & offset_bits) != 0 && id == line.last_id) return line.last;
    ++(way == Way::to_host ? counts_.datagrams_in : counts_.datagrams_out);
    line.last_id = id;
    line.last = {.copies = scenario::copies(treatment_, way, line.met++), .held = stalls};
    if (line.last.copies.empty()) ++counts_.lost;
    return line.last;
}

}  // namespace twinline::testbed
