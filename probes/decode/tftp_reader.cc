// Blocks are counted in their order; a repeated one counts once.
#include "probes/decode/tftp_reader.hh"

#include <charconv>
#include <optional>
#include <string_view>

namespace twinline::decode {

namespace {

enum Opcode : std::uint16_t { rrq = 1, data = 3, error = 5, oack = 6 };

// The text up to the next octet of zero, which RFC 1350 wants behind each.
std::optional<std::string_view> take_text(std::string_view& octets) {
    const auto end = octets.find('\0');
    if (end == octets.npos) return std::nullopt;
    const auto text = octets.substr(0, end);
    octets.remove_prefix(end + 1);
    return text;
}

std::size_t block_size_in(std::string_view options, std::size_t otherwise) {
    while (const auto name = take_text(options)) {
        const auto value = take_text(options);
        std::size_t size = 0;
        if (value && (*name == "blksize" || *name == "BLKSIZE") &&
            std::from_chars(value->data(), value->data() + value->size(), size).ec == std::errc{} &&
            size >= 8 && size <= 65464)  // RFC 2348
            return size;
    }
    return otherwise;
}

}  // namespace

void TftpReader::request(const Payload& datagram, ConfigFound& found) {
    if (datagram.octets.size() < 4 || read_u16(datagram.octets, 0) != Opcode::rrq) return;
    auto rest = as_text(datagram.octets.subspan(2));
    const auto path = take_text(rest);
    if (!path || path->empty()) return;
    if (transfers_.size() >= limit) transfers_.clear();
    const ConfigEnds ends{datagram.source, datagram.destination};
    Transfer transfer{ends, file_path(*path)};
    found.push_back(ends.request("tftp", "RRQ", transfer.path));
    transfers_.insert_or_assign(Key{ends.client, ends.server.address}, std::move(transfer));
}

bool TftpReader::transfer(const Payload& datagram, ConfigFound& found) {
    if (transfers_.empty()) return false;
    if (const auto of_client = transfers_.find({datagram.source, datagram.destination.address});
        of_client != transfers_.end()) {
        const bool gives_up =
            datagram.octets.size() >= 4 && read_u16(datagram.octets, 0) == Opcode::error;
        if (gives_up) {
            const auto& given_up = of_client->second;
            found.push_back(
                given_up.ends.response("tftp", given_up.path, "data", given_up.bytes, "cut"));
            transfers_.erase(of_client);
        }
        return true;
    }
    const auto of_server = transfers_.find({datagram.destination, datagram.source.address});
    if (of_server == transfers_.end()) return false;
    if (from_server(of_server->second, datagram.octets, found)) transfers_.erase(of_server);
    return true;
}

// True when the transfer is over.
bool TftpReader::from_server(Transfer& transfer, Bytes octets, ConfigFound& found) {
    constexpr std::size_t head = 4;
    if (octets.size() < head) return false;
    const auto opcode = read_u16(octets, 0), value = read_u16(octets, 2);
    if (opcode == Opcode::oack) {
        transfer.block_size = block_size_in(as_text(octets.subspan(2)), transfer.block_size);
    } else if (opcode == Opcode::error) {
        found.push_back(transfer.ends.response("tftp", transfer.path,
                                               "error " + std::to_string(value), transfer.bytes,
                                               transfer.bytes > 0 ? "cut" : "refused"));
        return true;
    } else if (opcode == Opcode::data && value == transfer.next) {
        ++transfer.next;
        transfer.bytes += octets.size() - head;
        if (octets.size() - head < transfer.block_size) {
            found.push_back(
                transfer.ends.response("tftp", transfer.path, "data", transfer.bytes, "complete"));
            return true;
        }
    }
    return false;
}

}  // namespace twinline::decode
