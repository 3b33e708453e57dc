// A server of SIP whose processes stand still: the kernel goes on, takes connections and keeps what
// comes, and all of it is answered late. Nobody can be spared it.
#pragma once

#include "rig/testbed/clock.hh"
#include "rig/testbed/kamailio.hh"

namespace twinline::testbed {

// From the constructor to heal() or the destructor, and until the last one of several is gone. The
// server must outlive it.
class Standstill {
  public:
    explicit Standstill(Kamailio& server);
    ~Standstill();
    Standstill(Standstill&& other) noexcept;
    Standstill& operator=(Standstill&&) = delete;

    Wall onset() const { return onset_; }
    void heal();

  private:
    Kamailio* server_;  // null: healed
    Wall onset_;
};

}  // namespace twinline::testbed
