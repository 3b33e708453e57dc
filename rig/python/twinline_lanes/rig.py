"""What the command line asks of scenarios: the device, how they are played, which ones, and where their results go."""
import contextlib
import functools
import itertools
import os
import re
import shutil
import time

import pytest
from _pytest.mark.expression import Expression, ParseError

from . import locks, native, results
from .plan import Plan


MODES = ("sim", "lab")
WORD = re.compile(r"[^\s()]+")
MOST_WORDS = 10


class Rig:
    def __init__(self, config):
        option = config.option
        self.config = config
        self.device_given = option.device is not None
        self.device = option.device or "reference"
        self.strict, self.strict_config, self.seed = option.strict_verdicts, option.strict_phone_config, option.seed
        self.plan = Plan(option.plan) if option.plan else None
        self.select, self.ids = option.select, option.scenario or []
        self.marked = set()
        worker = getattr(config, "workerinput", None)
        self.is_worker = worker is not None
        self.resume = option.resume
        self.played = set(worker["twinline_played"]) if worker else set()  # of a run that is gone on with: names of items, ids of those in Python
        self.out = worker["twinline_out"] if worker else self._directory(option.out)
        if self.is_worker:
            native.module().die_with(os.getppid())  # a lane does not outlive what takes its results
            self.presence = locks.presence(self.out) if self.plan else None

    @functools.cached_property
    def lane(self):
        return native.module().Lane(str(native.fixtures()), self.device)

    @functools.cached_property
    def modes(self):
        """How each scenario is played: what -m or an id asks for, else in the lab where a device is given."""
        if self.plan:
            return (self.plan.mode,)
        expression = self.config.option.markexpr or ""
        if set(MODES) & set(WORD.findall(expression)):
            with contextlib.suppress(ParseError):  # pytest will say so
                return tuple(mode for mode in MODES if _permits(expression, mode))
        named = tuple(mode for mode in MODES if any(a.endswith(f"[{mode}]") for a in self.config.args))
        return named or (("lab",) if self.device_given else ("sim",))

    @functools.cached_property
    def named(self):
        """The files among the arguments."""
        paths = (os.path.realpath(argument.split("::")[0]) for argument in self.config.args)
        return {path for path in paths if os.path.isfile(path)}

    @functools.cached_property
    def files_of_ids(self):
        """Where the scenarios of --scenario lie: a file is called as its scenario, or as its sweep."""
        found = {}
        for name in self.ids:
            words = name.split("/")
            candidates = ("/".join(words[:count]) for count in range(len(words), 0, -1))
            files = (native.fixtures() / "scenarios" / f"{candidate}.yaml" for candidate in candidates)
            if file := next((file for file in files if file.is_file()), None):
                found[name] = os.path.realpath(file)
        return found

    def may_hold(self, path):
        path = os.path.realpath(path)
        if self.plan:
            return path in self.plan.files
        return not self.ids or path in self.named or path in self.files_of_ids.values()

    def keys(self, file, name):
        """What a scenario is played as: not at all, once, or by a plan several times."""
        if self.plan:
            return self.plan.repeats(file, name)
        return [name] if self._wants(file, name) else []

    def _wants(self, file, name):
        if self.ids and os.path.realpath(file) not in self.named and not any(means(i, name) for i in self.ids):
            return False
        return not self.select or self.lane.matches(self.select, file, name)

    def check_ids(self):
        for wanted in self.ids:
            file = self.files_of_ids.get(wanted)
            if not file or not any(means(wanted, s["id"]) for s in self.lane.scenarios(file, False)):
                self.refuse(f'no scenario "{wanted}"; `twinline list` shows them all', 64)

    def check(self):
        """Finds what is wrong with the command line before anything is collected."""
        if "lab" in self.modes and not self.device_given:
            self.refuse("a lab wants to know the device: give --device NAME", 64)
        self.check_resume()
        if not (self.device_given or self.select or self.ids or self.config.option.out):
            return
        twinline = native.module()
        try:
            if self.select:
                twinline.check_selection(self.select)
            self.lane  # knows its device, or says which there are
            self.check_ids()
        except (twinline.UsageError, ValueError) as wrong:
            self.refuse(str(wrong), 64)
        except twinline.BadInput as wrong:
            self.refuse(str(wrong), 65)
        if "sim" in self.modes and not self.lane.lives_in_virtual_time:
            self.refuse("only the reference and its mutants live in virtual time; -m lab plays others", 64)
        if "lab" in self.modes and not self.config.option.collectonly:
            self.check_lab()

    def check_resume(self):
        if not self.resume:
            return
        if not self.config.option.out or len(self.modes) > 1:
            self.refuse("--resume goes with --out=DIR, and with one of -m sim and -m lab", 64)
        device = results.of_run(self.out).get("device", self.device)
        if device != self.device:
            self.refuse(f"{self.out} is a run of {device}, not of {self.device}", 64)

    def refuse(self, why, code):
        if self.config.option.exit_by_verdict:
            pytest.exit(why, returncode=code)
        raise pytest.UsageError(why)

    def check_lab(self):
        twinline = native.module()
        obstacle = twinline.lab_obstacle()
        try:
            self.lane.require_programs()
        except twinline.Unavailable as missing:
            obstacle = str(missing)
        if obstacle:
            pytest.exit(f"no lab: {obstacle}", returncode=69)

    def add_mark(self, item, name):
        if name.startswith("_"):
            return
        if name not in self.marked:
            self.config.addinivalue_line("markers", f"{name}: of scenarios")
            self.marked.add(name)
        item.add_marker(name)

    def discard(self, attempt):
        """Removes an attempt that came to nothing, and the folders that were made for it."""
        if not attempt:
            return
        shutil.rmtree(attempt, ignore_errors=True)
        folder = os.path.dirname(attempt)
        with contextlib.suppress(OSError):  # not empty
            while folder != self.out:
                os.rmdir(folder)
                folder = os.path.dirname(folder)

    def _directory(self, out):
        if out:
            return os.path.abspath(out)
        if not self.device_given or "lab" not in self.modes:
            return ""
        name = time.strftime("%Y-%m-%d-%H%M%S", time.gmtime()) + "-" + self.device.replace("/", "-")
        return os.path.abspath(os.path.join("twinline-runs", name))


def _permits(expression, mode):
    """Whether -m can select an item of this mode, whatever its other marks."""
    others = sorted(set(WORD.findall(expression)) - {"and", "or", "not", *MODES})
    compiled = Expression.compile(expression)
    if len(others) > MOST_WORDS:
        return True  # too many ways to try: pytest sorts its items out later
    return any(
        compiled.evaluate(lambda name, given=dict(zip(others, values)): given.get(name, name == mode))
        for values in itertools.product((True, False), repeat=len(others))
    )


def means(wanted, name):
    return name == wanted or name.startswith(wanted + "/")
