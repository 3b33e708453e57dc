// TFTP (RFC 1350, RFC 2347, RFC 2348): a file is asked for at the server's port and comes from
// another one, so a transfer is known by its client's port and its server's address. Bounded.
#pragma once

#include "probes/decode/config_event.hh"

#include <cstdint>
#include <map>
#include <utility>

namespace twinline::decode {

class TftpReader {
  public:
    void request(const Payload& datagram, ConfigFound& found);
    // False when the datagram belongs to no transfer.
    bool transfer(const Payload& datagram, ConfigFound& found);

    static constexpr std::size_t limit = 1024;  // transfers under way

  private:
    using Key = std::pair<Endpoint, std::uint32_t>;  // the client, the server's address
    struct Transfer {
        ConfigEnds ends;
        std::string path;
        std::size_t block_size = 512;
        std::uint16_t next = 1;
        std::uint64_t bytes = 0;
    };

    bool from_server(Transfer& transfer, Bytes octets, ConfigFound& found);

    std::map<Key, Transfer> transfers_;
};

}  // namespace twinline::decode
