"""Scenarios as pytest items: a YAML file is a collector, each of its scenarios an item in virtual time, in the lab or both."""
import json
import os
import re

import pytest

from . import locks, names, native, plan, process

SIM, LAB = "sim", "lab"
# Longest a scenario may overstay its own limit, servers' start and judgement included.
GRACE = 300
# Keys that only a scenario has: a folder may hold topologies and devices too.
ONLY_A_SCENARIOS = re.compile(rb"^(timeline|expect):", re.M)
LENGTHS = (("upto-1min", 60), ("upto-10min", 600), ("upto-1h", 3600))


def is_scenario(path, config):
    if path.suffix not in (".yaml", ".yml"):
        return False
    return os.path.realpath(path) in config.twinline.named or may_be_scenario(path)


def may_be_scenario(path):
    if (path.parent / "SHA256SUMS").exists():
        return False  # the record of a run
    if "scenarios" in path.parts:
        return True
    return ONLY_A_SCENARIOS.search(path.read_bytes()) is not None


class ScenarioFile(pytest.File):
    def collect(self):
        rig = self.config.twinline
        twinline = native.module()
        try:
            scenarios = rig.lane.scenarios(str(self.path), rig.strict_config)
        except twinline.BadInput as bad:
            raise BadFile(str(bad)) from None
        for scenario in scenarios:
            for key in rig.keys(str(self.path), scenario["id"]):
                for mode in rig.modes:
                    yield ScenarioItem.from_parent(self, name=f"{key}[{mode}]", key=key, scenario=scenario, mode=mode)

    def repr_failure(self, excinfo):
        if isinstance(excinfo.value, BadFile):
            return str(excinfo.value)
        return super().repr_failure(excinfo)


class BadFile(Exception):
    """A file that is no scenario; says the line and what is allowed."""


class ScenarioItem(pytest.Item):
    def __init__(self, *, key, scenario, mode, **named):
        super().__init__(**named)
        self.key, self.scenario, self.mode = key, scenario, mode
        self.told = None
        for name in marks_of(scenario, mode):
            self.config.twinline.add_mark(self, name)

    def reportinfo(self):
        return self.path, self.scenario["line"] - 1, self.name

    def setup(self):
        super().setup()
        self.told = played(self) if self.config.twinline.plan is None else played_by_plan(self)
        if left_out := self.told.get("left_out"):
            pytest.skip(f"not played: {left_out[1]}")
        verdict, reason = self.told["verdict"], self.told["reason"]
        self.user_properties += [("verdict", verdict), ("clauses", " ".join(self.scenario["clauses"]))]
        if verdict == "not applicable":
            pytest.skip(f"not applicable: {reason}")
        if verdict == "error":
            pytest.fail(text_of(self.told), pytrace=False)

    def runtest(self):
        if self.told["verdict"] != "pass":
            pytest.fail(text_of(self.told), pytrace=False)


def marks_of(scenario, mode):
    names = [mode, scenario["vendor"], scenario["feature"], f"tier{scenario['tier']}", *scenario["tags"], *scenario["clauses"]]
    names += [name for name, most in LENGTHS if scenario["seconds"] <= most]
    return dict.fromkeys(names)


def played(item, attempt=None):
    """What comes of a scenario: {mode, id, key, file, attempt, attempts, verdict, reason, assessment, ladder}."""
    rig = item.config.twinline
    file, name = str(item.path), item.scenario["id"]
    in_lab = item.mode == LAB
    attempt = begin(rig, item.key, item.mode) if attempt is None else attempt
    lane, strict = rig.lane, rig.strict
    obstacle = lane.obstacle(file, name) if in_lab else ""
    if obstacle:
        return told(item, attempt, lane.unplayed(file, name, attempt, "not applicable", obstacle))

    def work():
        if not in_lab:
            return {"outcome": lane.simulate(file, name, attempt, rig.seed, strict)}
        return {"outcome": lane.play_in_lab(file, name, attempt, rig.seed, strict, locks.gate(rig.out))}

    with locks.alone(lane.device_file if in_lab and lane.is_single else ""):
        try:
            ended = process.call(work, item.scenario["seconds"] + GRACE)
        except BaseException:
            rig.discard(attempt)
            raise
    if "outcome" in ended.result:
        return told(item, attempt, ended.result["outcome"])
    if attempt:
        os.makedirs(attempt, exist_ok=True)
    return told(item, attempt, lane.unplayed(file, name, attempt, "error", ended.result.get("error") or ended.death))


WORSE = ("not applicable", "none", "pass", "inconc", "fail", "error")
AGAIN = ("inconc", "error")


def played_by_plan(item):
    """The same, tried again as often as the plan has it; the worst attempt speaks. Or {left_out: (kind, reason)}."""
    rig, tried = item.config.twinline, []
    for _ in range(rig.plan.tries(item.key)):
        result = _tried(item)
        if "left_out" in result and tried:
            break
        tried.append(result)
        if result.get("verdict") not in AGAIN:
            break
    worst = max(tried, key=lambda result: WORSE.index(result["verdict"]))
    return worst | {"attempts": [result["attempt"] for result in tried], "verdicts": [result["verdict"] for result in tried]}


def _tried(item):
    rig = item.config.twinline
    why_not = rig.plan.why_not(item.key, rig.out)
    result = None
    if not why_not:
        try:
            result = played(item)
        except (OSError, RuntimeError) as failed:  # what came of it could not be kept
            why_not = "room" if plan.free_octets(rig.out) < plan.ALMOST_NOTHING else "not kept", str(failed)
        else:
            if result["verdict"] in AGAIN and plan.free_octets(rig.out) < plan.ALMOST_NOTHING:
                why_not = "room", "the disk was full when it ended: " + result["reason"]
        if why_not:
            _discard_unkept(rig, item, result)
    if not why_not:
        return result
    words = {"mode": item.mode, "id": item.scenario["id"], "key": item.key, "file": str(item.path)}
    return words | {"attempt": "", "verdict": "none", "reason": why_not[1], "assessment": "", "ladder": "", "left_out": why_not}


def _discard_unkept(rig, item, result):
    folder = os.path.join(rig.out, names.folder(item.key, item.mode))
    if result:
        rig.discard(result["attempt"])
    elif os.path.isdir(folder):
        for name in os.listdir(folder):
            if name.startswith("attempt-") and not os.path.exists(os.path.join(folder, name, "assessment.json")):
                rig.discard(os.path.join(folder, name))


def lost(rig, key, mode, file, cause, attempt=None):
    """An error that names its cause: what is told where nothing was played, or its lane died with it."""
    attempt = begin(rig, key, mode) if attempt is None else attempt
    name = names.scenario(key)
    outcome = rig.lane.lost(name, attempt, cause) if file.endswith(".py") else rig.lane.unplayed(file, name, attempt, "error", cause)
    result = {"mode": mode, "id": name, "key": key, "file": file, "attempt": attempt, "attempts": [attempt]}
    return result | {"assessment": outcome[0], "verdict": "error", "reason": cause, "ladder": ""}


def begin(rig, key, mode):
    """The folder of the attempt; empty: nothing is kept of it."""
    if not rig.out:
        return ""
    attempt = native.module().begin_attempt(rig.out, names.folder(key, mode))
    if mode != LAB:
        os.rmdir(os.path.join(attempt, "record"))
    return attempt


def told(item, attempt, outcome):
    assessment = json.loads(outcome[0])
    return {
        "mode": item.mode,
        "id": item.scenario["id"],
        "key": item.key,
        "file": str(item.path),
        "attempt": attempt,
        "attempts": [attempt],
        "verdict": assessment["verdict"],
        "reason": assessment["reason"],
        "assessment": outcome[0],
        "ladder": outcome[1] if assessment["verdict"] != "pass" else "",
    }


WEIGHTS = ("error", "fail", "inconc", "deviation")


def text_of(result):
    """Finding, ladder and where the capture lies: what a phone engineer wants to see of a failure."""
    assessment = json.loads(result["assessment"])
    lines = [f"{result['verdict']}: {result['reason']}"]
    weighty = [f for f in assessment["findings"] if f["verdict"] in WEIGHTS]
    for finding in sorted(weighty, key=lambda f: WEIGHTS.index(f["verdict"])):
        clause = f"{finding['clause']}: " if finding["clause"] else ""
        frames = finding["frames"][:8]
        where = f"  [frames {', '.join(map(str, frames))}]" if frames else ""
        lines.append(f"  {finding['verdict']}: {clause}{finding['text']}{where}")
    lines += [f"  proof missing: {proof['text']}" for proof in assessment["proofs"] if not proof["holds"]]
    if result["ladder"]:
        lines += ["", result["ladder"].rstrip()]
    capture = os.path.join(result["attempt"], "record", "capture.pcapng")
    if result["attempt"] and os.path.exists(capture):
        lines += ["", f"capture: {os.path.relpath(capture)}"]
    return "\n".join(lines)
