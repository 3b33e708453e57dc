// A phone in the lab, the twin as well as the device under test: what it is made from, and what can
// be done to it whether it is a program (SoftPhone) or of plastic (HandsetPhone).
#pragma once

#include "reference_impl/config/phone_config.hh"
#include "rig/scenario/catalogue.hh"
#include "rig/testbed/clock.hh"
#include "rig/testbed/render.hh"

#include <boost/asio/awaitable.hpp>

#include <cstdint>
#include <deque>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace twinline::testbed {

// What a phone is made from, for one scenario.
struct DutPlan {
    scenario::Device device;
    std::string subject;  // "device", "twin"
    std::string address;  // its address in the phones' network
    std::string dns;      // the resolver that it is given; empty: none
    std::string ca_file;  // whose certificates it is to trust (PEM)
    config::PhoneConfig config;
    std::string config_text;  // the scenario's own text, as {{config}}
    std::string vendor;       // {{vendor}}
    unsigned firmware = 0;    // {{firmware}}; 0: the usual one
    std::uint64_t seed = 1;   // {{seed}}
    std::string mutant;       // an id; empty: none. Only for device `reference`
};

// {{account.1.user}} and the like; address, dns, ca, dir, config, vendor, firmware, seed, subject,
// phone (the binary twinline-phone).
Values placeholders(const DutPlan& plan, const std::filesystem::path& directory);

// The files and the command line that come out of a plan, without starting anything.
struct Rendered {
    std::map<std::string, std::string> files;
    std::vector<std::string> argv;
};
Rendered render(const DutPlan& plan, const std::filesystem::path& directory);
// The command line that tells the device what its user does, or the lines that are typed for it;
// empty when there is none.
std::vector<std::string> render_command(const DutPlan& plan, const std::filesystem::path& directory,
                                        const std::string& what, std::string_view number);
std::string render_typed(const DutPlan& plan, const std::filesystem::path& directory,
                         const std::string& what, std::string_view number);

// Throws Unavailable, with the remedy, when a program that the device needs is missing.
void require_programs(const scenario::Device& device);

// twinline-phone beside the running executable, or in the folder above it; throws Unavailable when
// there is none.
std::filesystem::path find_reference_phone();

// The lines of a page, apart from those that it had shown before the scenario began, as far as
// that was looked at.
struct ShownPage {
    std::vector<std::string> lines, stale;
};

class Dut {
  public:
    using Line = std::function<void(std::string_view line)>;
    // Something that it did, or that was found out about it: "rig.syslog" ... with its fields.
    using Tell = std::function<void(std::string kind, timeline::Fields fields)>;

    Dut(const Dut&) = delete;
    Dut& operator=(const Dut&) = delete;
    virtual ~Dut() = default;

    // What has to be done before it may be switched on.
    virtual boost::asio::awaitable<void> prepare(Duration within = std::chrono::seconds(15)) = 0;
    // What has power already is switched off first. Returns the instant from which on what it does
    // is a phone's doing: for a program that of its start, for a handset that at which it had its
    // configuration.
    virtual boost::asio::awaitable<Wall> power_on() = 0;
    virtual void power_off() = 0;
    // Gives it this firmware; returns as power_on does. A program just begins anew.
    virtual boost::asio::awaitable<Wall> flash(std::string) { return power_on(); }
    // Throws std::runtime_error when it has no such page, or it cannot be read.
    virtual boost::asio::awaitable<ShownPage> look(std::string page);
    // "unregister", "hang_up" ..., or "dial" with a number; throws when this device cannot.
    virtual void act(std::string_view what, std::string_view number = {}) = 0;
    virtual void hear(const timeline::Event&) {}  // each packet of it
    // Somebody is about to tell it to load its configuration again.
    virtual void expect_reload() {}

    virtual bool alive() const = 0;
    // "exit code 3", "signal 9 (SIGKILL)"; empty while it lives, or where it was switched off.
    virtual const std::string& end() const = 0;
    virtual bool crashed() const { return false; }  // ended by a fault of its own
    // For a processor of this machine, since it began: see processor_wait.
    virtual std::chrono::nanoseconds waited() const { return {}; }
    bool can(std::string_view capability) const { return plan_.device.can(capability); }
    const scenario::Device& device() const { return plan_.device; }
    // What it printed, JSON lines apart.
    const std::deque<std::string>& log() const { return log_; }

  protected:
    explicit Dut(DutPlan plan) : plan_(std::move(plan)) {}
    void keep(std::string_view line);

    DutPlan plan_;

  private:
    std::deque<std::string> log_;
};

}  // namespace twinline::testbed
