// A handset at the other end of a wire: it is given power, an address and its configuration, told
// over its own web interface what its user does, and watched for booting unasked.
#pragma once

#include "rig/scenario/handset.hh"
#include "rig/testbed/authority.hh"
#include "rig/testbed/config_server.hh"
#include "rig/testbed/dhcp_server.hh"
#include "rig/testbed/dut.hh"
#include "rig/testbed/handset_files.hh"
#include "rig/testbed/outside.hh"
#include "rig/testbed/process.hh"
#include "rig/testbed/udp_service.hh"

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <memory>
#include <optional>
#include <set>
#include <vector>

namespace twinline::testbed {

// To find the plug, or the page.
inline constexpr auto for_a_person = std::chrono::minutes(3);

// What of its lab a handset needs.
struct HandsetWire {
    const Netns& services;
    const Authority& authority;  // of the certificate of HTTPS
    std::string gateway;
    std::vector<std::string> name_servers;
    // Has a server send it a NOTIFY.
    std::function<boost::asio::awaitable<void>(std::string event)> notify;
    std::function<void(const std::string& what)> trouble;  // of the lab
    // Has the scenario's configuration servers give it these, too; none: there are no such servers,
    // and it takes its configuration from the rig.
    std::function<void(const HandsetTexts& texts)> serve;
};

class HandsetPhone : public Dut {
  public:
    HandsetPhone(boost::asio::io_context& io, HandsetWire wire, DutPlan plan, Tell tell);
    ~HandsetPhone() override;

    // Throws Unavailable where another DHCP server answers.
    boost::asio::awaitable<void> prepare(Duration within = std::chrono::seconds(15)) override;
    // Throws std::runtime_error when it has not taken its configuration in time.
    boost::asio::awaitable<Wall> power_on() override;
    void power_off() override {}  // it goes back to its desk as it is
    boost::asio::awaitable<Wall> flash(std::string version) override;
    boost::asio::awaitable<ShownPage> look(std::string page) override;
    void act(std::string_view what, std::string_view number = {}) override;
    void hear(const timeline::Event& event) override;
    void expect_reload() override;

    bool alive() const override { return true; }
    const std::string& end() const override { return end_; }

  private:
    enum class State { off, booting, running };
    // Who makes it begin again; a server may not reach it.
    enum class Plug { of_the_rig, of_a_server, of_a_person };

    const scenario::Handset& handset() const { return *plan_.device.handset; }
    boost::asio::awaitable<void> settle();
    boost::asio::awaitable<void> bring_firmware();
    boost::asio::awaitable<void> reset();
    boost::asio::awaitable<void> remember_pages();
    void expect_boot();
    // When it had all that it needs; throws std::runtime_error when that was not within. A person
    // is asked for `help` where nothing else makes it begin again.
    boost::asio::awaitable<Wall> booted(Duration within, Plug plug, std::string help);
    std::string unplugging() const;  // what a person is asked for
    Plug plug() const;
    boost::asio::awaitable<void> cut_power();
    boost::asio::awaitable<void> give_power();
    boost::asio::awaitable<void> run_outside(std::vector<std::string> argv, const char* what);
    void begin_services();
    void begin_dhcp();
    void send_elsewhere();
    HandsetTexts texts_for_others() const;
    void fill_files();
    void serve(std::map<std::string, std::string> files);
    void asked(const FileAsked& asked);
    void taken(const std::string& file, Wall at);
    void has_all(const char* what, Wall at);
    void dhcp(DhcpServer::Heard heard, const std::string& file);
    void booted_by_itself(const std::string& sign);
    void identify(const std::string& source, const std::string& user_agent);
    void request(const std::string& what, std::string_view number);
    // The file in which curl finds this request and where its answer is to go.
    std::filesystem::path order(const std::string& what, const scenario::HandsetRequest& request,
                                std::string_view number, const std::filesystem::path& answer);
    // Throws std::runtime_error when it does not show it.
    boost::asio::awaitable<std::string> fetch(const std::string& page,
                                              const scenario::HandsetPage& shown);
    // What it printed; throws std::runtime_error when it cannot do `what`.
    boost::asio::awaitable<std::string> run_to_its_end(Spawn spawn, const std::string& what);
    std::string filled(const std::string& what, const std::string& text,
                       std::string_view number = {}) const;
    std::string without_secrets(std::string text) const;

    boost::asio::io_context& io_;
    HandsetWire wire_;
    Tell tell_;
    std::string end_;
    std::string firmware_;  // that it is to have now
    std::filesystem::path directory_;
    std::string url_;  // of the rig's own server
    Values values_;
    std::map<std::string, std::string> files_;  // by name; none once it is to ask elsewhere
    std::set<std::string> boot_files_;          // of these: what it asks for in each boot
    std::set<std::string> missing_;             // of these, since it began to boot
    State state_ = State::off;
    bool reload_told_ = false;  // since it was switched on
    bool rebooting_ = false;    // by itself
    bool request_failed_ = false;
    std::optional<Wall> configured_;
    std::string signs_;  // of its boot so far, for a message
    Values secrets_;     // of the environment
    std::string wrong_identity_, last_answer_;
    std::map<std::string, std::string> identified_;  // source -> what it said last
    // Who it says that it is is who it is to be; it may become so; it is about to.
    bool is_right_ = false, is_to_be_flashed_ = false, flashing_ = false;
    std::string image_;         // the file of the firmware that it is to fetch
    bool image_taken_ = false;  // so it did
    std::map<std::string, std::multiset<std::string>, std::less<>> shown_before_;  // by page
    unsigned requests_made_ = 0, syslog_lines_ = 0, signs_of_boot_ = 0;
    boost::asio::steady_timer wake_;
    std::optional<Outside> outside_;
    std::optional<DhcpServer> dhcp_;
    std::unique_ptr<HandsetFiles> web_, tls_web_;
    std::vector<std::unique_ptr<UdpService>> udp_;
    std::vector<std::unique_ptr<Process>> requests_;  // under way
};

// The values of {{env:NAME}} in this text; throws Unavailable when the environment has no NAME.
void read_environment(std::string_view text, Values& values);
// Those of every text of a device file that may have them.
Values secrets_of(const scenario::Device& device);
void require_environment(const scenario::Device& device);

}  // namespace twinline::testbed
