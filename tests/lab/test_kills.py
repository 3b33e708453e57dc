"""Whatever dies in the lab while a scenario plays: nothing stays, and nobody is judged by it."""

import json
import os
import random
import signal
import subprocess
import time

import pytest
from conftest import TWINLINE, lab_processes, read_assessment

SCENARIO = "generic/register/boot"
LASTS = 11.0  # seconds from the first process of the lab
EVERY_MOMENT = range(50)
FULL = os.environ.get("TWINLINE_TIER") == "all"
MOMENTS = EVERY_MOMENT if FULL else random.Random(os.environ.get("TWINLINE_SEED", "20261120")).sample(EVERY_MOMENT, 5)


def until(condition, what, within=60):
    deadline = time.monotonic() + within
    while not (found := condition()):
        assert time.monotonic() < deadline, f"in vain: {what}"
        time.sleep(0.05)
    return found


def killable():
    """What plays a part in the lab: servers and phones, not the rig itself."""
    return {pid: words for pid, words in lab_processes().items() if "kamailio" in words or "twinline-phone" in words}


def is_over(out):
    """Whether both parts had come to their end."""
    events = [json.loads(line) for log in out.rglob("rig.jsonl") for line in log.read_text().splitlines() if line.endswith("}")]
    return sum(e["kind"] == "rig.stimulus" and e["fields"]["what"] == "end" for e in events) == 2


@pytest.mark.parametrize("seed", MOMENTS)
def test_a_part_that_is_killed_at_any_moment_is_no_breach_of_the_device(tmp_path, leftovers, seed):
    chance = random.Random(seed)
    out = tmp_path / "run"
    run = subprocess.Popen(
        [TWINLINE, "run", SCENARIO, "--device", "reference", "--out", str(out)],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )
    until(killable, "a process of the lab")
    time.sleep(chance.uniform(0, LASTS))
    parts = killable()
    victim = chance.choice(sorted(parts)) if parts else None
    over = victim is None or is_over(out)
    if victim is not None:
        try:
            os.kill(victim, signal.SIGKILL)
        except ProcessLookupError:
            over = True
    output, _ = run.communicate(timeout=90)
    said = f"seed {seed}, killed {parts.get(victim)}:\n{output}"
    assessment = read_assessment(out, SCENARIO)
    assert assessment["verdict"] in (["pass", "inconc", "error"] if over else ["inconc", "error"]), said
    assert run.returncode == {"pass": 0, "inconc": 2, "error": 3}[assessment["verdict"]], said
    assert all(finding["verdict"] != "fail" for finding in assessment["findings"]), said
    if not over:
        assert "ended" in assessment["reason"], said
        # A server whose worker is killed ends by itself.
        assert "signal 9" in assessment["reason"] or "exit code" in assessment["reason"], said
