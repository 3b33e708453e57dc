"""Captures of soft phones that nobody wrote for the rig: what they are known to do (measured, by hand) is told of them, by clause where a rule
is broken, and no rule is held against the reference beside them. What diverges comes back as a scenario. One of them by default, all with
TWINLINE_TIER=all."""

import json
import os
import shutil

import pytest

SCENARIO = "generic/register/boot-failover-silent-primary"
# After the challenge of the secondary baresip begins again at the dead primary; twinkle turns to the primary again each 62 s, and never to
# the secondary. linphone does what is asked of it.
KNOWN = {"baresip": ("baresip", "RFC-3261-22"), "linphone": ("linphone-daemon", None), "twinkle": ("twinkle-console", "RFC-3263-07")}
TRIED = list(KNOWN) if os.environ.get("TWINLINE_TIER") == "all" else ["baresip"]


def explained(twinline, capture, *more):
    done = twinline("explain", capture, "--config", capture.parent / "device.cfg", "--json", *more)
    return done.returncode, {phone["address"]: phone for phone in json.loads(done.stdout)["phones"]}


@pytest.mark.parametrize("device", TRIED)
def test_a_soft_phone_is_told_apart_from_the_reference_beside_it(twinline, tmp_path, leftovers, device):
    program, known = KNOWN[device]
    if shutil.which(program) is None:
        pytest.skip(f"{device} is not installed")
    twinline("run", SCENARIO, "--device", device, "--out", tmp_path / "run")
    capture = next((tmp_path / "run").rglob("capture.pcapng"))
    code, phones = explained(twinline, capture)
    assert set(phones) == {"198.51.100.100", "198.51.100.101"}, "the rig's own probes are no phones"
    assert phones["198.51.100.101"]["outcome"] == "conforms", phones["198.51.100.101"]["reason"]
    divergence = phones["198.51.100.100"]["divergence"]
    clause = divergence["clause"] if divergence else None
    assert clause == known, divergence or phones["198.51.100.100"]["reason"]
    if clause is None:
        return
    again = tmp_path / "again.yaml"
    done = twinline("reproduce", capture, "--config", capture.parent / "device.cfg", "-o", again)
    assert done.returncode == 0, done.stdout + done.stderr
    assert twinline("sim", again, "--strict").returncode == 0, again.read_text()
