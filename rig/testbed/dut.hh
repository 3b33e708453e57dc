// A phone in the lab, the twin as well as the device under test: files from templates, a child
// process in its own namespace with the lab's DNS as its resolver, and lines to and from it.
#pragma once

#include "reference_impl/config/phone_config.hh"
#include "rig/scenario/catalogue.hh"
#include "rig/testbed/clock.hh"
#include "rig/testbed/process.hh"
#include "rig/testbed/render.hh"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>

#include <cstdint>
#include <deque>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace twinline::testbed {

// What a phone is made from, for one scenario.
struct DutPlan {
    scenario::Device device;
    std::string subject;  // "device", "twin"
    std::string address;  // its address in the phones' network
    std::string dns;      // the resolver that it is given
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

class Dut {
  public:
    using Line = std::function<void(std::string_view line)>;

    // Writes the files. `on_json` gets each JSON line of a phone with the capability "json-lines".
    Dut(boost::asio::io_context& io, const Netns& netns, DutPlan plan, Line on_json = {});
    ~Dut();
    Dut(const Dut&) = delete;
    Dut& operator=(const Dut&) = delete;

    // A phone with "json-lines" is started without power and ready within the time given; for
    // others there is nothing to prepare.
    boost::asio::awaitable<void> prepare(Duration within = std::chrono::seconds(15));
    // The instant of it. What has power already is switched off first; the reference does that
    // itself, and keeps what its servers have given it.
    Wall power_on();
    void power_off();  // the device's stop signal to its group, and SIGKILL when that does not help
                       // at once
    // "unregister", "hang_up" ..., or "dial" with a number; throws when this device cannot.
    void act(std::string_view what, std::string_view number = {});

    bool can(std::string_view capability) const;
    bool alive() const;
    // "exit code 3", "signal 9 (SIGKILL)"; empty while it lives, or where it was switched off.
    const std::string& end() const { return end_; }
    // Of its process, since that began: see processor_wait.
    std::chrono::nanoseconds waited() const;
    const scenario::Device& device() const { return plan_.device; }
    const std::filesystem::path& directory() const { return directory_; }
    const std::deque<std::string>& log() const {
        return log_;
    }  // what it printed, JSON lines apart

  private:
    void start();
    void run_command(const std::string& what, std::string_view number);
    void line(Stream stream, std::string_view text);

    boost::asio::io_context& io_;
    const Netns& netns_;
    DutPlan plan_;
    Line on_json_;
    std::filesystem::path directory_;
    Rendered rendered_;
    std::deque<std::string> log_;
    bool ready_ = false;
    std::string end_;
    std::unique_ptr<Process> process_;
    std::vector<std::unique_ptr<Process>> commands_;  // under way
};

}  // namespace twinline::testbed
