// A server of SIP whose processes are gone: its kernel says so to whoever asks, and ends its
// connections. When it begins anew it knows nothing of what it knew: bindings, subscriptions, the
// nonces of its challenges. Nobody can be spared it.
#pragma once

#include "rig/testbed/clock.hh"
#include "rig/testbed/kamailio.hh"

#include <boost/asio/awaitable.hpp>

namespace twinline::testbed {

// From the constructor to heal() or the destructor, and until the last one of several is gone. The
// server must outlive it.
class Crash {
  public:
    explicit Crash(Kamailio& server);
    ~Crash();  // starts it again, and does not wait for it
    Crash(Crash&& other) noexcept;
    Crash& operator=(Crash&&) = delete;

    Wall onset() const { return onset_; }
    // Until it answers again, if this was the last one.
    boost::asio::awaitable<void> heal();

  private:
    Kamailio* server_;  // null: healed
    Wall onset_;
};

}  // namespace twinline::testbed
