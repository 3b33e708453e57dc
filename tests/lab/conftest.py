"""The command under test, and what must be gone when it has ended."""

import json
import os
import pathlib
import shutil
import subprocess
import uuid

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
TWINLINE = os.environ.get("TWINLINE", str(ROOT / "build" / "twinline"))


# Whatever these tests start inherits it: other labs of the machine are not theirs.
OURS = f"TWINLINE_TESTS_RUN={uuid.uuid4()}"
os.environ.update([OURS.split("=")])


def lab_processes():
    """Processes that a lab of ours could have left: pid -> command line."""
    found = {}
    for entry in pathlib.Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            words = (entry / "cmdline").read_bytes().split(b"\0")
            names = (entry / "environ").read_bytes()
        except OSError:
            continue
        if OURS.encode() not in names:
            continue
        if b"TWINLINE_LAB=" in names or (words and words[0].endswith(b"/twinline-phone")):
            found[int(entry.name)] = b" ".join(words).decode(errors="replace")
    return found


@pytest.fixture
def leftovers():
    """Fails the test when a process of the lab outlives it."""
    before = set(lab_processes())
    yield
    left = {pid: words for pid, words in lab_processes().items() if pid not in before}
    assert not left, f"left behind: {left}"


# What `twinline run` says where the machine had too much to do.
OF_THE_MACHINE = ("for a processor", "a step came", "was held up", "the clocks drifted", "the capture lost frames")
INCONC = 2


def run_twinline(*arguments, timeout=240, **options):
    """Ends as the command does. How busy the machine is is not what is tested: what only that made inconclusive
    is played again, twice at most."""
    words = [TWINLINE, *map(str, arguments)]
    for left in (2, 1, 0):
        done = subprocess.run(words, capture_output=True, text=True, timeout=timeout, **options)
        by_the_machine = done.returncode == INCONC and any(said in done.stdout for said in OF_THE_MACHINE)
        if not left or words[1:2] != ["run"] or "--out" not in arguments or not by_the_machine:
            return done
        shutil.rmtree(arguments[arguments.index("--out") + 1])


@pytest.fixture
def twinline():
    return run_twinline


def device_file(folder, name, start):
    """The file of a phone that is started by these words of YAML."""
    folder.mkdir(exist_ok=True)
    file = folder / f"{name}.yaml"
    file.write_text(
        f"id: {name}\ntitle: a phone that fails\nvendors: [generic]\ncapabilities: [register]\n"
        f"start: {start}\nboot: 2 s\n"
    )
    return file


def read_assessment(folder, scenario):
    return json.loads((folder / scenario / "assessment.json").read_text())
