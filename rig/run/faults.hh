// The faults of one subject, each proven by the rig's probe from the subject's probe address:
// answered before and after, and during as the fault has it; from the unkeyed address answered
// during.
#pragma once

#include "rig/run/bench.hh"
#include "rig/scenario/proof.hh"

#include <boost/asio/awaitable.hpp>

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace twinline::run {

// Whether a server of the lab can be made to do what this step orders.
bool lab_can(const scenario::Topology& topology, const scenario::Step& step);

class Faults {
  public:
    Faults(Bench& bench, std::string subject) : bench_(bench), subject_(std::move(subject)) {}

    // Every server answers this subject's probe.
    boost::asio::awaitable<void> prove_ready();
    // Returns at the onset; the proof of it goes on beside.
    boost::asio::awaitable<void> treat(std::string host, scenario::Treatment treatment);
    // Returns when the host has answered again, or did not.
    boost::asio::awaitable<void> heal(std::string host);
    boost::asio::awaitable<void> heal_all();
    std::string at(const std::string& host) const;  // "reject 503"; empty: none
    bool is_dead(const std::string& host) const;    // silent, or closed, for this subject
    // The name servers answer the subject from another zone of the topology, for good.
    boost::asio::awaitable<void> set_zone(std::string zone);

  private:
    struct Fault {
        std::string id;
        scenario::Treatment treatment;
        std::uint64_t lost_answers = 0;             // once it is undone
        std::vector<testbed::PacketRules> rules{};  // none: the server itself does it
        std::optional<testbed::Detour> detour{};    // or the way to it
        std::optional<testbed::Standstill> standstill{};
        std::optional<testbed::Crash> crash{};
        std::shared_ptr<testbed::CutOff> cut_off{};  // both subjects' at once
    };
    boost::asio::awaitable<void> probe(std::string host, std::string from, std::string phase,
                                       std::string fault_id, std::string method = "OPTIONS",
                                       scenario::Inquiry inquiry = {});
    void probe_beside(std::string host, std::string from, std::string phase, std::string fault_id,
                      std::string method = "OPTIONS", scenario::Inquiry inquiry = {});
    std::vector<scenario::Inquiry> inquiries(const std::string& host, const Fault& fault) const;
    void let_names_behave(const std::string& host, const scenario::Treatment& treatment);
    void let_names_serve(const std::string& host);
    bool has_names(const std::string& host) const;
    bool is_of_the_way(const std::string& host, const scenario::Treatment& treatment) const;
    boost::asio::awaitable<testbed::Wall> begin(const std::string& host, Fault& fault);
    boost::asio::awaitable<void> begin_anew(const std::string& host, Fault& fault);
    boost::asio::awaitable<testbed::Wall> undo(const std::string& host, Fault& fault);
    bool has_files(const std::string& host) const;
    void tell(testbed::Wall at, const std::string& host, const std::string& fault,
              const std::string& operands, const std::string& state, const std::string& id,
              timeline::Fields more = {});

    Bench& bench_;
    std::string subject_;
    std::map<std::string, Fault> active_;  // by host
};

}  // namespace twinline::run
