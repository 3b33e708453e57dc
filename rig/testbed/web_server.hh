// A configuration server over HTTP or HTTPS: nginx, which asks a broken origin of the rig's own for
// the answers to those that are to meet a fault.
#pragma once

#include "rig/testbed/broken_origin.hh"
#include "rig/testbed/config_server.hh"
#include "rig/testbed/fault.hh"

#include <map>
#include <memory>

namespace twinline::testbed {

class WebServer : public ConfigServer {
  public:
    explicit WebServer(const ConfigSite& site);

    void misbehave(const std::vector<std::string>& sources,
                   const scenario::Treatment& treatment) override;
    void behave(const std::vector<std::string>& sources) override;

  private:
    void show(const std::string& source, const char* certificate) const;

    std::unique_ptr<BrokenOrigin> origin_;
    std::map<std::string, PacketRules> rules_;  // by the first of their sources
};

}  // namespace twinline::testbed
