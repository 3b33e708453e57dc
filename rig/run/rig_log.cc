// One JSON line an event, flushed: a killed run keeps what it had seen.
#include "rig/run/rig_log.hh"

#include "probes/timeline/json_lines.hh"

#include <stdexcept>
#include <utility>

namespace twinline::run {

RigLog::RigLog(const std::filesystem::path& file,
               std::function<void(const timeline::Event&)> listener)
    : file_(file), out_(file), listener_(std::move(listener)) {
    if (!out_) throw std::runtime_error("open " + file.string() + " failed");
}

void RigLog::write(timeline::Instant at, std::string subject, std::string kind,
                   timeline::Fields fields, std::vector<std::string> clauses) {
    timeline::Event event;
    event.at = at;
    event.subject = std::move(subject);
    event.kind = std::move(kind);
    event.fields = std::move(fields);
    event.clauses = std::move(clauses);
    write(event);
}

void RigLog::write(const timeline::Event& event) {
    out_ << timeline::to_json_line(event) << '\n' << std::flush;
    if (!out_) throw std::runtime_error("write " + file_.string() + " failed");
    if (listener_) listener_(event);
}

}  // namespace twinline::run
