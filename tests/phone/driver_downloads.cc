// Downloads on the bench: file servers that a test makes of a lambda, and what the phone shows of
// them.
#include "tests/phone/driver.hh"

namespace twinline::test {

// A server that says nothing is given up after the limit, as a driver does it.
bool PhoneBench::take_provisioning(const phone::Output& output) {
    if (const auto* fetch = std::get_if<phone::Fetch>(&output)) {
        downloads_.push_back({now_, *fetch});
        decisions_.push_back(fetch->why);
        note("  -> " + downloads_.back().text());
        if (downloads_hang) return true;
        auto reply = file_server ? file_server(*fetch) : std::nullopt;
        const auto after = reply ? delay : fetch->limits.connect;
        if (!reply) reply = {0, phone::Fetched::Outcome::timeout, {}, {}};
        reply->id = fetch->id;
        at(now_ + after, [this, reply = *reply] { input(reply); });
    } else if (const auto* stop = std::get_if<phone::StopFetch>(&output)) {
        stopped_.push_back(stop->id);
    } else if (const auto* message = std::get_if<phone::ErrorMessage>(&output)) {
        error_messages_.push_back(message->text);
        note("     error: " + message->text);
    } else if (const auto* shown = std::get_if<phone::ProvisioningDisplay>(&output)) {
        provisioning_ = *shown;
    } else {
        return false;
    }
    return true;
}

std::vector<std::string> PhoneBench::fetched() const {
    std::vector<std::string> all;
    for (const auto& download : downloads_) all.push_back(download.text());
    return all;
}

}  // namespace twinline::test
