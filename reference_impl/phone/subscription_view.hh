// What the user sees of a subscription, taken from the NOTIFYs: messages that wait (RFC 3842), what
// another phone does (RFC 4235), or those that share a line (Call-Info).
#pragma once

#include "reference_impl/phone/context.hh"
#include "reference_impl/wire/sip_message.hh"

#include <map>
#include <string>

namespace twinline::phone {

// "message-summary", "dialog", "call-info": the name of the event package.
std::string event_name(config::EventPackage package);
// The type of the body that tells of it; empty: a header tells.
std::string body_type(config::EventPackage package);

class SubscriptionView {
  public:
    SubscriptionView(Context& context, unsigned account, const config::WantedSubscription& wanted)
        : context_(context), account_(account), wanted_(wanted) {}

    // Takes in what a NOTIFY says; what cannot be read changes nothing.
    void take(const wire::SipMessage& notify);
    // Nothing is known any more.
    void forget();

  private:
    void take_summary(const wire::SipMessage& notify);
    void take_dialogs(const wire::SipMessage& notify);
    void take_appearances(const wire::SipMessage& notify);
    void show_busiest(const std::map<std::string, std::string>& states);
    void show(const std::string& state, const std::string& notice = {});
    void ignore(const std::string& reason);

    Context& context_;
    unsigned account_;
    const config::WantedSubscription& wanted_;
    std::map<std::string, std::string> states_;  // of the dialogs or the appearances, by id
    std::optional<std::uint32_t> version_;
    std::string shown_ = "unknown";
    std::string notice_;
};

}  // namespace twinline::phone
