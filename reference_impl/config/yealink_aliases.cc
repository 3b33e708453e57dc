// Names that Yealink's guide does not have and customers' files do: those of firmware before 80,
// per-account static records, and the prefix "static.".
#include "reference_impl/config/yealink_parameters.hh"

#include <utility>

namespace twinline::config {

std::vector<Parameter> yealink_aliases(const YealinkPhone& phone,
                                       const std::vector<Parameter>& table) {
    const Indices accounts{1, phone.accounts};
    const Indices servers{1, phone.accounts, 1, yealink_servers};
    const Indices records{1, phone.accounts, 1, yealink_static_records};
    std::vector<Parameter> aliases{
        alias("account.X.sip_server_host", accounts, "account.X.sip_server.1.address"),
        alias("account.X.sip_server_port", accounts, "account.X.sip_server.1.port"),
        alias("account.X.transport", accounts, "account.X.sip_server.1.transport_type"),
        alias("account.X.expires", accounts, "account.X.sip_server.1.expires"),
        alias("account.X.sip_server.Y.transport", servers, "account.X.sip_server.Y.transport_type"),
    };
    for (const auto& parameter : table) {
        aliases.push_back(alias("static." + parameter.name, parameter.indices, parameter.name));
        if (!parameter.name.starts_with("dns_cache_")) continue;
        auto documented = parameter.name;
        documented.replace(documented.find('X'), 1, "Y");
        aliases.push_back(alias("account.X." + documented, records, documented));
    }
    return aliases;
}

}  // namespace twinline::config
