// The Python module `_twinline`: the C++ rooms as the pytest plugin needs them.
#include "rig/cli/exit_code.hh"
#include "rig/python/lane.hh"
#include "rig/run/session.hh"
#include "rig/testbed/dut.hh"
#include "rig/testbed/outer.hh"

#include <chrono>
#include <csignal>
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>
#include <stdexcept>
#include <sys/prctl.h>
#include <unistd.h>

namespace py = pybind11;

namespace {

using namespace twinline;
using python::Lane;
using python::Order;

py::dict told(const scenario::Scenario& scenario) {
    py::dict d;
    d["id"] = scenario.id;
    d["title"] = scenario.title;
    d["vendor"] = scenario.vendor;
    d["feature"] = scenario.feature;
    d["tier"] = scenario.tier;
    d["tags"] = scenario.tags;
    d["clauses"] = scenario.clauses;
    d["configuration"] = scenario.vendor + "\n" + scenario.topology.id + "\n" + scenario.config;
    d["line"] = scenario.place.line;
    d["seconds"] = std::chrono::duration<double>(scenario.limit).count();
    return d;
}

Order order(const std::string& file, const std::string& id, const std::string& attempt,
            std::uint64_t seed, bool strict) {
    return {file, id, attempt, seed,
            strict ? judge::Strictness::strict : judge::Strictness::lenient};
}

py::tuple pair(const python::Outcome& outcome) {
    return py::make_tuple(outcome.assessment, outcome.ladder);
}

py::dict told(const python::Conclusion& conclusion) {
    py::dict d;
    d["report"] = conclusion.report;
    d["table"] = conclusion.table;
    d["conflict"] = conclusion.conflict;
    d["exit_code"] = conclusion.exit_code;
    return d;
}

int exit_code_of(const std::vector<std::string>& verdicts) {
    std::vector<judge::Assessment> all(verdicts.size());
    for (std::size_t i = 0; i < all.size(); ++i)
        if (!judge::parse(verdicts[i], all[i].verdict)) throw std::invalid_argument(verdicts[i]);
    return cli::exit_code(all);
}

// A lane that is killed takes with it what it plays.
void die_with(pid_t parent) {
    if (::prctl(PR_SET_PDEATHSIG, SIGKILL) < 0 || ::getppid() != parent) ::_exit(1);
}

std::string obstacle_of_lab() {
    const auto obstacle = testbed::lab_obstacle();
    return obstacle ? std::string(obstacle->what()) : std::string();
}

}  // namespace

PYBIND11_MODULE(_twinline, m) {
    m.doc() = "Scenarios of Twinline: their files, the lab, virtual time and run directories";
    py::register_exception<scenario::BadInput>(m, "BadInput");
    py::register_exception<cli::UsageError>(m, "UsageError");
    py::register_exception<testbed::Unavailable>(m, "Unavailable");
    py::register_exception<run::Interrupted>(m, "Interrupted");
    m.attr("version") = TWINLINE_VERSION;
    m.def("die_with", die_with, "Ends this process when that parent ends");
    m.def("lab_obstacle", obstacle_of_lab, "What keeps a lab from being made; empty: nothing");
    m.def("exit_code", exit_code_of, "That of `twinline run` with these verdicts");
    m.def("check_selection", [](const std::string& text) { scenario::Selection{text}; });
    m.def("begin_attempt", [](const std::string& run, const std::string& scenario) {
        return cli::RunDirectory(run).begin(scenario).path.string();
    });
    py::class_<Lane>(m, "Lane")
        .def(py::init([](const std::string& fixtures, const std::string& device) {
            return Lane(fixtures, device);
        }))
        .def_property_readonly("name", [](const Lane& lane) { return lane.device().name; })
        .def_property_readonly("device_file",
                               [](const Lane& lane) { return lane.device().device->place.file; })
        .def_property_readonly("lives_in_virtual_time", &Lane::lives_in_virtual_time)
        .def_property_readonly("is_single", &Lane::is_single)
        .def_property_readonly(
            "boot_seconds",
            [](const Lane& lane) {
                return std::chrono::duration<double>(lane.device().device->boot).count();
            })
        .def("require_programs",
             [](const Lane& lane) { testbed::require_programs(*lane.device().device); })
        .def("scenarios",
             [](Lane& lane, const std::string& file, bool strict_config) {
                 py::list all;
                 for (const auto* scenario : lane.scenarios(
                          file, strict_config ? cli::Warnings::refused : cli::Warnings::told))
                     all.append(told(*scenario));
                 return all;
             })
        .def("matches",
             [](Lane& lane, const std::string& expression, const std::string& file,
                const std::string& id) {
                 return scenario::Selection(expression).matches(lane.scenario(file, id));
             })
        .def("obstacle", &Lane::obstacle)
        .def("play_in_lab",
             [](Lane& lane, const std::string& file, const std::string& id,
                const std::string& attempt, std::uint64_t seed, bool strict, int gate) {
                 return pair(lane.play_in_lab(order(file, id, attempt, seed, strict), gate));
             })
        .def("simulate",
             [](Lane& lane, const std::string& file, const std::string& id,
                const std::string& attempt, std::uint64_t seed, bool strict) {
                 return pair(lane.simulate(order(file, id, attempt, seed, strict)));
             })
        .def("unplayed",
             [](Lane& lane, const std::string& file, const std::string& id,
                const std::string& attempt, const std::string& verdict, const std::string& reason) {
                 judge::Verdict parsed{};
                 if (!judge::parse(verdict, parsed)) throw std::invalid_argument(verdict);
                 return pair(lane.unplayed(order(file, id, attempt, 1, false), parsed, reason));
             })
        .def("lost", [](const Lane& lane, const std::string& id, const std::string& attempt,
                        const std::string& reason) { return pair(lane.lost(id, attempt, reason)); })
        .def("begin_run",
             [](Lane& lane, const std::string& run, const std::vector<std::string>& selection,
                std::uint64_t seed) { lane.begin_run(run, selection, seed); })
        .def("judge_kept",
             [](Lane& lane, const std::string& file, const std::string& id,
                const std::string& attempt,
                bool strict) { return pair(lane.judge_kept(order(file, id, attempt, 1, strict))); })
        .def("join", [](const Lane& lane, const std::string& run, const std::string& folder,
                        const std::string& name) { return lane.join(run, folder, name); })
        .def("conclude", [](const Lane& lane, const std::string& run,
                            const std::vector<std::pair<std::string, std::string>>& attempts,
                            const std::vector<std::string>& earlier, bool colour,
                            std::size_t width) {
            std::vector<python::Kept> kept;
            for (const auto& [name, attempt] : attempts) kept.push_back({name, attempt});
            return told(lane.conclude(run, kept, {earlier.begin(), earlier.end()},
                                      colour ? reports::Colour::on : reports::Colour::off, width));
        });
}
