// One subject's part in a session: its phone, its faults, and the steps of the scenario by its own
// events, one after the other, so that a power-on never overtakes the fault that was meant to be
// there before it.
#pragma once

#include "rig/run/bench.hh"
#include "rig/run/faults.hh"
#include "rig/scenario/matcher.hh"
#include "rig/testbed/processor_wait.hh"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>

#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace twinline::run {

class Part {
  public:
    Part(Bench& bench, testbed::DutPlan plan);

    const std::string& subject() const { return subject_; }
    boost::asio::awaitable<void> prepare();
    // From the start to its end.
    boost::asio::awaitable<void> play();
    void hear(const timeline::Event& event);
    // One step at once; it was due at `due`.
    boost::asio::awaitable<void> perform(const scenario::Step& step, timeline::Instant due);
    boost::asio::awaitable<void> heal_all() { return faults_.heal_all(); }
    // What this subject meets at the host: "reject 503"; empty: it is served.
    std::string fault_of(const std::string& host) const { return faults_.at(host); }
    void power_off() { dut_->power_off(); }
    const testbed::Dut& dut() const { return *dut_; }

  private:
    struct Due {
        std::size_t step;
        timeline::Instant at;
    };

    std::optional<Due> next_step() const;
    bool is_before_the_phone(const scenario::Step& step) const;
    boost::asio::awaitable<void> notify(const scenario::Step& step);
    bool tells(const std::string& host);  // what it holds
    boost::asio::awaitable<void> read(const std::string& host);
    void call(const scenario::Step& step);
    boost::asio::awaitable<void> boot(boost::asio::awaitable<testbed::Wall> booting,
                                      const std::string& what);
    boost::asio::awaitable<void> look(const std::string& page, timeline::Instant asked);
    void note_stale(const std::vector<std::string>& fresh, const std::vector<std::string>& stale,
                    timeline::Instant asked);
    void told(const std::string& kind, timeline::Fields fields);
    void check_phone();
    void measure_wait();
    void take(const timeline::Event& event);
    void trouble(const std::string& text);
    std::string last_words() const;
    void json_line(std::string_view line);

    Bench& bench_;
    std::string subject_;
    scenario::Matcher matcher_;
    Faults faults_;
    std::unique_ptr<testbed::Dut> dut_;
    boost::asio::steady_timer wake_;
    std::vector<bool> done_;                       // by step
    std::optional<timeline::Instant> powered_on_;  // none while a handset boots
    timeline::Instant free_since_{};               // since the last step was made
    testbed::WaitMeter waits_{std::chrono::steady_clock::now()};
    bool heard_of_ = false;  // a packet of it was seen
    bool ended_ = false;
    std::vector<std::string> shown_;     // by the device: lines of a page
    std::deque<timeline::Event> early_;  // of a handset that is still booting, the newest
};

}  // namespace twinline::run
