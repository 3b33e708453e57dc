// A configuration server over FTP: pyftpdlib, which looks up what a source is to meet by itself.
#pragma once

#include "rig/testbed/config_server.hh"

namespace twinline::testbed {

class FtpServer : public ConfigServer {
  public:
    explicit FtpServer(const ConfigSite& site);
};

}  // namespace twinline::testbed
