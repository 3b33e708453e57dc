// The loop around the phone: feed what has come, act on what it says, wait for its deadline.
#include "reference_impl/live/driver.hh"

#include <stdexcept>

namespace twinline::live {

Driver::Driver(boost::asio::io_context& context, mutants::MutantPhone& phone,
               const DriverSettings& settings, OnOutput on_output, OnError on_error)
    : phone_(phone),
      settings_(settings),
      on_output_(std::move(on_output)),
      on_error_(std::move(on_error)),
      timer_(context),
      ports_(context, settings.address, settings.idle,
             [this](phone::Input input) { give(std::move(input)); }),
      streams_(context, settings.address, settings.ca_file,
               [this](phone::Input input) { give(std::move(input)); }),
      downloads_(context, settings.address, settings.ca_file,
                 [this](phone::Input input) { give(std::move(input)); }),
      media_(context),
      self_(std::make_shared<Driver*>(this)) {
    ports_.open_for_good(settings.sip_port);
}

wire::Instant Driver::now() const {
    return wire::Instant(std::chrono::steady_clock::now() - settings_.start);
}

void Driver::power_on() { give(phone::PowerOn{settings_.address}); }

// Inputs that come up while the phone's outputs are acted on wait for their turn.
void Driver::give(phone::Input input) {
    inputs_.push_back(std::move(input));
    if (!pumping_) pump();
}

void Driver::pump() {
    pumping_ = true;
    std::optional<wire::Instant> deadline;
    for (bool idle = false; !idle;) {
        while (const auto output = phone_.poll_output()) perform(*output);
        deadline = phone_.poll_timeout();
        const auto instant = now();
        if (!inputs_.empty()) {
            const auto input = std::move(inputs_.front());
            inputs_.pop_front();
            phone_.handle(instant, input);
        } else if (deadline && *deadline <= instant) {
            phone_.handle_timeout(instant);
        } else {
            idle = true;
        }
    }
    pumping_ = false;
    if (deadline) {
        arm(*deadline);
    } else {
        timer_.cancel();
    }
}

void Driver::arm(wire::Instant deadline) {
    const auto since_start =
        std::chrono::ceil<std::chrono::steady_clock::duration>(deadline.time_since_epoch());
    const auto expiry = settings_.start + since_start;
    timer_.expires_at(expiry);
    timer_.async_wait([weak = std::weak_ptr(self_)](const auto& error) {
        const auto self = weak.lock();
        if (self && !error) (*self)->pump();
    });
}

void Driver::perform(const phone::Output& output) {
    const auto instant = now();
    if (const auto* datagram = std::get_if<phone::Transmit>(&output)) transmit(*datagram);
    if (const auto* connect = std::get_if<phone::Connect>(&output)) streams_.open(*connect);
    if (const auto* sent = std::get_if<phone::SendOnConnection>(&output))
        streams_.send(sent->connection, sent->bytes);
    if (const auto* closed = std::get_if<phone::Close>(&output)) streams_.close(closed->connection);
    if (const auto* fetch = std::get_if<phone::Fetch>(&output)) start_download(*fetch);
    if (const auto* stop = std::get_if<phone::StopFetch>(&output)) downloads_.stop(stop->id);
    if (const auto* media = std::get_if<phone::MediaStart>(&output)) start_media(*media);
    if (std::holds_alternative<phone::MediaStop>(output)) media_.stop();
    on_output_(instant, output);
}

void Driver::transmit(const phone::Transmit& transmit) {
    try {
        ports_.send(transmit.local.port, transmit.remote, transmit.bytes);
    } catch (const std::system_error& error) {
        // The datagram is lost like any other; the phone's own timers see to it.
        on_error_(now(), error.what());
    }
}

// What cannot even begin fails like a server that cannot be reached.
void Driver::start_download(const phone::Fetch& fetch) {
    try {
        downloads_.start(fetch);
    } catch (const std::runtime_error& error) {
        on_error_(now(), error.what());
        inputs_.push_back(phone::Fetched{fetch.id, phone::Fetched::Outcome::unreachable, {}, {}});
    }
}

void Driver::start_media(const phone::MediaStart& media) {
    try {
        media_.start(media);
    } catch (const std::system_error& error) {
        on_error_(now(), error.what());  // a call without sound is still a call
    }
}

}  // namespace twinline::live
