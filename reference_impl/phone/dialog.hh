// A dialog of a call or a subscription (RFC 3261 section 12): its route set, its remote target and
// its numbers.
#pragma once

#include "reference_impl/phone/location.hh"
#include "reference_impl/wire/sip_message.hh"

#include <string>
#include <vector>

namespace twinline::phone {

class Dialog {
  public:
    // As the caller: `request` was answered with `response`, which a 2xx makes a dialog.
    static Dialog of_caller(const wire::SipMessage& request, const wire::SipMessage& response,
                            const Target& server);
    // As the callee: `response` is what `request` is answered with.
    static Dialog of_callee(const wire::SipMessage& request, const wire::SipMessage& response,
                            const Target& source);

    // As the subscriber, by the NOTIFY that comes before the 2xx (RFC 6665 4.4.1).
    static Dialog of_subscriber(const wire::SipMessage& subscribe, const wire::SipMessage& notify,
                                const Target& source);

    // A request without Via and Contact, CSeq one higher.
    wire::SipMessage request(std::string_view method);
    // The ACK of a 2xx, whose CSeq is that of the INVITE (RFC 3261 13.2.2.4).
    wire::SipMessage ack(std::uint32_t cseq) const;
    // Where its requests go: the first of the route set, else the remote target (RFC-3261-1221);
    // where that is a name, the server at which the dialog was made.
    Target next_hop() const;
    // Whether a request is one of this dialog.
    bool owns(const wire::SipMessage& request) const;
    // False for a request older than the last one (RFC 3261 12.2.2).
    bool accept(const wire::SipMessage& request);
    void refresh_target(const wire::SipMessage& message);  // a re-INVITE or its 2xx
    const std::string& call_id() const { return call_id_; }
    std::string remote_tag() const { return remote_.param("tag").value_or(""); }

  private:
    wire::SipMessage bare(std::string_view method, std::uint32_t cseq) const;

    std::string call_id_;
    wire::NameAddr local_, remote_;
    std::string remote_target_;
    std::vector<wire::NameAddr> route_;
    std::uint32_t local_cseq_ = 0;
    std::uint32_t remote_cseq_ = 0;
    Target server_;
};

}  // namespace twinline::phone
