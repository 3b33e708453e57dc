"""Scenarios that are written in Python: the fixtures `lab`, `device`, `twin` and `expect` gather what a scenario file says, and
`lab.play()` hands it to the rig as such a file. So it is played, kept and judged like every other."""
import contextlib
import json
import os
import pathlib
import re
import tempfile
from dataclasses import dataclass

import pytest
import yaml

from . import items, ledger, native

POWER_ON = {"at": "start + 200 ms", "do": "power on"}


class Event(str):
    """A name under `events:`; with a time added, an instant of the timeline: home + "5 s"."""

    def __add__(self, time):
        return f"{self} + {time}"


@dataclass
class Seen:
    """What one of the two phones did or met: `at` in seconds, `kind` as in a pattern, `fields` as in `where:`."""

    at: float
    kind: str
    direction: str
    peer: str
    fields: dict


class Subject:
    def __init__(self, lab, name):
        self.lab, self.name = lab, name

    def event(self, name, **pattern):
        """Names an event of the phones' traffic, as under `events:`; `from_` stands for the word `from`."""
        self.lab.add_event(name, worded(pattern))
        return Event(name)

    def seen(self, kind=None, peer=None, **fields):
        """What was on the wire, once the scenario has been played."""
        return [
            one
            for one in self.lab.timeline(self.name)
            if kind in (None, one.kind) and peer in (None, one.peer) and all(one.fields.get(n) == str(v) for n, v in fields.items())
        ]


class Lab:
    """A scenario in the making. What each word may be is what a scenario file may say (README, Writing your own)."""

    def __init__(self, request, mode):
        self.node, self.mode, self.rig = request.node, mode, request.config.twinline
        self.words = {"vendor": "generic", "tier": 1, "topology": "two-registrars", "limit": "120 s"}
        self.events, self.steps, self.expectations = {}, [], []
        self.result = None
        self.seen = []

    def topology(self, name):
        self.words["topology"] = name

    def config(self, text, vendor="generic"):
        """Of both phones, in the vendor's own syntax."""
        self.words |= {"config": text.strip() + "\n", "vendor": vendor}

    def set(self, **words):
        """Other words of a scenario file: limit, tier, tags, firmware ..."""
        self.words |= words

    def at(self, when, do):
        self.steps.append({"at": str(when), "do": do})

    def add_event(self, name, pattern):
        self.events[str(name)] = pattern

    def expect(self, clause, says, **form):
        self.expectations.append({"clause": clause, "says": says, **worded(form)})

    @property
    def feature(self):
        return plain(self.node.path.stem.removeprefix("test_"))

    @property
    def name(self):
        return plain(re.sub(rf"\[{self.mode}\]|(\[|-){self.mode}(?=\]|-)", r"\1", self.node.name).removeprefix("test_"))

    @property
    def id(self):
        return f"{self.words['vendor']}/{self.feature}/{self.name}"

    def text(self):
        """The scenario as a file."""
        test = getattr(self.node, "function", None)
        lines = [line.strip() for line in ((test and test.__doc__) or "").strip().splitlines()]
        head = {
            "id": self.id,
            "title": lines[0] if lines else self.name.replace("-", " "),
            "story": " ".join(lines) or f"A scenario of {self.node.path.name}.",
            "feature": self.feature,
        }
        steps = self.steps if any(step["do"] == "power on" for step in self.steps) else [*self.steps, POWER_ON]
        body = {"events": self.events, "timeline": steps, "expect": self.expectations}
        return yaml.dump({**head, **self.words, **body}, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=120)

    def play(self):
        """Plays and judges it. A verdict that is no pass fails the test, and tells what a scenario file would."""
        with tempfile.TemporaryDirectory(prefix="twinline-") as folder:
            self._play(pathlib.Path(folder))
        self.node.told = self.result
        verdict, reason = self.result["verdict"], self.result["reason"]
        self.node.user_properties.append(("verdict", verdict))
        if verdict == "not applicable":
            pytest.skip(f"not applicable: {reason}")
        if verdict != "pass":
            pytest.fail(items.text_of(self.result), pytrace=False)

    def timeline(self, subject):
        assert self.result is not None, "lab.play() comes first"
        return [_seen(one) for one in self.seen if one.get("subject") == subject]

    def note(self):
        ledger.note(self.rig.out, self.node.nodeid, scenario=self.id, mode=self.mode, held=False)

    def lost(self, cause):
        """The result of a test that ended before it had played anything: an error, as of a scenario that could not be played."""
        return items.lost(self.rig, self.id, self.mode, str(self.node.path), cause)

    def _play(self, folder):
        self.note()
        text = self.text()
        file = folder / "written.yaml"
        file.write_text(text, encoding="utf-8")
        try:
            scenario = self.rig.lane.scenarios(str(file), self.rig.strict_config)[0]
        except native.module().BadInput as bad:
            numbered = "\n".join(f"{number:4} {line}" for number, line in enumerate(text.splitlines(), 1))
            pytest.fail(f"{str(bad).replace(str(file), self.node.name)}\n\n{numbered}", pytrace=False)
        order = _Order(self.node.config, file, scenario["id"], scenario, self.mode)
        kept = items.begin(self.rig, order.key, self.mode)
        attempt = kept or _made(folder / "attempt-1", self.mode)
        self.result = items.played(order, attempt) | {"attempt": kept, "attempts": [kept], "file": str(self.node.path)}
        with contextlib.suppress(FileNotFoundError):
            self.seen = [json.loads(line) for line in pathlib.Path(attempt, "timeline.jsonl").read_text(encoding="utf-8").splitlines()]


@dataclass
class _Order:
    """What items.played wants to know of an item."""

    config: object
    path: pathlib.Path
    key: str
    scenario: dict
    mode: str


class _Dumper(yaml.SafeDumper):
    """Texts of several lines as they are, so that a fault in a configuration has its line."""

    def represent_str(self, text):
        return self.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)

    def ignore_aliases(self, data):
        return True


for kind in (str, Event):
    _Dumper.add_representer(kind, lambda dumper, text: dumper.represent_str(str(text)))


def worded(members):
    """Without the underscore that Python wants behind `from`."""
    return {key.rstrip("_"): list(value) if isinstance(value, tuple) else value for key, value in members.items()}


def plain(text):
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-") or "own"


def _seen(one):
    return Seen(one["at_ms"] / 1000, one["kind"], one.get("direction", ""), one.get("peer", ""), one.get("fields", {}))


def _made(attempt, mode):
    os.makedirs(attempt / "record" if mode == items.LAB else attempt)
    return str(attempt)


def modes_of(metafunc):
    """A test that asks for a lab is an item in each world that is asked for."""
    if "twinline_mode" in metafunc.fixturenames:
        marked = [pytest.param(mode, marks=getattr(pytest.mark, mode)) for mode in metafunc.config.twinline.modes]
        metafunc.parametrize("twinline_mode", marked)


@pytest.fixture
def lab(request, twinline_mode):
    """The scenario that this test writes: lab.config, lab.topology, lab.at(when, do), and lab.play() at its end."""
    made = request.node.twinline_lab = Lab(request, twinline_mode)
    made.note()
    yield made
    if made.result is None and made.steps and not getattr(request.node, "call_failed", False):
        pytest.fail("the scenario was never played: lab.play() is missing", pytrace=False)


@pytest.fixture
def device(lab):
    """The phone under test: device.event(NAME, request=..., to=...) before, device.seen(KIND, ...) after it was played."""
    return Subject(lab, "device")


@pytest.fixture
def twin(lab):
    """The reference beside it, in the lab."""
    return Subject(lab, "twin")


@pytest.fixture
def expect(lab):
    """expect(CLAUSE, SENTENCE, see=EVENT, within=[...]) and every other form of an expectation."""
    return lab.expect
