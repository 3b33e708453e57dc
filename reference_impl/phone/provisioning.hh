// How the phone gets its configuration: at boot, when a server asks for it, and the firmware when
// its user does. One run fetches files one after the other; what it comes to is told once.
#pragma once

#include "reference_impl/phone/context.hh"
#include "reference_impl/phone/download_servers.hh"
#include "reference_impl/phone/input.hh"
#include "reference_impl/phone/resolver.hh"

#include <optional>
#include <string>
#include <vector>

namespace twinline::phone {

class Provisioning {
  public:
    enum class Purpose {
        boot,
        check_sync,
        again,  // from the server that died (AA-CFG-08)
        firmware
    };
    enum class Result { changed, unchanged, failed, skipped };
    struct Done {
        Purpose purpose;
        Result result;
        std::optional<config::PhoneConfig> config;  // when a configuration has changed
    };

    Provisioning(Context& context, Resolver& resolver)
        : context_(context), resolver_(resolver), servers_(context), given_(context.config.text) {}

    bool has_server() const { return !context_.config.provisioning.host.empty(); }
    bool is_busy() const { return run_.has_value(); }
    // A run that is under way goes on instead.
    void begin(wire::Instant now, Purpose purpose);
    // SIP has started; a server that died in a file is asked again after a pause.
    void boot_complete(wire::Instant now);
    void skip(wire::Instant now);
    // The phone loses its power, or begins anew.
    void abandon();

    void on_resolved(wire::Instant now, const Resolver::Result& result);
    void on_fetched(wire::Instant now, const Fetched& fetched);
    void on_deadline(wire::Instant now);
    std::optional<wire::Instant> deadline() const;
    std::optional<Done> take_done();

  private:
    struct Run {
        Purpose purpose = Purpose::boot;
        std::vector<std::string> files;
        std::size_t file = 0;
        std::vector<std::string> texts;  // of the files that there are
        std::optional<wire::DnsQuestion> question;
        unsigned aliases = 0;
        config::DownloadUrl url;  // of the file that is asked for
        // Where a redirection led, in the order in which they are tried.
        std::vector<wire::Ipv4> elsewhere;
        unsigned redirections = 0;    // of this file
        std::size_t asked_first = 0;  // for this file: a position of servers_
        bool is_lacking = false;      // that server has no such file
        bool served = false;          // the current server has answered in this run
        bool failed_over = false;
        unsigned fetch = 0;
        wire::Instant until{};  // the longest that the fetch may last
    };

    void locate(wire::Instant now, const std::string& host);
    void located(wire::Instant now, std::vector<wire::Ipv4> addresses, wire::Instant good_until);
    void next_file();
    void do_without(wire::Instant now);
    void fetch(wire::Instant now, Decision why);
    void ask_first_server(wire::Instant now, std::string what);
    Decision asks(std::string text, std::vector<std::string> clauses) const;
    void take_file(wire::Instant now, const Fetched& fetched);
    void missing(wire::Instant now, const Fetched& fetched);
    void redirected(wire::Instant now, const Fetched& fetched);
    void refuse(wire::Instant now, const std::string& text);
    void failed(wire::Instant now, const std::string& reason, bool in_a_file);
    void all_files_asked(wire::Instant now);
    void finish(wire::Instant now, Result result,
                std::optional<config::PhoneConfig> config = std::nullopt);
    std::string name_of_file(std::string pattern) const;
    bool is_aastra() const { return context_.config.vendor == config::Vendor::aastra; }

    Context& context_;
    Resolver& resolver_;
    DownloadServers servers_;
    std::string given_;  // the configuration that the phone had before any server gave it one
    std::optional<Run> run_;
    std::optional<Done> done_;
    std::optional<wire::Ipv4> previous_;     // died in a file, not asked again yet
    std::optional<wire::Instant> again_at_;  // when it is
    unsigned fetches_ = 0;
};

}  // namespace twinline::phone
