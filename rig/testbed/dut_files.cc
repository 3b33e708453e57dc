// From a plan to files and a command line, without starting anything: what can be wrong with a
// device file is found here.
#include "rig/testbed/dut.hh"
#include "rig/testbed/outer.hh"
#include "rig/testbed/process.hh"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <stdexcept>

namespace twinline::testbed {
namespace {

std::string_view name_of(config::TransportChoice transport) {
    switch (transport) {
        case config::TransportChoice::udp:
            return "udp";
        case config::TransportChoice::tcp:
            return "tcp";
        case config::TransportChoice::tls:
            return "tls";
        case config::TransportChoice::by_dns:
            return "dns";
    }
    return {};
}

// Without a port where DNS is to name it (RFC 3263 4.2).
std::string place_of(const config::Server& server) {
    return server.port == 0 ? server.host : fmt::format("{}:{}", server.host, server.port);
}

// As a URI parameter, which a phone that is to ask the DNS must not be given (RFC 3263 4.1).
std::string parameter_of(const config::Server& server) {
    return server.transport == config::TransportChoice::by_dns
               ? std::string()
               : fmt::format(";transport={}", name_of(server.transport));
}

void add_account(Values& values, const config::Account& account) {
    const auto set = [&](std::string_view name, std::string value) {
        values[fmt::format("account.{}.{}", account.index, name)] = std::move(value);
    };
    const config::Server server = account.servers.empty() ? config::Server{} : account.servers[0];
    set("user", account.user);
    set("display_name", account.display_name);
    set("auth_user", account.auth_user.empty() ? account.user : account.auth_user);
    set("password", account.password);
    set("domain", account.domain.empty() ? server.host : account.domain);
    set("registrar", place_of(server));
    set("port", std::to_string(server.port));
    const config::Server proxy =
        account.outbound_proxies.empty() ? config::Server{} : account.outbound_proxies[0];
    set("outbound_proxy", place_of(proxy));
    set("outbound_proxy_uri",
        proxy.host.empty() ? std::string()
                           : fmt::format("<sip:{}{};lr>", place_of(proxy), parameter_of(proxy)));
    set("expires", std::to_string(server.expires.count()));
    set("transport", std::string(name_of(server.transport)));
    set("transport_param", parameter_of(server));
}

bool uses_reference_phone(const scenario::Device& device) {
    return std::any_of(device.start.begin(), device.start.end(), [](const std::string& word) {
        return word.find("{{phone}}") != std::string::npos;
    });
}

constexpr std::size_t most_lines = 500;

}  // namespace

void Dut::keep(std::string_view line) {
    log_.emplace_back(line);
    if (log_.size() > most_lines) log_.pop_front();
}

boost::asio::awaitable<ShownPage> Dut::look(std::string page) {
    throw std::runtime_error("has no page with " + page);
    co_return ShownPage();
}

Values placeholders(const DutPlan& plan, const std::filesystem::path& directory) {
    Values values{{"address", plan.address},
                  {"dns", plan.dns},
                  {"ca", plan.ca_file},
                  {"dir", directory.string()},
                  {"config", plan.config_text},
                  {"vendor", plan.vendor},
                  {"firmware", std::to_string(plan.firmware)},
                  {"seed", std::to_string(plan.seed)},
                  {"subject", plan.subject},
                  {"local_port", std::to_string(plan.config.local_port)}};
    if (uses_reference_phone(plan.device)) values["phone"] = find_reference_phone().string();
    for (const auto& account : plan.config.accounts) add_account(values, account);
    return values;
}

Rendered render(const DutPlan& plan, const std::filesystem::path& directory) {
    const Values values = placeholders(plan, directory);
    Rendered made;
    for (const auto& [name, text] : plan.device.files) {
        made.files[name] = render(plan.device.id + '/' + name, text, values);
    }
    for (const auto& word : plan.device.start) {
        made.argv.push_back(render(plan.device.id + "/start", word, values));
    }
    if (!plan.mutant.empty()) {
        if (!uses_reference_phone(plan.device)) {
            throw std::invalid_argument("only the reference phone has mutants, not " +
                                        plan.device.id);
        }
        made.argv.insert(made.argv.end(), {"--mutant", plan.mutant});
    }
    return made;
}

std::vector<std::string> render_command(const DutPlan& plan, const std::filesystem::path& directory,
                                        const std::string& what, std::string_view number) {
    const auto command = plan.device.commands.find(what);
    if (command == plan.device.commands.end()) return {};
    auto values = placeholders(plan, directory);
    values["number"] = number;
    std::vector<std::string> argv;
    for (const auto& word : command->second) {
        argv.push_back(render(plan.device.id + "/commands/" + what, word, values));
    }
    return argv;
}

std::string render_typed(const DutPlan& plan, const std::filesystem::path& directory,
                         const std::string& what, std::string_view number) {
    const auto text = plan.device.typed.find(what);
    if (text == plan.device.typed.end()) return {};
    auto values = placeholders(plan, directory);
    values["number"] = number;
    const auto lines = render(plan.device.id + "/commands/" + what, text->second, values);
    return lines.ends_with('\n') ? lines : lines + '\n';
}

void require_programs(const scenario::Device& device) {
    for (const auto& need : device.needs) {
        if (find_program(need.program).empty()) {
            throw Unavailable(fmt::format("{}: {} is not installed", device.id, need.program),
                              need.remedy);
        }
    }
}

std::filesystem::path find_reference_phone() {
    const auto here = programs_folder();
    for (const auto& folder :
         {here, here.parent_path(), here.parent_path() / "reference_impl/live"}) {
        const auto candidate = find_program((folder / "twinline-phone").string());
        if (!candidate.empty()) return candidate;
    }
    throw Unavailable(fmt::format("there is no twinline-phone in {}", here.string()),
                      "build it: ninja twinline-phone");
}

}  // namespace twinline::testbed
