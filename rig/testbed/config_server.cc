// What the three kinds of servers share: their files, their child process, and a folder in which
// the name of a file is an address and its text what that address is to meet.
#include "rig/testbed/config_server.hh"

#include "rig/testbed/files.hh"
#include "rig/testbed/ftp_server.hh"
#include "rig/testbed/outer.hh"
#include "rig/testbed/tftp_server.hh"
#include "rig/testbed/web_server.hh"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace twinline::testbed {

namespace {

constexpr std::string_view own_file = "MAC.cfg";

// As a topology names what a handset calls so.
std::string_view name_in_topology(std::string_view name) {
    return scenario::names_file(own_file, name) ? own_file : name;
}

}  // namespace

std::string probe_text(const scenario::Topology& topology) {
    constexpr std::size_t more = 4096;
    std::size_t longest = 0;
    for (const auto& [name, text] : topology.configuration.files)
        longest = std::max(longest, text.size());
    return std::string(longest + more, '#');
}

std::vector<std::string> all_sources(const scenario::Topology& topology) {
    std::vector<std::string> sources{topology.unkeyed_probe};
    for (const auto& [subject, own] : topology.subjects)
        sources.insert(sources.end(), {own.phone, own.probe});
    return sources;
}

std::unique_ptr<ConfigServer> ConfigServer::start(const ConfigSite& site) {
    const auto& protocol = site.topology.configuration.protocol;
    if (protocol == "ftp") return std::make_unique<FtpServer>(site);
    if (protocol == "tftp") return std::make_unique<TftpServer>(site);
    return std::make_unique<WebServer>(site);
}

ConfigServer::ConfigServer(const ConfigSite& site)
    : site_(site),
      directory_(work_area() / ("server-" + site.host.role)),
      files_(directory_ / "files"),
      broken_(directory_ / "broken") {
    std::filesystem::remove_all(directory_);
    std::filesystem::create_directories(broken_);
    for (const auto& source : all_sources(site.topology)) ConfigServer::fill(source);
}

ConfigServer::~ConfigServer() = default;

void ConfigServer::fill(const std::string& source) { write_files(source); }

void ConfigServer::write_files(const std::string& source, std::size_t longest) const {
    const auto folder = files_ / source;
    std::filesystem::create_directories(folder);
    const auto write = [&](const std::string& name) {
        if (const auto file = named(source, name_in_topology(name)))
            write_file(folder / name, file->text.substr(0, std::max(longest, longest + file->own)));
    };
    for (const auto& [name, text] : site_.topology.configuration.files) write(name);
    const auto added = added_.find(source);
    if (added == added_.end()) return;
    for (const auto& [name, text] : added->second) {
        write(name);
        write(std::string(name_in_topology(name)));
    }
}

void ConfigServer::add(const std::string& source, HandsetTexts texts) {
    added_.insert_or_assign(source, std::move(texts));
    fill(source);
}

bool ConfigServer::serves(std::string_view name) const {
    const auto& own = site_.host.files;
    return !own || std::ranges::find(*own, name) != own->end();
}

std::optional<ServedText> ConfigServer::file_of(std::string_view source,
                                                std::string_view path) const {
    path.remove_prefix(std::min(path.find_first_not_of('/'), path.size()));
    if (path.starts_with(probe_prefix)) return ServedText{probe_text(site_.topology)};
    return named(source, name_in_topology(path));
}

// `name`: as in the topology.
std::optional<ServedText> ConfigServer::named(std::string_view source,
                                              std::string_view name) const {
    if (!serves(name)) return std::nullopt;
    std::optional<ServedText> found;
    if (const auto added = added_.find(source); added != added_.end())
        for (const auto& [own, text] : added->second)
            if (name_in_topology(own) == name) found = ServedText{text, text.size()};
    const auto& all = site_.topology.configuration.files;
    const auto common = std::ranges::find(all, name, [](const auto& file) { return file.first; });
    if (common == all.end()) return found;
    if (!found) found.emplace();
    found->text += common->second;
    return found;
}

void ConfigServer::run(const std::filesystem::path& program, const std::string& remedy,
                       std::vector<std::string> arguments) {
    if (!std::filesystem::exists(program))
        throw Unavailable(
            fmt::format("no server of {} is installed", site_.topology.configuration.protocol),
            remedy);
    Spawn spawn;
    spawn.argv = std::move(arguments);
    spawn.argv.insert(spawn.argv.begin(), program.string());
    spawn.netns = &site_.netns;
    spawn.directory = directory_;
    if (site_.topology.configuration.protocol == "https")
        spawn.environment = site_.keys.environment();
    spawn.on_line = [this](Stream, std::string_view line) { log_.keep(line); };
    spawn.on_exit = [this](int status) {
        if (site_.died) site_.died(death(status));
    };
    process_ = std::make_unique<Process>(site_.io, std::move(spawn));
}

void ConfigServer::misbehave(const std::vector<std::string>& sources,
                             const scenario::Treatment& treatment) {
    using Kind = scenario::Treatment::Kind;
    using std::chrono::milliseconds;
    const auto operand = treatment.kind == Kind::reject ? static_cast<long long>(treatment.status)
                         : treatment.kind == Kind::slow
                             ? std::chrono::duration_cast<milliseconds>(treatment.delay).count()
                             : static_cast<long long>(treatment.octets.value_or(0));
    for (const auto& source : sources) {
        auto told = fmt::format("{} {}\n", to_string(treatment.kind), operand);
        for (const auto& file : std::filesystem::directory_iterator(files_ / source)) {
            const auto name = file.path().filename().string();
            const auto served = named(source, name_in_topology(name));
            if (served && served->own > 0) told += fmt::format("{} {}\n", served->own, name);
        }
        write_file(broken_ / source, told);
    }
}

void ConfigServer::behave(const std::vector<std::string>& sources) {
    for (const auto& source : sources) std::filesystem::remove(broken_ / source);
}

void ConfigServer::offer(const std::string& name) {
    for (const auto& source : all_sources(site_.topology))
        write_file(files_ / source / name, probe_text(site_.topology));
}

void ConfigServer::withdraw(const std::string& name) {
    for (const auto& source : all_sources(site_.topology))
        std::filesystem::remove(files_ / source / name);
}

std::string ConfigServer::death(int status) const {
    return fmt::format("the {} server {} ended ({}): {}", site_.topology.configuration.protocol,
                       site_.host.role, describe_status(status), log_.last_words());
}

}  // namespace twinline::testbed
