// A real configuration server of the lab: nginx, pyftpdlib or dnsmasq with the files of its
// topology. What it does to one source address can be changed while it runs.
#pragma once

#include "rig/scenario/scenario.hh"
#include "rig/testbed/authority.hh"
#include "rig/testbed/key_log.hh"
#include "rig/testbed/process.hh"
#include "rig/testbed/server_log.hh"

#include <boost/asio/io_context.hpp>

#include <deque>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace twinline::testbed {

// What a server is made of. Everything referred to outlives it.
struct ConfigSite {
    boost::asio::io_context& io;
    const scenario::Topology& topology;
    const scenario::Host& host;
    const Netns& netns;
    const Authority& authority;
    const KeyLog& keys;
    std::filesystem::path fixtures;  // the folder that holds provisioning/
    std::function<void(const std::string& what)> died;
};

using HandsetTexts = std::map<std::string, std::string, std::less<>>;

// A fault counts its octets after those that one handset alone is served.
struct ServedText {
    std::string text;
    std::size_t own = 0;
};

class ConfigServer {
  public:
    static std::unique_ptr<ConfigServer> start(const ConfigSite& site);
    virtual ~ConfigServer();
    ConfigServer(const ConfigServer&) = delete;
    ConfigServer& operator=(const ConfigServer&) = delete;

    // From now on these addresses meet it: reject, slow, cut, stall, truncate, wrong certificate.
    virtual void misbehave(const std::vector<std::string>& sources,
                           const scenario::Treatment& treatment);
    virtual void behave(const std::vector<std::string>& sources);

    // For the handset at this address alone its own configuration, by the names under which it asks
    // for it: of two values the topology's counts, which comes later.
    void add(const std::string& source, HandsetTexts texts);
    // What it has for whoever asks from there; none: no such file.
    std::optional<ServedText> file_of(std::string_view source, std::string_view path) const;

    // A file for one question of the rig, longer than any other, so that each fault of a file shows
    // on it.
    virtual void offer(const std::string& name);
    virtual void withdraw(const std::string& name);

    const std::deque<std::string>& log() const { return log_.lines(); }  // the newest lines

  protected:
    explicit ConfigServer(const ConfigSite& site);

    // Throws Unavailable when `program` is not installed.
    void run(const std::filesystem::path& program, const std::string& remedy,
             std::vector<std::string> arguments);
    // What this address is served, by the names under which it is, into files_/SOURCE; "MAC.cfg" is
    // there as it is, and a handset's own file under both names.
    virtual void fill(const std::string& source);
    void write_files(const std::string& source, std::size_t longest = std::string::npos) const;

    const ConfigSite site_;
    const std::filesystem::path directory_, files_, broken_;

  private:
    bool serves(std::string_view name) const;
    std::string death(int status) const;
    std::optional<ServedText> named(std::string_view source, std::string_view name) const;

    std::map<std::string, HandsetTexts, std::less<>> added_;  // by source

    ServerLog log_;
    std::unique_ptr<Process> process_;
};

// Of a file that a question of the rig asks for.
inline constexpr std::string_view probe_prefix = "probe-";
std::string probe_text(const scenario::Topology& topology);

// Every address from which somebody asks: phones, their probes, and the unkeyed one.
std::vector<std::string> all_sources(const scenario::Topology& topology);

}  // namespace twinline::testbed
