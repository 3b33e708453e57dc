// It knows the dialogs that it made and answers 481 to any other, as a server that took over does.
#include "rig/world/notifier.hh"

#include "reference_impl/wire/text.hh"
#include "rig/world/reply.hh"

#include <algorithm>

namespace twinline::world {

namespace {

constexpr std::string_view waiting = "waiting", nothing = "nothing";

std::string value_of(const wire::SipMessage& message, std::string_view name) {
    const auto* header = message.find(name);
    return header == nullptr ? std::string() : header->value;
}

std::string dialog_info(const std::string& uri, std::string_view state, std::uint32_t version) {
    const auto* name = state == "ringing"   ? "early"
                       : state == "talking" ? "confirmed"
                                            : "terminated";
    return "<?xml version=\"1.0\"?>\r\n<dialog-info xmlns=\"urn:ietf:params:xml:ns:dialog-info\" "
           "version=\"" +
           std::to_string(version) + "\" state=\"full\" entity=\"" + uri +
           "\"><dialog id=\"1\"><state>" + name + "</state></dialog></dialog-info>\r\n";
}

// Which event a word is about; empty: about each.
std::string_view event_of(std::string_view what) {
    if (what == waiting || what == nothing) return "message-summary";
    return what == "terminated" ? "" : "dialog";
}

}  // namespace

Notifier::Watcher* Notifier::find(wire::Instant now, const wire::SipMessage& request) {
    std::erase_if(watchers_, [now](const Watcher& watcher) { return watcher.until <= now; });
    const auto found = std::ranges::find_if(watchers_, [&](const Watcher& watcher) {
        return watcher.call_id == request.call_id &&
               watcher.self.param("tag") == request.to.param("tag");
    });
    return found == watchers_.end() ? nullptr : &*found;
}

std::vector<wire::SipMessage> Notifier::answer(wire::Instant now, const wire::Endpoint& source,
                                               const wire::SipMessage& subscribe) {
    const bool in_dialog = !subscribe.tag_of_to().empty();
    auto* watcher = find(now, subscribe);
    if (in_dialog && watcher == nullptr)
        return {reply_to(subscribe, source, 481, "Subscription Does Not Exist", {})};
    auto response = reply_to(subscribe, source, 200, "OK", "n" + std::to_string(++counter_));
    const auto asked = std::chrono::seconds(subscribe.expires.value_or(3600));
    const auto granted = std::min(asked, grants_);
    response.expires = static_cast<std::uint32_t>(granted.count());
    response.contact = {{"", "sip:" + wire::to_string(server_), {}}};
    if (watcher == nullptr) {
        watchers_.push_back({source,
                             subscribe.contact.empty() ? "sip:" + wire::to_string(source)
                                                       : subscribe.contact.front().uri,
                             subscribe.from,
                             response.to,
                             subscribe.call_id,
                             value_of(subscribe, "Event"),
                             0,
                             now,
                             {}});
        watcher = &watchers_.back();
    }
    watcher->until = now + granted;
    return {std::move(response), notify(now, *watcher)};
}

wire::SipMessage Notifier::begin() {
    wire::SipMessage message;
    message.method = message.cseq_method = "NOTIFY";
    message.via = {{"UDP",
                    wire::to_string(server_.address),
                    server_.port,
                    "z9hG4bK-notifier-" + std::to_string(++counter_),
                    {}}};
    message.max_forwards = 70;
    message.contact = {{"", "sip:" + wire::to_string(server_), {}}};
    return message;
}

wire::SipMessage Notifier::notify(wire::Instant now, Watcher& watcher) {
    auto message = begin();
    message.request_uri = watcher.contact;
    message.from = watcher.self;
    message.to = watcher.phone;
    message.call_id = watcher.call_id;
    message.cseq = ++watcher.cseq;
    const auto left = std::chrono::duration_cast<std::chrono::seconds>(watcher.until - now);
    const bool over = left.count() <= 0 || watcher.state == "terminated";
    message.other = {
        {"Event", watcher.event},
        {"Subscription-State",
         over ? "terminated;reason=timeout" : "active;expires=" + std::to_string(left.count())}};
    if (watcher.event == "message-summary") {
        const bool waits = watcher.state == waiting;
        message.content_type = "application/simple-message-summary";
        message.body =
            waits ? "Messages-Waiting: yes\r\nVoice-Message: 2/0\r\n" : "Messages-Waiting: no\r\n";
    } else if (watcher.event == "dialog") {
        message.content_type = "application/dialog-info+xml";
        message.body = dialog_info(watcher.self.uri, watcher.state, watcher.cseq);
    }
    return message;
}

wire::SipMessage Notifier::check_sync(wire::Ipv4 address, std::string_view what,
                                      std::uint16_t sip_port) {
    auto message = begin();
    message.request_uri = "sip:" + wire::to_string(wire::Endpoint{address, sip_port});
    message.from = {
        "", "sip:" + wire::to_string(server_), {{"tag", "n" + std::to_string(counter_)}}};
    message.to = {"", message.request_uri, {}};
    message.call_id = "check-sync-" + std::to_string(counter_);
    message.cseq = 1;
    message.other = {{"Event", what == "reboot" ? "check-sync;reboot=true" : "check-sync"},
                     {"Subscription-State", "terminated"}};
    return message;
}

std::vector<Notifier::Subscription> Notifier::subscriptions(wire::Instant now,
                                                            wire::Ipv4 address) const {
    std::vector<Subscription> list;
    for (const auto& watcher : watchers_)
        if (watcher.source.address == address && now < watcher.until)
            list.push_back(
                {std::string(wire::user_of(watcher.self.uri)), watcher.event, watcher.until});
    return list;
}

void Notifier::forget(wire::Ipv4 address) {
    std::erase_if(watchers_,
                  [address](const Watcher& watcher) { return watcher.source.address == address; });
}

std::vector<Notifier::Told> Notifier::tell(wire::Instant now, wire::Ipv4 address,
                                           std::string_view what, std::uint16_t sip_port) {
    if (what == "check-sync" || what == "reboot")
        return {{{address, sip_port}, check_sync(address, what, sip_port)}};
    std::erase_if(watchers_, [now](const Watcher& watcher) { return watcher.until <= now; });
    std::vector<Told> told;
    for (auto& watcher : watchers_) {
        const auto event = event_of(what);
        if (watcher.source.address != address || (!event.empty() && watcher.event != event))
            continue;
        watcher.state = what;
        told.push_back({watcher.source, notify(now, watcher)});
    }
    std::erase_if(watchers_, [](const Watcher& watcher) { return watcher.state == "terminated"; });
    return told;
}

}  // namespace twinline::world
