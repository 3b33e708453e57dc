// Read off the messages of the phone; what its user did without any is not seen.
#include "rig/field/acts.hh"

#include "rig/field/messages.hh"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

namespace twinline::field {

namespace {

using scenario::ActionKind;
using timeline::Direction;
using timeline::Event;

// A call from outside, by its Call-ID.
struct Incoming {
    std::string server;  // its role
    enum class State { calling, ringing, taken_back, talking, over } state = State::calling;
};

class Acts {
  public:
    Acts(const Phone& phone, Environment& met) : phone_(phone), env_(met) {}

    void run() {
        for (const auto& event : phone_.events) {
            if (takes_part_in_incoming(event)) continue;
            if (event.kind == "sip.request")
                on_request(event);
            else if (event.kind == "sip.response")
                on_response(event);
        }
        const auto comes_in = [](const Act& act) { return act.kind == ActionKind::caller; };
        if (env_.callee.empty() && std::ranges::any_of(env_.acts, comes_in))
            env_.callee = caller_.empty() ? "2000" : caller_;
    }

  private:
    void add(timeline::Instant at, ActionKind kind, std::string target = {},
             std::string deed = {}) {
        env_.acts.push_back({at, kind, std::move(target), std::move(deed)});
    }

    void on_request(const Event& event) {
        if (is_sent(event, "INVITE") && event.field("to_tag").empty()) return on_invite(event);
        const std::string call(event.field("call_id"));
        if ((is_sent(event, "BYE") || is_sent(event, "CANCEL")) && given_up_.insert(call).second) {
            add(event.at, ActionKind::hang_up);
            open_.clear();
        } else if (is_got(event, "BYE") && given_up_.insert(call).second) {
            env_.far_end_hangs_up = true;
            add(event.at, ActionKind::hang_up);
            open_.clear();
        } else if (is_sent(event, "REGISTER") && event.field("send") == "1") {
            on_register(event);
        }
    }

    // A request that its server did not take goes to the next one: that is the same call.
    void on_invite(const Event& invite) {
        const std::string call(invite.field("call_id"));
        const auto called = user_of(invite.field("uri"));
        const bool again = last_try_.contains(called) && !answered_.contains(call) &&
                           invite.at - last_try_[called] < std::chrono::seconds{33};
        const bool is_new = calls_.insert(call).second;
        if (is_new && !(again && !ended_since(called))) dial(invite, called);
        last_try_[called] = invite.at;
        open_.insert(called);
    }

    void on_register(const Event& event) {
        const bool leaves = event.field("expires") == "0";
        if (leaves && comes_home(registered_, event)) return;
        if (leaves && !unregistered_ && event.field("auth") != "none")
            add(beginning_of_leave(event), ActionKind::unregister);
        if (!leaves && unregistered_) add(event.at, ActionKind::register_again);
        unregistered_ = leaves;
    }

    void on_response(const Event& event) {
        const auto status = event.field("status");
        if (is_answer(event, "REGISTER") && status == "200") {
            registered_ = &event;
        } else if (is_answer(event, "INVITE") && status >= "200" && status != "407" &&
                   status != "401") {
            answered_.insert(std::string(event.field("call_id")));
            if (ends_the_call(status)) open_.clear();
        }
    }

    // Whether it is of a call from outside, whose side of it is followed then.
    bool takes_part_in_incoming(const Event& event) {
        const std::string id(event.field("call_id"));
        const auto known = incoming_.find(id);
        if (known == incoming_.end()) {
            if (!is_got(event, "INVITE") || !event.field("to_tag").empty()) return false;
            begin_incoming(event, id);
            return true;
        }
        follow(event, known->second);
        return true;
    }

    void begin_incoming(const Event& invite, const std::string& id) {
        auto& call = incoming_[id];
        const auto* server = env_.at(invite.peer);
        const auto called = user_of(invite.field("to_uri"));
        if (env_.called.empty()) env_.called = called;
        if (server == nullptr || server->names || called != env_.called) {
            call.state = Incoming::State::over;
            return env_.notes.push_back(fmt::format(
                "the call that comes in at frame {} is not followed: it is {}",
                invite.frame.value_or(0),
                server == nullptr || server->names ? "by a host that the phone never turned to"
                                                   : "for another user than the first one"));
        }
        const auto caller = user_of(invite.field("from_uri"));
        if (caller_.empty() && is_number(caller)) caller_ = caller;
        call.server = server->role;
        add(invite.at, ActionKind::caller, call.server, "calls");
    }

    void follow(const Event& event, Incoming& call) {
        using State = Incoming::State;
        if (call.state == State::over) return;
        const auto status = event.field("status");
        const bool said = event.kind == "sip.response" && event.direction == Direction::out &&
                          event.field("method") == "INVITE" && call.state != State::talking;
        if (is_got(event, "CANCEL") || is_got(event, "BYE")) {
            if (call.state != State::taken_back)  // CANCEL is repeated
                add(event.at, ActionKind::caller, call.server, "hangs up");
            call.state = is_got(event, "CANCEL") ? State::taken_back : State::over;
        } else if (is_sent(event, "BYE")) {
            add(event.at, ActionKind::hang_up);
            call.state = State::over;
        } else if (said && status.starts_with("1")) {
            if (call.state == State::calling) call.state = State::ringing;
        } else if (said && status.starts_with("2")) {
            add(event.at, ActionKind::answer);
            call.state = State::talking;
        } else if (said && call.state == State::taken_back) {
            call.state = State::over;
        } else if (said) {  // by its user, unless it says so at once
            if (call.state == State::ringing) add(event.at, ActionKind::hang_up);
            call.state = State::over;
        }
    }

    static bool is_number(const std::string& user) {
        return !user.empty() &&
               std::ranges::all_of(user, [](char c) { return c >= '0' && c <= '9'; });
    }

    // A phone that is back at one server removes by itself what it had registered at another.
    static bool comes_home(const Event* registered, const Event& leave) {
        constexpr timeline::Duration at_once = std::chrono::seconds{1};
        return registered != nullptr && registered->peer != leave.peer &&
               leave.at - registered->at < at_once;
    }

    // What it had subscribed to is given back right before the registration is, of the same act.
    timeline::Instant beginning_of_leave(const Event& registers) const {
        constexpr timeline::Duration at_once = std::chrono::milliseconds{200};
        const auto first = std::ranges::find_if(phone_.events, [&](const Event& event) {
            return event.at + at_once > registers.at &&
                   (&event == &registers ||
                    (is_sent(event, "SUBSCRIBE") && event.field("expires") == "0"));
        });
        return first->at;
    }

    // An answer of the callee, after which no other server is asked; a server that fails is another
    // matter.
    static bool ends_the_call(std::string_view status) {
        return status < "300" || (status >= "400" && status < "500" && status != "408") ||
               status >= "600";
    }

    bool ended_since(const std::string& called) const { return !open_.contains(called); }

    // What is asked of the DNS for a call comes right before it.
    void dial(const Event& invite, const std::string& called) {
        auto at = invite.at;
        constexpr timeline::Duration look_up = std::chrono::milliseconds{200};
        for (const auto& event : phone_.events)
            if (event.kind == "dns.query" && event.direction == Direction::out &&
                event.at < invite.at && event.at + look_up > invite.at)
                at = std::min(at, event.at);
        if (env_.callee.empty() && is_number(called)) env_.callee = called;
        if (env_.callee.empty())
            return env_.notes.push_back("a call to " + called +
                                        " is not followed: it is no number");
        if (called != env_.callee)
            env_.notes.push_back("the call to " + called + " is played as one to " + env_.callee);
        add(at, ActionKind::dial, env_.callee);
    }

    const Phone& phone_;
    Environment& env_;
    std::set<std::string> calls_, given_up_, answered_, open_;
    std::map<std::string, timeline::Instant> last_try_;
    std::map<std::string, Incoming> incoming_;
    std::string caller_;  // the first who can be dialled
    bool unregistered_ = false;
    const Event* registered_ = nullptr;  // the last answer that said so
};

}  // namespace

void read_acts(const Phone& phone, Environment& met) { Acts(phone, met).run(); }

}  // namespace twinline::field
