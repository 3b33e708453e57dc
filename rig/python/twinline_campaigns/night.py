"""A campaign from its beginning, or from where it was ended, to its summary: run after run, pass after pass, until all is played,
given up, or out of time."""
import calendar
import os
import pathlib
import sys
import time

from twinline_lanes import items, native, results
from twinline_lanes.rig import means

from . import order, place, reporting, summary
from .index import Index
from .runs import DeviceRun, Stop, slug

ABSENT = 69


class Night:
    def __init__(self, told, out, resume):
        self.told = told
        self.stop = Stop()
        self.folder, self.before = place.choose(out, resume, told)
        self.lock = place.lock(self.folder)
        self.session = {"started": now(), "ended": None}
        self.began = time.time()
        self.notes = []
        try:
            self._prepare()
        except BaseException:
            place.leave_nothing(self.folder)
            raise

    def _prepare(self):
        told = self.told
        self._resolve_paths()
        self.runs = [
            DeviceRun(told, phone, self.folder, "-".join([str(number), slug(phone.name), *([slug(phone.firmware)] if phone.firmware else [])]))
            for number, phone in enumerate(told.phones, 1)
        ]
        self.scenarios = self._scenarios()
        self.identity = place.identity(told, self._device_files(), self._own_files())
        if self.before:
            place.check_identity(self.before["begun_with"], self.identity)
        self._check_machine()
        place.reserve(self.folder)
        self.index = Index(self.folder.parent)
        self.past = [self._past(run) for run in self.runs]
        for run in self.runs:
            seconds = self.index.seconds(run.phone.name, told.mode)
            run.plan(self.scenarios, seconds, self.index.restless(run.phone.name, told.mode))

    def _resolve_paths(self):
        """What the file names beside itself is found wherever we are started from."""
        base = self.told.path.resolve().parent
        for phone in self.told.phones:
            if (base / phone.device).is_file():
                phone.device = str(base / phone.device)
        self.told.scenarios = [str(base / name) if (base / name).exists() else name for name in self.told.scenarios]

    def _scenarios(self):
        """[(file, scenario)] of what is selected. Throws BadInput, and Refused where nothing is."""
        twinline = native.module()
        lane = next((run.lane for run in self.runs if run.lane), None) or twinline.Lane(str(native.fixtures()), "reference")
        names = [name for name in self.told.scenarios if not os.path.exists(name)]
        if self.told.select:
            twinline.check_selection(self.told.select)
        files = self._own_files()
        if names or not self.told.scenarios:
            files += sorted(str(file) for file in (native.fixtures() / "scenarios").rglob("*.yaml"))
        found, chosen, matched = {}, [], set()
        for file in files:
            for scenario in lane.scenarios(file, self.told.strict_config):
                own = not file.startswith(str(native.fixtures() / "scenarios") + os.sep)
                wanted = [name for name in names if means(name, scenario["id"])]
                matched.update(wanted)
                if self.told.scenarios and not own and not wanted:
                    continue
                if self.told.select and not lane.matches(self.told.select, file, scenario["id"]):
                    continue
                if scenario["id"] in found:
                    raise place.Refused(f"{scenario['id']} stands in {found[scenario['id']]} and in {file}; a campaign plays one of them", 65)
                found[scenario["id"]] = file
                chosen.append((file, scenario))
        if missing := [name for name in names if name not in matched]:
            raise place.Refused(f'no scenario "{missing[0]}"; `twinline list` shows them all')
        if not chosen:
            raise place.Refused("the campaign selects no scenario; `twinline list` shows them all")
        return chosen

    def _own_files(self):
        files = []
        for name in self.told.scenarios:
            path = pathlib.Path(name)
            if path.is_file():
                files.append(str(path))
            elif path.is_dir():
                files += sorted(str(file) for file in path.rglob("*") if file.suffix in (".yaml", ".yml") and items.may_be_scenario(file))
        return files

    def _device_files(self):
        return {run.phone.device: run.lane.device_file if run.lane else None for run in self.runs}

    def _check_machine(self):
        if self.told.mode == "lab" and (obstacle := native.module().lab_obstacle()):
            raise place.Refused(f"no lab: {obstacle}", ABSENT)
        if all(run.out_of_reach for run in self.runs):
            raise place.Refused("\n".join(f"{run.phone.device}: {run.out_of_reach}" for run in self.runs), ABSENT)

    def _past(self, run):
        """The last run of this firmware and of another, before this campaign."""
        ours = {os.path.relpath(other.path, self.folder.parent) for other in self.runs}
        phone = run.phone.name, run.phone.firmware, self.told.mode
        return self.index.last(*phone, ours), self.index.last_of_other_firmware(*phone, ours)

    def _run_before(self, run):
        """This campaign's own run of the same phone with the firmware before."""
        before = [r for r in self.runs[: self.runs.index(run)] if r.phone.name == run.phone.name and r.state.results]
        if not before:
            return None
        verdicts = {key: result["verdict"] for key, result in before[-1].state.results.items()}
        return os.path.relpath(before[-1].path, self.folder.parent), verdicts

    def play(self):
        """Gives what campaign.json says in the end."""
        self._save("running")
        for run in self.runs:
            run.open(self.session["started"])
        deadline = self._deadline()
        self._first_pass(deadline)
        while not self.stop.is_set and self._another_pass(deadline):
            pass
        return self._conclude()

    def _deadline(self):
        if self.told.budget is None:
            return None
        return self.began + max(0.0, self.told.budget - sum(lasted(one) for one in self._sessions_before()))

    def _sessions_before(self):
        """Of those that were killed the last result tells when."""
        sessions = (self.before or {}).get("sessions", [])
        for one in sessions:
            if one["ended"] is None:
                written = [(run.path / results.FILE).stat().st_mtime for run in self.runs if (run.path / results.FILE).exists()]
                one["ended"] = stamp(max([seconds_of(one["started"]), *written]))
                one["killed"] = True
        return sessions

    def _first_pass(self, deadline):
        """Each run has its share of the time, by what there is to play."""
        for number, run in enumerate(self.runs):
            later = [other for other in self.runs[number:] if not other.set_aside]
            todo = sum(order.work(other.pending) / other.lanes for other in later)
            if self.stop.is_set or run.set_aside or not run.pending:
                continue
            share = None
            if deadline is not None:
                left = max(0.0, deadline - time.time())
                share = left * (order.work(run.pending) / run.lanes / todo) if todo else left
            self._play(run, share, deadline)

    def _another_pass(self, deadline):
        """What was left out of a share, or lost, while there is time; false where nothing moves any more."""
        moved = False
        for run in self.runs:
            if self.stop.is_set or run.set_aside or not run.pending:
                continue
            before = self._progress(run)
            self._play(run, None if deadline is None else max(0.0, deadline - time.time()), deadline)
            moved = moved or self._progress(run) != before
        return moved

    @staticmethod
    def _progress(run):
        return len(run.pending), sum(len(run.state.verdicts(job.key)) for job in run.pending)

    def _play(self, run, share, deadline):
        chosen, left = order.fitting(run.pending, share, run.lanes)
        if chosen:
            phone, lanes = f"{run.phone.name} {run.phone.firmware}".strip(), min(run.lanes, len(chosen))
            minutes = max(order.work(chosen) / lanes, *(job.seconds for job in chosen)) / 60
            print(f"== {phone}: {len(chosen)} of {len(run.jobs)} scenarios in {lanes} lanes, about {minutes:.0f} min", file=sys.stderr)
            run.play(chosen, deadline, self.stop)
        for job in left:
            run.left_out.setdefault(job.key, ("budget", f"its about {job.seconds:.0f} s do not fit into the time budget of {self.told.budget:.0f} s"))
        self._save("running")

    def _conclude(self):
        codes = {}
        for run, past in zip(self.runs, self.past):
            earlier = dict.fromkeys(known[0] for known in (past[0], self._run_before(run) or past[1]) if known)
            try:
                codes[run.directory] = run.conclude([self.folder.parent / directory for directory in earlier])
            except (OSError, RuntimeError, native.module().BadInput) as failed:
                codes[run.directory] = 3, ""
                run.notes.append(f"its report could not be written: {failed}")
        self.index.close()
        self.session["ended"] = now()
        told = self._told("interrupted" if self.stop.is_set else "finished", codes)
        told["exit_code"] = 130 if self.stop.is_set else summary.exit_code(told["runs"])
        self._keep(told)
        told["notes"] += reporting.write_page(self.folder)
        self._keep(told)
        place.give_up_reserves(self.folder)
        with_index = Index(self.folder.parent)
        with_index.close()
        return told

    def _keep(self, told):
        try:
            place.write_json(self.folder, place.FILE, told)
            summary.write_junit(self.folder, told)
        except OSError as failed:
            print(f"rig/certify: {self.folder / place.FILE}: {failed}", file=sys.stderr)

    def _save(self, state):
        try:
            place.write_json(self.folder, place.FILE, self._told(state, {}))
        except OSError as failed:
            self.notes.append(f"campaign.json could not be written: {failed}")
        place.reserve(self.folder)

    def _told(self, state, codes):
        runs = []
        for run, (last, of_other) in zip(self.runs, self.past):
            of_run = summary.of_run(run, last, self._run_before(run) or of_other)
            of_run["exit_code"], of_run["conflict"] = codes.get(run.directory, (None, ""))
            runs.append(of_run)
        told = self.told
        return {
            "name": told.name,
            "file": str(told.path),
            "state": state,
            "started": self.before["started"] if self.before else self.session["started"],
            "finished": self.session["ended"],
            "sessions": [*self._sessions_before(), self.session],
            "mode": told.mode,
            "repeats": told.repeats,
            "retries": told.retries,
            "lanes": told.lanes,
            "captures": told.captures,
            "budget_s": told.budget,
            "tool_version": native.module().version,
            "begun_with": self.identity,
            "runs": runs,
            "notes": list(dict.fromkeys(self.notes)),
        }


def now():
    return stamp(time.time())


def stamp(seconds):
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(seconds))


def seconds_of(text):
    return calendar.timegm(time.strptime(text, "%Y-%m-%dT%H:%M:%SZ"))


def lasted(session):
    return max(0.0, seconds_of(session["ended"]) - seconds_of(session["started"]))

