// Gives a phone::Phone real sockets and a real clock: datagrams and streams both ways, one timer
// for its one deadline. It decides nothing.
#pragma once

#include "reference_impl/live/downloads.hh"
#include "reference_impl/live/media.hh"
#include "reference_impl/live/ports.hh"
#include "reference_impl/live/streams.hh"
#include "reference_impl/mutants/mutant_phone.hh"
#include "reference_impl/phone/output.hh"

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <deque>
#include <functional>
#include <memory>
#include <string>

namespace twinline::live {

struct DriverSettings {
    wire::Ipv4 address;             // of the phone, and of all its sockets
    std::uint16_t sip_port = 5060;  // open for good
    std::chrono::steady_clock::time_point start = std::chrono::steady_clock::now();  // Instant 0
    std::chrono::steady_clock::duration idle = std::chrono::seconds(60);  // then other ports close
    std::string ca_file;  // PEM, of whom to trust over TLS (RFC 5922); empty: the system's
};

class Driver {
  public:
    // Sees each output after it has taken effect, with the instant just before.
    using OnOutput = std::function<void(wire::Instant, const phone::Output&)>;
    // A transmission that failed in a way that the phone cannot know of.
    using OnError = std::function<void(wire::Instant, const std::string&)>;

    // Opens the SIP port: throws std::system_error that names it, or the CA file that cannot be
    // read. The phone must outlive the driver.
    Driver(boost::asio::io_context& context, mutants::MutantPhone& phone,
           const DriverSettings& settings, OnOutput on_output, OnError on_error);

    void power_on();
    void give(phone::Input input);
    wire::Instant now() const;
    const Media& media() const { return media_; }
    std::size_t open_ports() const { return ports_.open_count(); }

  private:
    void pump();
    void perform(const phone::Output& output);
    void transmit(const phone::Transmit& transmit);
    void start_media(const phone::MediaStart& media);
    void start_download(const phone::Fetch& fetch);
    void arm(wire::Instant deadline);

    mutants::MutantPhone& phone_;
    DriverSettings settings_;
    OnOutput on_output_;
    OnError on_error_;
    std::deque<phone::Input> inputs_;
    bool pumping_ = false;
    boost::asio::steady_timer timer_;
    Ports ports_;
    Streams streams_;
    Downloads downloads_;
    Media media_;
    std::shared_ptr<Driver*> self_;  // what handlers hold weakly: they may run after this object
};

}  // namespace twinline::live
