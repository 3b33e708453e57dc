"""A real soft phone tells its own story: no device is known by name anywhere in the code."""

import json
import re

from conftest import ROOT, read_assessment

FAILOVER = "generic/register/boot-failover-silent-primary"


def test_baresip_restarts_at_the_dead_primary_after_the_challenge(twinline, tmp_path, leftovers):
    done = twinline("run", FAILOVER, "--device", "baresip", "--out", tmp_path / "run")
    assert done.returncode == 0, done.stdout + done.stderr
    findings = read_assessment(tmp_path / "run", FAILOVER)["findings"]
    broken = [f for f in findings if f["verdict"] == "deviation"]
    assert {f["clause"] for f in broken} == {"RFC-3261-22"}
    assert {f["voice"] for f in broken} == {"expectation", "shadow"}
    assert all(f["frames"] for f in broken)


def test_baresip_calls_over_the_primary_and_talks(twinline, tmp_path, leftovers):
    scenario = "generic/call/made-and-ended"
    done = twinline("run", scenario, "--device", "baresip", "--out", tmp_path / "run")
    assert done.returncode == 0, done.stdout + done.stderr
    log = (tmp_path / "run" / scenario / "attempt-1" / "lab.log").read_text().splitlines()
    told = [line for line in log if line.startswith("callee primary-device: ") and "stopped" in line]
    assert len(told) == 1
    media = json.loads(told[0].split(": ", 1)[1])
    assert media["received"] > 200 and media["lost"] == 0


def test_no_rule_knows_a_device_by_name():
    """Comments and help texts apart."""
    names = [file.stem for file in (ROOT / "fixtures" / "devices").glob("*.yaml") if file.stem != "reference"]
    assert names
    for room in ("reference_impl", "probes", "rig", "reports"):
        for file in (ROOT / room).rglob("*.[ch][ch]"):
            lines = [line.split("//")[0] for line in file.read_text().splitlines()]
            code = "\n".join(line for line in lines if "Example: " not in line)
            for name in names:
                assert not re.search(rf"\b{re.escape(name)}\b", code), f"{file} speaks of {name}"
