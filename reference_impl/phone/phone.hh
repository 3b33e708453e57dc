// The reference phone without any input or output of its own: one object, the same in virtual time
// and in the lab. Feed it with handle() and handle_timeout(), drain poll_output() after each, and
// wake it at poll_timeout().
#pragma once

#include "reference_impl/config/phone_config.hh"
#include "reference_impl/phone/input.hh"
#include "reference_impl/phone/oracle.hh"
#include "reference_impl/phone/output.hh"
#include "reference_impl/phone/rules.hh"
#include "reference_impl/wire/instant.hh"

#include <memory>
#include <optional>

namespace twinline::phone {

class Phone {
  public:
    // `oracle` answers where a document is open or the phone is free; it must outlive the phone.
    Phone(config::PhoneConfig config, Rules rules, Oracle& oracle);
    ~Phone();
    Phone(Phone&&) noexcept;
    Phone& operator=(Phone&&) noexcept;

    void handle(wire::Instant now, const Input& input);
    void handle_timeout(wire::Instant now);
    std::optional<Output> poll_output();
    std::optional<wire::Instant> poll_timeout() const;

  private:
    class Core;
    std::unique_ptr<Core> core_;
};

}  // namespace twinline::phone
