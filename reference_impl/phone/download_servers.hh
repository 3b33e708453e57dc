// Which address of the configuration server's name is asked: the first, the next when one fails,
// and the redundant one from then on (AA-CFG-01, AA-CFG-03, AA-CFG-06).
#pragma once

#include "reference_impl/phone/context.hh"

#include <optional>
#include <string>
#include <vector>

namespace twinline::phone {

class DownloadServers {
  public:
    explicit DownloadServers(Context& context) : context_(context) {}

    enum class Occasion { boot, later };

    // A round over the addresses of `host`, each at most once; `good_until`: of the answer.
    void begin(wire::Instant now, const std::string& host, std::vector<wire::Ipv4> addresses,
               wire::Instant good_until, Occasion occasion);
    // A round of one address, which changes nothing for later ones.
    void begin_aside(wire::Ipv4 address);

    std::optional<wire::Ipv4> current() const;
    // Whether that is a server in use after a failover.
    bool is_redundant() const { return redundant_ && redundant_ == current(); }
    std::size_t left() const;  // after the current one
    void fail() { ++at_; }
    // The current one serves the phone: after a failover it is the server in use.
    void answered();
    // For one file only: back to where it was asked for first.
    std::size_t position() const { return at_; }
    void return_to(std::size_t position) { at_ = position; }

  private:
    bool keeps(wire::Instant now, Occasion occasion) const;

    Context& context_;
    std::string host_;
    std::vector<wire::Ipv4> order_;
    std::size_t at_ = 0;
    bool aside_ = false;
    wire::Instant good_until_{};
    std::optional<wire::Ipv4> redundant_;  // the server in use after a failover
    wire::Instant redundant_until_{};      // its answer's end
};

}  // namespace twinline::phone
