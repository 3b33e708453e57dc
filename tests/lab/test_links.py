"""What the way to a server does to packets: made in the lab and in virtual time, and proven in both."""

import json
import subprocess
import time

import pytest
from conftest import TWINLINE, lab_processes, read_assessment
from test_desk import keep
from test_fault_proofs import ID, in_turn, proven_in_the_lab, proven_in_virtual_time
from test_trouble import wait_until_gone

FAULTS = [
    "lose primary next 2",
    "lose primary every 3 in",
    "lose primary all but every 3 out",
    "lose primary 40 % seed 7",
    "lose dns next 1",
    "delay primary 150 ms",
    "delay dns 60 ms jitter 30 ms seed 5 out",
    "duplicate primary",
    "duplicate dns out",
    "reorder primary 60 ms in",
    "reorder dns 60 ms out",
    "stall primary",
    "unreachable primary",
    "unreachable dns",
    "link down primary",
    "address gone primary",
    "link down dns",
    "stop primary",
    "crash primary",
]


@pytest.fixture
def scenario(tmp_path):
    return in_turn(FAULTS, tmp_path / "links.yaml")


def test_the_lab_proves_each(twinline, scenario, tmp_path, leftovers):
    out = tmp_path / "out"
    proven_in_the_lab(twinline, scenario, FAULTS, out)
    rig = (out / ID / "attempt-1" / "record" / "rig.jsonl").read_text()
    lost = [json.loads(line) for line in rig.splitlines() if '"lost"' in line]
    assert lost[0]["fields"]["lost"] == "4", "two each way, of the rig's own"


def test_virtual_time_proves_each(twinline, scenario):
    proven_in_virtual_time(twinline, scenario, FAULTS)


SCENARIOS = ["generic/register/datagrams-lost", "generic/register/long-way", "generic/register/answers-twice", "generic/call/repeated-answers",
             "generic/register/host-unreachable", "generic/register/hung-server",
             "generic/register/crashed-server", "generic/register/crash-under-way", "generic/outbound/crash-ends-flow"]


@pytest.mark.parametrize("name", SCENARIOS)
def test_the_reference_passes_and_virtual_time_predicted_it(twinline, tmp_path, leftovers, name):
    out = tmp_path / "out"
    done = twinline("run", name, "--device", "reference", "--out", out)
    assert done.returncode == 0, done.stdout + done.stderr
    assessment = read_assessment(out, name)
    assert assessment["verdict"] == "pass"
    assert assessment["control"]["healthy"], "the live twin did what virtual time predicted"
    assert all(proof["holds"] for proof in assessment["proofs"])


@pytest.mark.parametrize("name, moment", [("long-way", "device: power on"), ("hung-server", "device: unregister"), ("crashed-server", "device: crash primary")])
def test_killed_while_it_holds_nothing_stays(tmp_path, name, moment):
    before = set(lab_processes())
    words = [TWINLINE, "run", f"generic/register/{name}", "--device", "reference", "--out", tmp_path / "out"]
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        assert any(moment in line for line in process.stdout), "it came to that"
        time.sleep(0.3)
        process.kill()
    wait_until_gone(before)
    assert not list((tmp_path / "out").glob("**/assessment.json"))


def test_the_bench_lengthens_the_way_of_one_phone(tmp_path, leftovers):
    orders = ["twin delay primary 300 ms", "power on", "wait 3 s", "status", "heal primary", "wait 1 s", "quit"]
    done = keep(orders, "--device", "reference", "--capture", tmp_path / "all.pcapng")
    assert done.returncode == 0, done.stderr
    assert "for twin: delay 300 ms" in done.stdout and "for device:" not in done.stdout


@pytest.mark.parametrize(
    "mistake, said",
    [
        ("lose primary some", "allowed is next COUNT, every COUNT, all but every COUNT or SHARE %"),
        ("lose primary next 99", "a whole number from 1 to 20"),
        ("delay primary soon", "no duration"),
        ("reorder primary 1 s sideways", "unknown unit"),
    ],
)
def test_a_mistake_is_told_with_its_line(twinline, scenario, mistake, said):
    text = scenario.read_text().replace("stall primary", mistake)
    scenario.write_text(text)
    line = text[: text.index(mistake)].count("\n") + 1
    done = twinline("lint", scenario)
    assert done.returncode == 65
    assert f"links.yaml:{line}: " in done.stdout + done.stderr
    assert said in done.stdout + done.stderr


def test_the_bench_lets_a_server_hang(tmp_path, leftovers):
    orders = ["power on", "wait 2 s", "stop primary", "status", "heal primary", "wait 1 s", "status", "stop dns", "quit"]
    done = keep(orders, "--capture", tmp_path / "all.pcapng")
    assert done.returncode == 64 and 'host "dns" cannot be made to stop' in done.stderr
    hung, went_on = done.stdout.split("stop of primary off")
    assert "stands still" in hung and "for twin: stop" in hung
    assert "1001 -> sip:1001@198.51.100.101:5060" in went_on and "stands still" not in went_on


def test_a_server_that_begins_anew_at_the_bench_has_forgotten_its_bindings(tmp_path, leftovers):
    orders = ["power on", "wait 2 s", "status", "crash primary", "wait 500 ms", "status", "heal primary", "status", "power on", "wait 2 s", "status"]
    done = keep([*orders, "quit"], "--capture", tmp_path / "all.pcapng")
    assert done.returncode == 0, done.stderr
    at_home, crashed, anew, home_again = done.stdout.split("\nprimary ")[1:]
    binding = "1001 -> sip:1001@198.51.100.101:5060"
    assert binding in at_home and binding in home_again
    assert "is down" in crashed and "for twin: crash" in crashed
    assert binding not in anew and "is down" not in anew
