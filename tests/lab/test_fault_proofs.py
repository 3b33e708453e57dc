"""Each fault of a name server and each direction of a silence: made in the lab and in virtual time, and proven in both."""

import json

import pytest
from conftest import read_assessment

FAULTS = [
    "reject dns NXDOMAIN",
    "reject dns NODATA",
    "truncate dns",
    "truncate dns without tcp",
    "wrong id dns",
    "rotate dns",
    "slow dns 700 ms",
    "stall dns",
    "silence dns out",
    "silence dns both",
    "silence primary out",
    "silence primary both",
]
ID = "generic/register/faults-in-turn"
SCENARIO = """id: generic/register/faults-in-turn
title: One fault after the other
story: The phone is home; each fault is only proven.
vendor: generic
feature: register
tier: 2
tags: [dns]
topology: two-registrars
config: |
  account.1.enable = 1
  account.1.user = 1001
  account.1.auth_user = 1001
  account.1.password = correct-horse-1001
  account.1.domain = pbx.test
  account.1.registrar = pbx.test
  account.1.port = 0
  account.1.transport = auto
  account.1.expires = 3600
  dns.server.1 = 192.0.2.2
events:
  home: {response: 200, of: REGISTER, from: primary}
timeline:
  - {at: start + 200 ms, do: power on}
STEPS  - {at: home + END s, do: end}
limit: 90 s
expect:
  - clause: RFC-3263-07
    says: it comes home
    see: home
    after: power-on
    within: [0 s, 5 s]
"""


def in_turn(faults, file):
    """A scenario of each fault for two seconds, one after the other; for longer where a router has to find out."""
    steps, second = "", 1
    for fault in faults:
        host = "primary" if "primary" in fault else "dns"
        holds = 5 if fault.startswith(("link down", "address gone")) else 2
        steps += f"  - {{at: home + {second} s, do: {fault}}}\n"
        steps += f"  - {{at: home + {second + holds} s, do: heal {host}}}\n"
        second += holds + 1
    file.write_text(SCENARIO.replace("STEPS", steps).replace("END", str(second + 1)))
    return file


@pytest.fixture
def scenario(tmp_path):
    return in_turn(FAULTS, tmp_path / "faults.yaml")


def faults_of(assessment, subject):
    return [p for p in assessment["proofs"] if p["fault"] != "none" and p["subject"] == subject]


def proven_in_the_lab(twinline, scenario, faults, out):
    done = twinline("run", scenario, "--device", "reference", "--out", out)
    assessment = read_assessment(out, ID)
    for subject in ("device", "twin"):
        proofs = faults_of(assessment, subject)
        assert len(proofs) == len(faults)
        for fault, proof in zip(faults, proofs):
            assert proof["holds"], f"{subject}: {fault}: {proof['text']}"
            assert proof["frames"], fault
    assert done.returncode == 0, done.stdout + done.stderr


def proven_in_virtual_time(twinline, scenario, faults):
    done = twinline("sim", scenario, "--json")
    assert done.returncode == 0, done.stdout + done.stderr
    proofs = faults_of(json.loads(done.stdout)[0], "device")
    assert [p["holds"] for p in proofs] == [True] * len(faults)


def test_the_lab_proves_each(twinline, scenario, tmp_path, leftovers):
    proven_in_the_lab(twinline, scenario, FAULTS, tmp_path / "out")


def test_virtual_time_proves_each(twinline, scenario):
    proven_in_virtual_time(twinline, scenario, FAULTS)


def test_a_fault_with_too_many_words_is_refused(twinline, scenario):
    text = scenario.read_text().replace("rotate dns", "rotate dns twice")
    scenario.write_text(text)
    done = twinline("lint", scenario)
    assert done.returncode == 65
    assert "allowed is nothing after the host" in done.stdout + done.stderr
