// A phone with a configuration server: cfg.test has three addresses, and each server gives what a
// test says, or what all of them have.
#pragma once

#include "reference_impl/config/loader.hh"
#include "tests/phone/driver.hh"

#include <gtest/gtest.h>

#include <map>
#include <string>

namespace twinline::test {

inline const std::string stored_config =
    "account.1.user = 1001\naccount.1.password = correct-horse\naccount.1.domain = pbx.test\n"
    "account.1.registrar = 192.0.2.11\naccount.1.port = 5060\naccount.1.transport = udp\n"
    "dns.server.1 = 192.0.2.2\nprovisioning.files = common.cfg, {mac}.cfg\nprovisioning.firmware = "
    "phone.st\n";
inline const std::string own_file = "/0200c6336464.cfg";  // of 198.51.100.100
inline const std::string first_server = "192.0.2.31", second_server = "192.0.2.32",
                         third_server = "192.0.2.33";

using Outcome = phone::Fetched::Outcome;

inline phone::Fetched gives(std::string body) {
    return {0, Outcome::complete, "200", std::move(body)};
}
inline phone::Fetched lacks() { return {0, Outcome::missing, "404", {}}; }

class Provisioned {
  public:
    explicit Provisioned(const std::string& url = "http://cfg.test/phones",
                         PhoneBench::Readings readings = {},
                         config::Vendor vendor = config::Vendor::generic)
        : bench(configuration(url, vendor), 1, {}, std::move(readings)) {
        bench.dns[{"cfg.test", wire::DnsType::a}].answer = {
            a("cfg.test", first_server), a("cfg.test", second_server), a("cfg.test", third_server)};
        bench.servers["192.0.2.11:5060"] = bench.servers["192.0.2.12:5060"] = grants(3600);
        bench.file_server = [this](const phone::Fetch& fetch) -> std::optional<phone::Fetched> {
            const auto host = wire::to_string(fetch.remote.address);
            if (const auto outcome = broken.find(host); outcome != broken.end()) {
                if (outcome->second == Outcome::timeout) return std::nullopt;
                return phone::Fetched{0, outcome->second, {}, {}};
            }
            const auto file = files.find(fetch.path);
            return file == files.end() ? lacks() : gives(file->second);
        };
    }

    static config::PhoneConfig configuration(const std::string& url, config::Vendor vendor) {
        auto loaded = config::load(config::Vendor::generic, "stored.cfg",
                                   stored_config + "provisioning.url = " + url + "\n");
        for (const auto& error : loaded.errors) ADD_FAILURE() << error.to_string();
        loaded.config.vendor = vendor;
        return loaded.config;
    }

    void boot() {
        bench.power_on();
        run(1s);
    }
    void run(wire::Duration time) { bench.run_until(bench.now() + time); }

    void check_sync(bool reboots = false) {
        wire::SipMessage notify;
        notify.method = notify.cseq_method = "NOTIFY";
        notify.request_uri = "sip:1001@198.51.100.100:5060";
        notify.via = {{"UDP", "192.0.2.11", 5060, "z9hG4bKc" + std::to_string(++cseq), {}}};
        notify.from = {"", "sip:1001@pbx.test", {{"tag", "x"}}};
        notify.to = {"", "sip:1001@pbx.test", {}};
        notify.call_id = "sync";
        notify.cseq = cseq;
        notify.other = {{"Event", reboots ? "check-sync;reboot=true" : "check-sync"}};
        bench.deliver(notify, "192.0.2.11:5060");
    }

    std::size_t registers() const {
        std::size_t number = 0;
        for (const auto& sent : bench.sip()) number += sent.sip.method == "REGISTER" ? 1 : 0;
        return number;
    }
    // What was asked for since the last time, without the folder: "192.0.2.31 common.cfg".
    std::vector<std::string> asked_for() {
        std::vector<std::string> news;
        const auto& all = bench.downloads();
        for (; seen < all.size(); ++seen) {
            const auto& path = all[seen].fetch.path;
            news.push_back(wire::to_string(all[seen].fetch.remote.address) + " " +
                           path.substr(path.rfind('/') + 1));
        }
        return news;
    }
    const phone::Decision& why() const { return bench.downloads().back().fetch.why; }

    PhoneBench bench;
    std::map<std::string, std::string> files{{"/phones/common.cfg", "# nothing new\n"}};
    std::map<std::string, Outcome> broken;  // by address
    std::size_t seen = 0;
    unsigned cseq = 0;
};

}  // namespace twinline::test
