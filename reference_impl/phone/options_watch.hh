// AudioCodes' keep-alive of a proxy that has a redundant one beside it: OPTIONS at an interval;
// any answer says that the proxy lives (EXT-AC-01).
#pragma once

#include "reference_impl/phone/request_form.hh"
#include "reference_impl/phone/transaction.hh"

#include <optional>

namespace twinline::phone {

class OptionsWatch {
  public:
    OptionsWatch(Context& context, const config::Account& account, wire::Duration interval)
        : context_(context), account_(account), interval_(interval) {}

    // From now on this proxy is watched, and no other.
    void watch(wire::Instant now, const Target& proxy);
    void stop();

    void on_response(wire::Instant now, const wire::SipMessage& response);
    void on_unreachable(wire::Transport transport, const wire::Endpoint& server);
    void on_deadline(wire::Instant now);
    std::optional<wire::Instant> deadline() const;

    // What has become known since the last call.
    enum class News { none, answered, silent };
    News take_news() { return std::exchange(news_, News::none); }

  private:
    struct Question {
        wire::SipMessage request;
        ClientTransaction transaction;
    };

    void ask(wire::Instant now);

    Context& context_;
    const config::Account& account_;
    wire::Duration interval_;
    std::optional<Target> proxy_;
    std::optional<Question> question_;
    wire::Instant next_{};
    std::string call_id_;
    std::uint32_t cseq_ = 0;
    News news_ = News::none;
};

}  // namespace twinline::phone
