// The capture's stamps are wall time; rig.jsonl begins with the wall instant of run clock 0, which
// maps them.
#include "rig/assess/record.hh"

#include "probes/capture/capture_file.hh"
#include "probes/decode/decoder.hh"
#include "probes/timeline/json_lines.hh"
#include "probes/timeline/leading_number.hh"
#include "rig/scenario/cast.hh"
#include "rig/scenario/record_files.hh"
#include "rig/scenario/sha256.hh"
#include "rig/shadow/join.hh"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <iterator>

namespace twinline::assess {

namespace {

namespace files = scenario::record;
using scenario::BadInput;

[[noreturn]] void refuse(const std::filesystem::path& file, unsigned line, std::string text) {
    throw BadInput({{{file.string(), line}, std::move(text)}});
}

void check_sums(const std::filesystem::path& folder) {
    const auto sums = folder / files::sums;
    std::ifstream in(sums);
    if (!in) refuse(sums, 0, "cannot be read: the folder holds no complete record");
    std::size_t found = 0;
    unsigned number = 0;
    for (std::string line; std::getline(in, line);) {
        ++number;
        const auto split = line.find("  ");
        const auto name = split == std::string::npos ? std::string() : line.substr(split + 2);
        if (std::ranges::find(files::hashed, name) == files::hashed.end())
            refuse(sums, number, "names no file of a record: " + line);
        if (!std::filesystem::exists(folder / name)) refuse(folder / name, 0, "is missing");
        if (scenario::sha256(folder / name) != line.substr(0, split))
            refuse(folder / name, 0, "was changed: it does not match SHA256SUMS");
        ++found;
    }
    if (found != files::hashed.size()) refuse(sums, 0, "does not list every file of the record");
}

std::string read_text(const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

timeline::Timeline read_rig_log(const std::filesystem::path& file) {
    std::ifstream in(file);
    auto events = timeline::read(in);
    if (!events) refuse(file, static_cast<unsigned>(events.error().line), events.error().reason);
    return std::move(*events);
}

const timeline::Event& begin_of(const timeline::Timeline& rig, const std::filesystem::path& file) {
    if (rig.empty() || rig.front().kind != "rig.begin")
        refuse(file, 1, "must begin with a rig.begin event");
    return rig.front();
}

void add_capture(timeline::Timeline& observed, const std::filesystem::path& file,
                 std::string_view keys, std::int64_t origin_ns, const timeline::Cast& cast) {
    decode::Decoder decoder(cast, decode::TlsKeyLog(keys));
    std::ifstream in(file, std::ios::binary);
    capture::CaptureFile capture(in,
                                 {.origin = capture::Origin{std::chrono::nanoseconds(origin_ns)}});
    while (const auto frame = capture.next())
        decoder.feed(*frame,
                     [&](timeline::Event&& event) { observed.push_back(std::move(event)); });
    if (const auto& fault = capture.fault())
        refuse(file, 0, fmt::format("at octet {}: {}", fault->offset, fault->reason));
}

template <typename Thing>
std::map<std::string, Thing, std::less<>> by_id(std::vector<Thing> things) {
    std::map<std::string, Thing, std::less<>> map;
    for (auto& thing : things) map.emplace(thing.id, std::move(thing));
    return map;
}

}  // namespace

Record load_record(const std::filesystem::path& folder) {
    check_sums(folder);
    Record record;
    const auto topology = scenario::load_topology(folder / files::topology);
    record.scenario = scenario::load_scenario(folder / files::scenario_file, topology);
    record.device = scenario::load_device(folder / files::device);
    record.clauses = by_id(scenario::load_clauses(folder / files::clauses));
    record.readings = by_id(scenario::load_readings(folder / files::readings));

    const auto rig_file = folder / files::rig;
    record.observed = read_rig_log(rig_file);
    const auto& begin = begin_of(record.observed, rig_file);
    const auto origin_ns = timeline::leading_number<std::int64_t>(begin.field("origin_ns"));
    record.seed = timeline::leading_number<std::uint64_t>(begin.field("seed"));
    record.device_name = begin.field("device");
    const std::chrono::sys_seconds started{std::chrono::seconds(origin_ns / 1'000'000'000)};
    record.started = fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", started);
    record.duration_ms =
        std::chrono::duration<double, std::milli>(record.observed.back().at.time_since_epoch())
            .count();

    add_capture(record.observed, folder / files::capture, read_text(folder / files::keys),
                origin_ns, scenario::cast_of(topology));
    shadow::put_in_order(record.observed);
    shadow::join_decisions(record.observed, "twin");
    return record;
}

}  // namespace twinline::assess
