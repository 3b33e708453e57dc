// A configuration server over TFTP: dnsmasq with a folder for each source address. A fault is
// another folder, or a rule about the blocks that leave the host.
#pragma once

#include "rig/testbed/config_server.hh"
#include "rig/testbed/fault.hh"

#include <map>
#include <set>

namespace twinline::testbed {

class TftpServer : public ConfigServer {
  public:
    explicit TftpServer(const ConfigSite& site);

    // Of the errors it knows 1 (no such file) and 2 (no right to it); it cannot be slow. Octets
    // count in blocks of 512.
    void misbehave(const std::vector<std::string>& sources,
                   const scenario::Treatment& treatment) override;
    void behave(const std::vector<std::string>& sources) override;
    void offer(const std::string& name) override;
    void withdraw(const std::string& name) override;

  private:
    void fill(const std::string& source) override;

    std::map<std::string, scenario::Treatment> treatments_;  // by source
    std::map<std::string, PacketRules> rules_;               // by the first of their sources
    std::set<std::string> offered_;
};

}  // namespace twinline::testbed
