// The way between a host and a subject through the rig's own hands, for what no kernel of ours does
// to a link: packets are led past the router's own forwarding (ip-rule(8)), met one by one, and put
// back where they would have gone on.
#pragma once

#include "rig/testbed/clock.hh"
#include "rig/testbed/netns.hh"
#include "rig/testbed/passage.hh"

#include <boost/asio/io_context.hpp>

#include <memory>
#include <string>
#include <vector>

namespace twinline::testbed {

// What a detour is made of; `router` must outlive it. `inner` and `outer` are the router's
// interfaces towards the subjects and the hosts, `number` is its own in this lab.
struct DetourPlan {
    const Netns& router;
    std::string host;                  // address
    std::vector<std::string> sources;  // addresses of the subject
    scenario::Treatment treatment;
    std::string inner, outer;
    unsigned number;
};

// In force from the constructor to heal() or the destructor.
class Detour {
  public:
    Detour(boost::asio::io_context& io, DetourPlan plan);
    ~Detour();
    Detour(Detour&& other) noexcept;
    Detour& operator=(Detour&&) = delete;

    Wall onset() const;
    // The instant at which it was gone; what was held comes after that, and what is late comes when
    // it would have.
    Wall heal();
    const Passage::Counts& counts() const;
    // The most by which a packet went on later than the rule has it: the rig had other work.
    Duration held_up() const;

  private:
    struct State;
    std::shared_ptr<State> state_;
};

}  // namespace twinline::testbed
