// Debian's own Python is the one that Debian's pyftpdlib belongs to.
#include "rig/testbed/ftp_server.hh"

#include "rig/testbed/outer.hh"

namespace twinline::testbed {

FtpServer::FtpServer(const ConfigSite& site) : ConfigServer(site) {
    const std::string remedy = "apt-get install python3-pyftpdlib";
    const std::filesystem::path python = "/usr/bin/python3";
    if (!std::filesystem::exists("/usr/lib/python3/dist-packages/pyftpdlib"))
        throw Unavailable("pyftpdlib is not installed", remedy);
    run(python, remedy,
        {(site.fixtures / "provisioning" / "ftp_server.py").string(), site.host.address,
         std::to_string(site.host.port), files_.string(), broken_.string()});
}

}  // namespace twinline::testbed
