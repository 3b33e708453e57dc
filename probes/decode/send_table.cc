// The bounded table of transmissions, in two generations; see send_table.hh.
#include "probes/decode/send_table.hh"

#include <algorithm>
#include <bit>
#include <functional>
#include <utility>

namespace twinline::decode {

namespace {

// Two messages of one key would be taken for one: 64 bits, well mixed, keep that out of sight.
class Key {
  public:
    Key& with(std::string_view text) { return with(std::hash<std::string_view>{}(text)); }
    Key& with(std::uint64_t number) {
        hash_ = (std::rotl(hash_, 29) ^ number) * 0x9e3779b97f4a7c15;
        hash_ ^= hash_ >> 32U;
        return *this;
    }
    Key& with(const Endpoint& endpoint) {
        return with(std::uint64_t{endpoint.address} << 16U | endpoint.port);
    }
    std::uint64_t value() const { return hash_; }

  private:
    std::uint64_t hash_ = 0xcbf29ce484222325;
};

}  // namespace

std::uint64_t SendTable::key_of(const Message& message, const Endpoint& source,
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

const SendTable::Sent* SendTable::Generation::find(std::uint64_t key) const {
    if (places.empty()) return nullptr;
    const std::size_t mask = places.size() - 1;
    for (std::size_t at = key & mask; places[at].times != 0; at = (at + 1) & mask)
        if (places[at].key == key) return &places[at];
    return nullptr;
}

SendTable::Sent* SendTable::Generation::find(std::uint64_t key) {
    return const_cast<Sent*>(std::as_const(*this).find(key));
}

// The key is not there yet. At most half of the places are taken.
SendTable::Sent& SendTable::Generation::add(std::uint64_t key) {
    constexpr std::size_t fewest = 64;
    if (places.size() < 2 * (size + 1)) {
        auto old = std::exchange(places, {});
        places.resize(std::max(fewest, 2 * old.size()));
        for (const Sent& sent : old)
            if (sent.times != 0) free_place(sent.key) = sent;
    }
    ++size;
    return free_place(key) = {key, 1, no_binding};
}

SendTable::Sent& SendTable::Generation::free_place(std::uint64_t key) {
    const std::size_t mask = places.size() - 1;
    std::size_t at = key & mask;
    while (places[at].times != 0) at = (at + 1) & mask;
    return places[at];
}

void SendTable::Generation::clear() {
    std::ranges::fill(places, Sent{});
    bindings.clear();
    size = 0;
}

std::uint32_t SendTable::count(std::uint64_t key) {
    last_ = recent_.find(key);
    if (last_ != nullptr) return ++last_->times;
    if (recent_.size == limit) {
        std::swap(recent_, older_);
        recent_.clear();
    }
    last_ = &recent_.add(key);
    if (const Sent* known = older_.find(key)) {
        last_->times = known->times + 1;
        if (known->binding != no_binding) bind(older_.bindings[known->binding]);
    }
    return last_->times;
}

void SendTable::bind(Binding binding) {
    if (last_->binding != no_binding) {
        recent_.bindings[last_->binding] = std::move(binding);
        return;
    }
    last_->binding = static_cast<std::uint32_t>(recent_.bindings.size());
    recent_.bindings.push_back(std::move(binding));
}

const SendTable::Binding* SendTable::binding_of(std::uint64_t key) const {
    for (const Generation* generation : {&recent_, &older_})
        if (const Sent* sent = generation->find(key))
            return sent->binding == no_binding ? nullptr : &generation->bindings[sent->binding];
    return nullptr;
}

}  // namespace twinline::decode
