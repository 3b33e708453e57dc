// What is done to a handset before its boot counts: it is given its firmware, made to forget, and
// left alone until it has settled.
#include "rig/testbed/files.hh"
#include "rig/testbed/handset_phone.hh"
#include "rig/testbed/outer.hh"

#include <boost/asio/use_awaitable.hpp>
#include <fmt/format.h>

namespace twinline::testbed {

namespace {

using ResetBy = scenario::Handset::ResetBy;

constexpr auto to_flash = std::chrono::minutes(10);  // beside the boots before and after

}  // namespace

boost::asio::awaitable<void> HandsetPhone::prepare(Duration) {
    const auto foreign = co_await foreign_dhcp_server(io_, handset().interface);
    if (!foreign.empty())
        throw Unavailable(
            fmt::format("a DHCP server answers on {}: {}", handset().interface, foreign),
            "connect the handset's interface to nothing but the handset, or switch that server "
            "off");
    begin_services();
    if (!handset().firmwares.empty() && !firmware_.empty()) co_await bring_firmware();
    if (handset().reset != ResetBy::nobody) co_await reset();
    if (handset().settles.count() > 0)
        co_await settle();
    else if (wire_.serve)
        co_await power_on();
    if (state_ == State::running) co_await remember_pages();
    if (wire_.serve) send_elsewhere();
    co_await cut_power();
}

// New parameters may make it begin again, which nobody is to blame for; the boot that counts finds
// them in force.
boost::asio::awaitable<void> HandsetPhone::settle() {
    constexpr unsigned most_boots = 5;
    co_await power_on();
    reload_told_ = true;
    for (unsigned before = 0, i = 0; before != signs_of_boot_ && i < most_boots; ++i) {
        before = signs_of_boot_;
        boost::asio::steady_timer quiet(io_, handset().settles);
        co_await quiet.async_wait(boost::asio::use_awaitable);
    }
}

// Another firmware than the one wanted is no fault where that one can be given to it.
boost::asio::awaitable<void> HandsetPhone::bring_firmware() {
    is_to_be_flashed_ = handset().firmwares.contains(firmware_);
    co_await power_on();
    if (!is_right_) co_await flash(firmware_);
    is_to_be_flashed_ = false;
}

// It finds the firmware by its configuration, takes it, begins again and says so.
boost::asio::awaitable<Wall> HandsetPhone::flash(std::string version) {
    const auto found = handset().firmwares.find(version);
    if (found == handset().firmwares.end())
        throw std::runtime_error("cannot be given firmware " + version);
    firmware_ = std::move(version);
    const auto& file = found->second;
    image_ = lower_case(file.filename().string());
    image_taken_ = false;
    values_["flash_url"] = url_ + image_;
    values_["flash_version"] = firmware_;
    fill_files();
    auto files = files_;
    files[image_] = read_file(file);
    serve(std::move(files));
    is_right_ = false;
    flashing_ = true;
    co_await cut_power();
    expect_boot();
    co_await give_power();
    const auto at = co_await booted(plan_.device.boot * 2 + to_flash, plug(), unplugging());
    flashing_ = false;
    tell_("rig.flash", {{"firmware", firmware_}, {"taken", image_taken_ ? "yes" : "had it"}});
    values_["flash_url"] = values_["flash_version"] = "";
    fill_files();
    serve(files_);
    co_return at;
}

// On, so that it can be told to; what it is told ends in a boot.
boost::asio::awaitable<void> HandsetPhone::reset() {
    co_await power_on();
    expect_boot();
    if (handset().reset == ResetBy::request) request("factory_reset", {});
    if (handset().reset == ResetBy::command)
        co_await run_outside(handset().reset_command, "brings it back to what it was when new");
    const auto help = "reset " + plan_.device.title + " to its factory settings";
    if (handset().reset == ResetBy::person) tell_("rig.prompt", {{"text", help}});
    co_await booted(plan_.device.boot,
                    handset().reset == ResetBy::person ? Plug::of_a_person : Plug::of_the_rig,
                    help);
}

}  // namespace twinline::testbed
