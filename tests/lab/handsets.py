"""What tests of handsets share: a stand-in on its desk, a run against it, and what is to be read in the record."""

import base64
import json
import os
import subprocess
import sys

import pytest
from conftest import ROOT, TWINLINE

sys.path[:0] = [str(ROOT / "tests" / "lab" / "standin")]
import bench  # noqa: E402

BOOT = "generic/register/boot"
FULL = os.environ.get("TWINLINE_TIER") == "all"
SEED = int(os.environ.get("TWINLINE_SEED", "20261122"))
PHONE = str(os.path.join(os.path.dirname(TWINLINE), "twinline-phone"))

only_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can move an interface into the lab")


@pytest.fixture
def desk(tmp_path):
    """Makes a stand-in; what it made is gone afterwards."""
    made = []

    def make(**options):
        options.setdefault("boot", (1.0, 3.0))
        options.setdefault("seed", SEED)
        made.append(bench.Desk(tmp_path / "desk", PHONE, **options))
        return made[-1].__enter__()

    yield make
    for each in made:
        each.__exit__()


@pytest.fixture
def certify(twinline, tmp_path, monkeypatch):
    def run(device, *scenarios, password=bench.LOGIN.split(":")[1], firmware=None, **options):
        monkeypatch.setenv("STANDIN_USER", bench.LOGIN.split(":")[0])
        monkeypatch.setenv("STANDIN_PASSWORD", password)
        scenarios += ("--firmware", firmware) if firmware else ()
        return twinline("run", *scenarios, "--device", device, "--out", tmp_path / "run", **options)

    return run


def events(out, scenario, kind):
    lines = (out / scenario / "attempt-1" / "record" / "rig.jsonl").read_text().splitlines()
    return [e["fields"] for e in map(json.loads, lines) if e["kind"] == kind]


def everything_in(folder):
    return b"".join(file.read_bytes() for file in folder.rglob("*") if file.is_file())


def tells_the_login(folder):
    """As it is, or as a request to the phone's own pages has it."""
    content = everything_in(folder)
    return bench.LOGIN.split(":")[1].encode() in content or base64.b64encode(bench.LOGIN.encode()) in content


def is_here(interface):
    return subprocess.run(["ip", "link", "show", interface], capture_output=True).returncode == 0
