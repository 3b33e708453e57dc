// The bounded table of transmissions, in two generations; see send_table.hh.
#include "probes/decode/send_table.hh"

#include <utility>

namespace twinline::decode {

namespace {

// FNV-1a over the parts, each closed by an octet that no part holds.
class Key {
  public:
    Key& with(std::string_view text) {
        for (const char c : text) {
            mix(static_cast<unsigned char>(c));
        }
        mix(0xff);
        return *this;
    }
    Key& with(std::uint64_t number) {
        for (int octet = 0; octet < 8; ++octet) {
            mix(static_cast<unsigned char>(number >> (8 * octet)));
        }
        return *this;
    }
    Key& with(const Endpoint& endpoint) {
        return with(std::uint64_t{endpoint.address} << 16U | endpoint.port);
    }
    std::uint64_t value() const { return hash_; }

  private:
    void mix(unsigned char octet) { hash_ = (hash_ ^ octet) * 0x100000001b3; }
    std::uint64_t hash_ = 0xcbf29ce484222325;
};

std::uint64_t hash_of(const SendTable::Message& message, const Endpoint& source,
                      const Endpoint& destination) {
    return Key{}
        .with(message.branch)
        .with(message.method)
        .with(message.cseq)
        .with(source)
        .with(destination)
        .with(static_cast<std::uint64_t>(message.status))
        .value();
}

}  // namespace

SendTable::Sent& SendTable::remember(const Message& message, const Endpoint& source,
                                     const Endpoint& destination) {
    const std::uint64_t key = hash_of(message, source, destination);
    if (const auto found = recent_.find(key); found != recent_.end()) {
        return found->second;
    }
    if (recent_.size() == limit) {
        older_ = std::exchange(recent_, {});
    }
    Sent sent;
    if (const auto found = older_.find(key); found != older_.end()) {
        sent = std::move(found->second);
        older_.erase(found);
    }
    return recent_.emplace(key, std::move(sent)).first->second;
}

const SendTable::Sent* SendTable::find(const Message& message, const Endpoint& source,
                                       const Endpoint& destination) const {
    const std::uint64_t key = hash_of(message, source, destination);
    for (const Sends* sends : {&recent_, &older_}) {
        if (const auto found = sends->find(key); found != sends->end()) {
            return &found->second;
        }
    }
    return nullptr;
}

}  // namespace twinline::decode
