"""One run of a campaign: a device with a firmware, its run directory, and pytest with its lanes, which plays what is planned."""
import json
import os
import pathlib
import re
import signal
import subprocess
import sys
import tempfile
import time

from twinline_lanes import locks, names, native, plan, results

from . import order, place
from .index import read_json
from .run_state import RunState

TREE = native.TREE
IN_VIRTUAL_TIME = 0.5  # seconds for a scenario
GONE_WITHIN = 60


class DeviceRun:
    def __init__(self, told, phone, folder, directory):
        self.told, self.phone, self.folder, self.directory = told, phone, folder, directory
        self.path = folder / directory
        self.lane, self.out_of_reach = self._lane()
        self.jobs, self.notes = [], []
        self.set_aside = self.out_of_reach
        self.left_out = {}  # key -> (kind, reason), of the latest pass
        self.state = RunState(self.path, told.mode)

    @property
    def lanes(self):
        return 1 if self.lane and self.lane.is_single else self.told.lanes

    @property
    def tries(self):
        return self.told.retries + 1

    def _lane(self):
        """What knows the device, if it is known, and why it cannot be played."""
        twinline, lane = native.module(), None
        try:
            lane = twinline.Lane(str(native.fixtures()), self.phone.device)
            if self.told.mode == "lab":
                lane.require_programs()
        except (twinline.UsageError, twinline.BadInput, twinline.Unavailable, RuntimeError) as wrong:
            return lane, str(wrong)
        if self.told.mode == "sim" and not lane.lives_in_virtual_time:
            return lane, "only the reference and its mutants live in virtual time"
        return lane, None

    def plan(self, scenarios, seconds, restless):
        """Sets the jobs: each repeat of each scenario. `scenarios`: [(file, scenario)]; `seconds`, `restless`: of history."""
        self.jobs = []
        for file, scenario in scenarios:
            takes = self._expected(file, scenario, seconds)
            for repeat in range(1, self.told.repeats + 1):
                key = names.key(scenario["id"], repeat)
                self.jobs.append(
                    order.Job(key, scenario["id"], file, scenario["tier"], scenario["configuration"], takes, key in restless)
                )

    def _expected(self, file, scenario, seconds):
        if self.told.mode == "sim":
            return IN_VIRTUAL_TIME
        if self.lane and self.lane.obstacle(file, scenario["id"]):
            return 0.0
        boot = self.lane.boot_seconds if self.lane else 0.0
        takes = seconds.get(scenario["id"])
        if takes is None:
            takes = self._predicted(file, scenario)
        return takes + boot + order.AROUND_A_SCENARIO

    def _predicted(self, file, scenario):
        """Of one that this phone never played: as long as the reference takes in virtual time. Its limit is mostly far off."""
        if not self.lane:
            return scenario["seconds"]
        try:
            told = json.loads(self.lane.simulate(file, scenario["id"], "", self.told.seed, False)[0])
        except RuntimeError:
            return scenario["seconds"]
        return min(told["duration_ms"] / 1000, scenario["seconds"])

    @property
    def pending(self):
        return [job for job in self.jobs if job.key not in self.state.results]

    def open(self, started):
        """Begins the run directory, or puts it in order where one was begun."""
        if not self.lane or (self.out_of_reach and not self.path.is_dir()):
            return
        if not locks.nobody_works_in(self.path, GONE_WITHIN):
            raise place.Refused(f"{self.path}: lanes of an earlier start still work in it")
        try:
            self._begin(started)
        except (OSError, RuntimeError) as failed:
            self.set_aside = f"its directory cannot be written: {failed}"
            return
        (self.path / plan.SET_ASIDE).unlink(missing_ok=True)
        self.repair()

    def _begin(self, started):
        before = read_json(self.path / "run.json") if self.path.is_dir() else None
        self.lane.begin_run(str(self.path), [self.told.select] if self.told.select else self.told.scenarios, self.told.seed)
        words = {"name": self.phone.name, "firmware": self.phone.firmware, "mode": self.told.mode, "campaign": self.told.name}
        results.add_to_run(self.path, started=before["started"] if before else started, **words)

    def repair(self):
        said = self.state.repair(self.lane, self.jobs, self.tries, self.told.strict) if self.lane and self.path.is_dir() else []
        for line in said:
            self._note(line)
        if self.told.captures == "failed":
            self.state.remove_captures_of_passes()

    def _note(self, line):
        self.state.note(line)
        print(f"{self.directory}: {line}", file=sys.stderr)

    def play(self, jobs, deadline, stop):
        """One pass over these jobs."""
        with tempfile.TemporaryDirectory(prefix="twinline-plan-") as folder:
            file, left_out = pathlib.Path(folder, "plan.json"), pathlib.Path(folder, "left-out.jsonl")
            file.write_text(json.dumps(self._plan(jobs, deadline, left_out)), encoding="utf-8")
            code = _wait(self._command(file, jobs), stop)
            lines = left_out.read_text(encoding="utf-8").splitlines() if left_out.exists() else []
        self.repair()
        self.left_out = {key: (kind, reason) for key, kind, reason in map(json.loads, lines) if key not in self.state.results}
        aside = self.path / plan.SET_ASIDE
        if aside.exists():
            self.set_aside = aside.read_text(encoding="utf-8")
        for job in jobs:
            if job.key not in self.state.results and job.key not in self.left_out and not self.state.verdicts(job.key):
                self.left_out[job.key] = ("lost", f"its lane lost it (pytest ended with exit code {code})")

    def _plan(self, jobs, deadline, left_out):
        entries = []
        for job in order.in_order(jobs):
            tries = self.tries - len(self.state.verdicts(job.key))
            entries.append({"key": job.key, "file": job.file, "tries": max(1, tries), "seconds": job.seconds})
        return {
            "mode": self.told.mode,
            "deadline": deadline,
            "keep_free": self.told.keep_free,
            "reserve": str(self.folder / place.LANES_RESERVE),
            "left_out": str(left_out),
            "set_aside_after": self.told.set_aside_after,
            "entries": entries,
        }

    def _command(self, file, jobs):
        ours = os.path.realpath(native.fixtures() / "scenarios")
        paths = dict.fromkeys(ours if os.path.realpath(job.file).startswith(ours + os.sep) else job.file for job in jobs)
        words = [sys.executable, "-m", "pytest", "-p", "twinline_lanes", "-c", TREE / ".pytest.ini", "--rootdir", TREE]
        words += ["-p", "no:cacheprovider", "-p", "no:tmpdir", "-v", "--no-header", "--tb=no", "-rN", "--max-worker-restart=1000000"]
        words += ["-n", min(self.lanes, len(jobs)), "--exit-by-verdict", f"--device={self.phone.device}", f"--out={self.path}", f"--plan={file}"]
        words += [f"--seed={self.told.seed}"]
        words += ["--strict-verdicts"] * self.told.strict + ["--strict-phone-config"] * self.told.strict_config
        return [str(word) for word in [*words, *paths]]

    def conclude(self, earlier):
        """Reports over all that is finished, compared with earlier runs; the exit code of the run, and the sentence of a device
        that answers a question two ways."""
        finished = sorted(job.key for job in self.jobs if job.key in self.state.results)
        attempts = [(key, str(attempt)) for key in finished for attempt in self.state.judged(key)]
        if not attempts:
            return None, ""
        try:
            told = self.lane.conclude(str(self.path), attempts, [str(run) for run in earlier], False, 100)
        finally:
            for left in (*self.path.glob("*.new"), *self.path.glob(locks.LANES)):
                left.unlink()
        return told["exit_code"], told["conflict"]


def slug(text):
    return re.sub(r"[^a-zA-Z0-9.]+", "-", text).strip("-.") or "device"


def _wait(words, stop):
    """Runs pytest in a group of its own, which hears of an interrupt once, from us."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(TREE / "rig" / "python"), os.environ.get("PYTHONPATH", "")])}
    parent, die_with = os.getpid(), native.module().die_with

    def be_ours():
        die_with(parent)
        signal.signal(signal.SIGINT, signal.SIG_DFL)  # a shell has what it starts in the background ignore it

    child = subprocess.Popen(words, env=environment, start_new_session=True, preexec_fn=be_ours)
    told = False
    while True:
        try:
            return child.wait(timeout=0.2)
        except subprocess.TimeoutExpired:
            if stop.is_set and not told:
                os.killpg(child.pid, signal.SIGINT)
                told, since = True, time.monotonic()
            elif told and time.monotonic() - since > 60:
                os.killpg(child.pid, signal.SIGKILL)


class Stop:
    """Ctrl-C, or a kind word from whoever ends us; what nohup has us not hear, we do not."""

    def __init__(self):
        self.is_set = False
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            if signal.getsignal(number) != signal.SIG_IGN:
                signal.signal(number, self._heard)

    def _heard(self, *_):
        self.is_set = True

