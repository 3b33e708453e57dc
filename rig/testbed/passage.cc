// RFC 791 section 3.1, and of TCP (RFC 9293 section 3.1) how long its header is and what is said.
#include "rig/testbed/passage.hh"

#include "rig/scenario/cast.hh"

#include <algorithm>

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

std::size_t header_of(std::string_view packet) { return (octet_at(packet, 0) & 0xfU) * 4; }

// Of a segment, beyond what opens, acknowledges and closes a connection.
std::string_view said_in(std::string_view packet) {
    constexpr std::size_t data_offset = 12, least_header = 20;
    const auto header = header_of(packet);
    if (packet.size() <= header + data_offset) return {};
    const auto own = (octet_at(packet, header + data_offset) >> 4U) * 4;
    if (own < least_header) return {};
    const auto begin = header + own;
    const auto end = std::min<std::size_t>(pair_at(packet, 2), packet.size());
    return begin < end ? packet.substr(begin, end - begin) : std::string_view();
}

bool is_ping(std::string_view said) {
    return said.find("\r\n\r\n") != said.npos && said.find_first_not_of("\r\n") == said.npos;
}

// RFC 1071: of what stands at an even place.
std::uint32_t sum_of(std::string_view octets) {
    std::uint32_t sum = 0;
    for (std::size_t at = 0; at < octets.size(); ++at)
        sum += octet_at(octets, at) << (at % 2 == 0 ? 8U : 0U);
    return sum;
}

bool is_of_ip(std::string_view packet) {
    constexpr std::size_t least_header = 20;
    return packet.size() >= least_header && octet_at(packet, 0) >> 4U == 4;
}

}  // namespace

Passage::Passage(std::string_view host, scenario::Treatment treatment)
    : host_(scenario::address_value(host)), treatment_(std::move(treatment)) {}

Passage::Fate Passage::fate_of(std::string_view packet) {
    using scenario::Way;
    constexpr std::uint32_t offset_bits = 0x1fff;
    if (!is_of_ip(packet)) return {};
    const auto source = address_at(packet, 12), destination = address_at(packet, 16);
    if (source != host_ && destination != host_) return {};
    const auto way = destination == host_ ? Way::to_host : Way::to_subject;
    const bool stalls =
        treatment_.kind == scenario::Treatment::Kind::stall && way == Way::to_subject;
    const auto protocol = octet_at(packet, 9);
    if (protocol != udp_protocol) {
        if (stalls && protocol == tcp_protocol && !said_in(packet).empty())
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

// Its checksum follows by what has changed (RFC 1624 section 3).
void Passage::take_out_ping(std::string& packet) const {
    constexpr std::size_t checksum_at = 16;
    if (treatment_.kind != scenario::Treatment::Kind::mute || !is_of_ip(packet) ||
        octet_at(packet, 9) != tcp_protocol || address_at(packet, 16) != host_)
        return;
    const auto said = said_in(packet);
    if (!is_ping(said)) return;
    const std::string instead(said.size(), '\n');
    const auto place = header_of(packet) + checksum_at;
    auto sum = (~pair_at(packet, place) & 0xffffU) + sum_of(instead);
    for (auto less = sum_of(said); less > 0; less >>= 16U) sum += ~less & 0xffffU;
    while (sum > 0xffffU) sum = (sum & 0xffffU) + (sum >> 16U);
    packet[place] = static_cast<char>(~sum >> 8U);
    packet[place + 1] = static_cast<char>(~sum);
    packet.replace(static_cast<std::size_t>(said.data() - packet.data()), said.size(), instead);
}

}  // namespace twinline::testbed
