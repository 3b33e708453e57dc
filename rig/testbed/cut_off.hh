// A host that is off the network: its link is down, or its address gone. Its router asks for it in
// vain and then says that there is no such host. Nobody can be spared it.
#pragma once

#include "rig/testbed/clock.hh"
#include "rig/testbed/netns.hh"

#include <string>

namespace twinline::testbed {

enum class Loss { of_link, of_address };

// From the constructor to heal() or the destructor. Both namespaces must outlive it.
class CutOff {
  public:
    // The host has `address` on its eth0, behind the router.
    CutOff(const Netns& host, const Netns& router, std::string address, Loss loss);
    ~CutOff();
    CutOff(const CutOff&) = delete;
    CutOff& operator=(const CutOff&) = delete;

    Wall onset() const { return onset_; }  // the router has forgotten where it was
    void heal();                           // once only counts

  private:
    const Netns* host_;  // null: healed
    std::string address_;
    Loss loss_;
    Wall onset_;
};

}  // namespace twinline::testbed
