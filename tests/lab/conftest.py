"""The command under test, and what must be gone when it has ended."""

import json
import os
import pathlib
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


@pytest.fixture
def twinline():
    def run(*arguments, timeout=240, **options):
        return subprocess.run(
            [TWINLINE, *map(str, arguments)], capture_output=True, text=True, timeout=timeout, **options
        )

    return run


def read_assessment(folder, scenario):
    return json.loads((folder / scenario / "assessment.json").read_text())
