// The order of a round is fixed when it begins, so that every round ends.
#include "reference_impl/phone/download_servers.hh"

#include <algorithm>

namespace twinline::phone {

namespace {

constexpr std::size_t most_addresses = 16;

}  // namespace

void DownloadServers::begin(wire::Instant now, const std::string& host,
                            std::vector<wire::Ipv4> addresses, wire::Instant good_until,
                            Occasion occasion) {
    if (host != host_) redundant_.reset();
    host_ = host;
    order_.clear();
    for (const auto address : addresses)
        if (std::ranges::find(order_, address) == order_.end() && order_.size() < most_addresses)
            order_.push_back(address);
    at_ = 0;
    aside_ = false;
    good_until_ = good_until;
    if (!redundant_) return;
    const auto kept = std::ranges::find(order_, *redundant_);
    if (kept == order_.end() || !keeps(now, occasion))
        redundant_.reset();  // the discovery begins anew
    else
        std::rotate(order_.begin(), kept, kept + 1);
}

void DownloadServers::begin_aside(wire::Ipv4 address) {
    order_ = {address};
    at_ = 0;
    aside_ = true;
}

// AA-CFG-06; how long is open: reading config-server-stickiness.
bool DownloadServers::keeps(wire::Instant now, Occasion occasion) const {
    const bool expired = now >= redundant_until_;
    if (occasion != Occasion::boot && !expired) return true;
    const auto reading = context_.oracle->reading("config-server-stickiness");
    if (reading == "until-reboot") return occasion != Occasion::boot;
    return reading != "until-ttl" || !expired;
}

std::optional<wire::Ipv4> DownloadServers::current() const {
    if (at_ >= order_.size()) return std::nullopt;
    return order_[at_];
}

std::size_t DownloadServers::left() const {
    return at_ + 1 < order_.size() ? order_.size() - at_ - 1 : 0;
}

void DownloadServers::answered() {
    if (aside_ || at_ == 0 || redundant_ == current()) return;
    if (!context_.rules.keeps_redundant_server) return;
    redundant_ = current();
    redundant_until_ = good_until_;
}

}  // namespace twinline::phone
