// The REGISTER of one account (RFC 3261 section 10.2) and the credentials it carries (section 22).
#pragma once

#include "reference_impl/phone/authenticator.hh"
#include "reference_impl/phone/context.hh"
#include "reference_impl/phone/location.hh"
#include "reference_impl/phone/request_form.hh"
#include "reference_impl/phone/route.hh"
#include "reference_impl/wire/sip_message.hh"

#include <string>

namespace twinline::phone {

// What every REGISTER of one account to one registrar shares, whatever way it takes
// (RFC-3261-102-CALLID).
struct RegisterSequence {
    std::string call_id;
    std::string tag;
    std::uint32_t cseq = 0;

    explicit RegisterSequence(Context& context)
        : call_id(context.token("call-id")), tag(context.token("tag")) {}
};

// Where a registration goes, and what its requests share with others to the same registrar.
struct Way {
    Route::Leg leg;
    RegisterSequence& sequence;
    const config::Server* user_of = nullptr;  // in the address of record; null: the leg's server
    unsigned reg_id = 0;                      // of its flow (RFC 5626 section 4.2); 0: none
};

class RegisterRequest {
  public:
    RegisterRequest(Context& context, const config::Account& account, const Way& way);

    const Route::Leg& leg() const { return leg_; }
    // The address of record is from now on that of the user at this server (AA-OBP-12, AA-OBP-14).
    void speak_of(const config::Server& server);
    // A new request: CSeq one higher, new branch.
    void renew(const Target& target, std::chrono::seconds expires);
    // The same request for another server: only the branch is new (RFC-3263-08).
    void redirect(const Target& target);
    void make_datagram() { phone::make_datagram(context_, message_); }  // RFC-3261-1811-UDP

    // Whether it asks for SIP outbound; refuse_outbound() ends that (RFC-5626-07).
    bool is_outbound() const { return reg_id_ != 0; }
    void refuse_outbound();
    // Which of the bindings in an answer is this one.
    bool is_own(const wire::NameAddr& contact) const;

    // Takes a challenge in. False when it cannot be answered.
    bool answer(const wire::Endpoint& server, const std::vector<wire::Challenge>& challenges) {
        return authenticator_.answer(server, message_, challenges);
    }

    const std::string& branch() const { return message_.via.front().branch; }
    const wire::SipMessage& message() const { return message_; }
    bool leaves() const { return message_.expires == 0U; }  // RFC 3261 10.2.2

  private:
    void name_the_user(const std::string& domain);
    void address_to(const Target& target, std::string branch);

    Context& context_;
    const config::Account& account_;
    Route::Leg leg_;
    Authenticator authenticator_;
    RegisterSequence& sequence_;
    unsigned reg_id_;
    std::string contact_uri_;
    wire::SipMessage message_;
};

}  // namespace twinline::phone
