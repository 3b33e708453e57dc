"""Soft phones as devices under test: what each is known to do (measured, by hand), told by the rig of each.

A phone that is not installed is skipped; `twinline doctor` says so.
"""

import json
import shutil

import pytest

from conftest import read_assessment

NEEDS = {"linphone": "linphone-daemon", "twinkle": "twinkle-console", "kamailio-uac": "kamailio", "sipp": "sipp"}


@pytest.fixture
def judged(twinline, tmp_path, leftovers):
    def run(device, scenario, code, scenario_id=None):
        if shutil.which(NEEDS[device]) is None:
            pytest.skip(f"{device} is not installed")
        done = twinline("run", scenario, "--device", device, "--out", tmp_path / "run")
        assert done.returncode == code, done.stdout + done.stderr
        return read_assessment(tmp_path / "run", scenario_id or scenario)

    return run


def broken(assessment):
    return {(f["clause"], f["voice"]) for f in assessment["findings"] if f["verdict"] in ("fail", "deviation")}


def test_twinkle_hears_of_a_closed_port_and_turns_to_the_next_server(judged):
    assessment = judged("twinkle", "generic/register/port-closed", 0)
    assert broken(assessment) == set()


def test_linphone_is_deaf_to_icmp(judged):
    assessment = judged("linphone", "generic/register/port-closed", 0)
    assert ("RFC-3261-1714", "expectation") in broken(assessment)
    assert ("RFC-3261-22", "expectation") not in broken(assessment), "it stays where it was challenged"


def test_kamailio_asks_for_naptr_and_srv(judged):
    assert broken(judged("kamailio-uac", "generic/register/boot", 0)) == set()


def test_sipp_registers_at_an_address(judged):
    assert broken(judged("sipp", "generic/register/numeric", 0)) == set()


BRIEF = """id: generic/register/brief
title: A registration that is too brief
story: What the contact itself asks for counts, where there is no Expires (RFC 3261 10.3).
vendor: generic
feature: register
tier: 1
tags: []
topology: two-registrars-least
config: |
  account.1.enable = 1
  account.1.user = 1001
  account.1.auth_user = 1001
  account.1.password = correct-horse-1001
  account.1.domain = pbx.test
  account.1.registrar = pbx.test
  account.1.port = 0
  account.1.transport = auto
  account.1.expires = 30
  dns.server.1 = 192.0.2.2
events:
  brief: {response: 423, of: REGISTER, from: primary}
timeline:
  - {at: start, do: power on}
  - {at: brief + 1 s, do: end}
limit: 15 s
expect:
  - {clause: RFC-3261-812, says: it is refused, see: brief, after: power-on, within: [0 s, 10 s]}
"""


def test_a_registrar_reads_the_expiry_of_the_contact(judged, tmp_path):
    """Twinkle sends no Expires header."""
    file = tmp_path / "brief.yaml"
    file.write_text(BRIEF)
    assessment = judged("twinkle", file, 0, "generic/register/brief")
    assert ("RFC-3261-812", "expectation") not in broken(assessment)


def test_the_doctor_knows_of_every_phone(twinline):
    checks = {check["check"]: check for check in json.loads(twinline("doctor", "--json").stdout)}
    for device, program in NEEDS.items():
        assert checks[f"phone {device}"]["ok"] == (shutil.which(program) is not None)


def test_a_device_says_what_it_cannot_and_why(twinline, tmp_path):
    shown = twinline("show", "sipp").stdout
    assert "# not applicable: generic/call/made-and-ended: its script registers and does not call" in shown
    file = tmp_path / "sipp.yaml"
    file.write_text(shown)
    assert twinline("lint", file).returncode == 0
    scenario = "generic/register/boot-failover-silent-primary"
    done = twinline("run", scenario, "--device", "sipp", "--out", tmp_path / "run")
    assert done.returncode == 2
    assert "as its file says" in read_assessment(tmp_path / "run", scenario)["reason"]
