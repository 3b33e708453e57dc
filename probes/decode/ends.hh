// Whose event it is: subject, direction and peer of what went from one address to another, decided
// by the cast here and nowhere else.
#pragma once

#include "probes/decode/draft.hh"
#include "probes/decode/packet.hh"
#include "probes/timeline/event.hh"

#include <string>
#include <string_view>

namespace twinline::decode {

class Ends {
  public:
    explicit Ends(timeline::Cast cast);

    // Between two subjects the event is the source's. Between none of them it has no subject and
    // names both ends.
    void set(Draft& event, std::uint32_t source, std::uint32_t destination) const;
    void set_port(Draft& event, const Endpoint& source, const Endpoint& destination) const;

  private:
    const std::string* subject(std::uint32_t address) const;
    std::string_view role(std::uint32_t address, Draft& event) const;

    timeline::Cast cast_;
};

}  // namespace twinline::decode
