"""Campaigns in the lab: killed and gone on with, a phone that does not come up, servers that die, captures that are kept or not."""
import json
import os
import random
import signal
import subprocess
import sys
import xml.etree.ElementTree as ElementTree

import pytest
from conftest import ROOT, device_file, lab_processes

sys.path.insert(0, str(ROOT / "tests" / "python"))
import nights  # noqa: E402

FAILOVER = "generic/register/boot-failover-silent-primary"
SEED = int(os.environ.get("TWINLINE_SEED", "20261121"))
FULL = os.environ.get("TWINLINE_TIER") == "all"
KILLS = 6 if FULL else 2
TWO = nights.REFERENCE + "  - {device: mutant/reuses-branch, name: reference, firmware: '1.1'}\n"


def check_each_is_there_once(out):
    for run in nights.told(out)["runs"]:
        folder = out / run["directory"]
        assert sorted(scenario for scenario, _ in nights.lines(folder)) == sorted(run["planned"]), run
        assert all((attempt / "assessment.json").exists() for attempt in folder.rglob("attempt-*"))


def test_two_firmware_killed_twice_are_each_played_once(tmp_path, leftovers):
    """What a lab does in an evening: the phone and its next firmware, and twice the power goes."""
    file = nights.write(tmp_path, "lanes: 4", devices=TWO, scenarios=[*nights.BOOTS, FAILOVER], mode="lab")
    out, chance, kept = tmp_path / "out", random.Random(SEED), {}
    for _ in range(KILLS):
        before = len(kept)
        night = nights.start(file, out, "--resume")
        nights.until(lambda: sum(len(nights.lines(run)) for run in nights.runs(out)) > before, "one more result", 120)
        try:
            night.wait(timeout=chance.uniform(0, 8))
        except subprocess.TimeoutExpired:
            nights.kill(night)
        nights.until(lambda: not lab_processes(), "the end of every lab")
        now = {(run.name, scenario): line for run in nights.runs(out) for scenario, line in nights.lines(run)}
        assert {key: now.get(key) for key in kept} == kept
        kept = now
    done = nights.play(file, out, "--resume")
    assert done.returncode == 1, f"seed {SEED}\n{done.stdout}{done.stderr}"
    check_each_is_there_once(out)
    now = {(run.name, scenario): line for run in nights.runs(out) for scenario, line in nights.lines(run)}
    assert {key: now.get(key) for key in kept} == kept
    first, second = nights.told(out)["runs"]
    assert first["verdicts"] == {"pass": 5} and second["verdicts"] == {"pass": 4, "fail": 1}
    assert [one["scenario"] for one in second["worse"]] == [FAILOVER]


def test_what_was_recorded_to_its_end_is_judged_and_not_played_again(tmp_path, leftovers):
    file = nights.write(tmp_path, scenarios=nights.BOOTS[:1], mode="lab")
    out = tmp_path / "out"
    night = nights.start(file, out)
    sums = nights.until(lambda: list(out.rglob("SHA256SUMS")), "a complete record")[0]
    nights.kill(night)
    judged = (sums.parents[1] / "assessment.json").exists()
    written = sums.stat().st_mtime_ns
    assert nights.play(file, out, "--resume").returncode == 0
    check_each_is_there_once(out)
    assert sums.stat().st_mtime_ns == written
    said = "had been judged" if judged else "had been played to its end, and is judged now"
    assert said in " ".join(nights.told(out)["runs"][0]["notes"])


HANGS = ("[sleep, '100']", "sent no packet within 2 s")
DIES = ('[sh, -c, "echo no network card; exit 3"]', "exit code 3")


@pytest.mark.parametrize("start, said", [HANGS, DIES] if FULL else [HANGS])
def test_a_phone_that_hangs_is_set_aside_and_the_next_one_plays(tmp_path, leftovers, start, said):
    device_file(tmp_path, "hangs", start)
    devices = "  - {device: hangs.yaml, firmware: '9'}\n" + nights.REFERENCE
    file = nights.write(tmp_path, "set_aside_after: 3", "retries: 1", devices=devices, scenarios=nights.BOOTS[:3], mode="lab")
    done = nights.play(file, tmp_path / "out")
    hung, well = nights.told(tmp_path / "out")["runs"]
    assert done.returncode == 3, done.stdout + done.stderr
    assert "boots in a row ended in error" in hung["set_aside"] and said in hung["set_aside"]
    # Each try is a boot; two scenarios had two each.
    assert hung["verdicts"] == {"error": 2} and len(hung["not_played"]) == 1
    assert all(left["kind"] == "set aside" and left["verdict"] == "none" for left in hung["not_played"])
    attempts = json.loads(nights.lines(tmp_path / "out" / hung["directory"])[0][1])["attempts"]
    assert [attempt["verdict"] for attempt in attempts] == ["error", "error"]
    assert well["verdicts"] == {"pass": 3} and not well["set_aside"]


def test_servers_that_die_again_and_again_end_no_night(tmp_path, leftovers):
    """A Kamailio that crashes as it starts: each device is given up in turn, and once it is mended the rest is played."""
    folder = tmp_path / "bin"
    folder.mkdir()
    crashing = folder / "kamailio"
    real = next(path for path in ("/usr/sbin/kamailio", "/usr/bin/kamailio") if os.path.exists(path))
    crashing.write_text(f'#!/bin/sh\n[ -e {tmp_path}/mended ] && exec {real} "$@"\nkill -SEGV $$\n')
    crashing.chmod(0o755)
    second = "  - {device: reference, name: second, firmware: '1.0'}\n"
    file = nights.write(tmp_path, "set_aside_after: 2", "lanes: 2", devices=nights.REFERENCE + second, mode="lab")
    environment = {**nights.ENVIRONMENT, "PATH": f"{folder}:{os.environ['PATH']}"}
    done = subprocess.run(nights.words(file, tmp_path / "out"), capture_output=True, text=True, timeout=280, env=environment)
    assert done.returncode == 3, done.stdout + done.stderr
    runs = nights.told(tmp_path / "out")["runs"]
    assert all("boots in a row ended in error" in run["set_aside"] for run in runs), runs
    assert all("pass" not in run["verdicts"] for run in runs)
    (tmp_path / "mended").touch()
    again = subprocess.run(nights.words(file, tmp_path / "out", "--resume"), capture_output=True, text=True, timeout=280, env=environment)
    runs = nights.told(tmp_path / "out")["runs"]
    assert all(run["finished"] == 4 and not run["set_aside"] for run in runs), again.stdout
    assert again.returncode == 3, "what ended in error stays so"


def test_captures_of_passes_may_go_and_their_records_say_so(tmp_path, twinline, leftovers):
    mutant = "  - {device: mutant/reuses-branch}\n"
    file = nights.write(tmp_path, "captures: failed", "lanes: 2", devices=mutant, scenarios=[nights.BOOTS[0], FAILOVER], mode="lab")
    out = tmp_path / "out"
    done = nights.play(file, out)
    assert done.returncode == 1, done.stdout + done.stderr
    run = nights.runs(out)[0]
    passed, failed = (run / name / "attempt-1" / "record" for name in (nights.BOOTS[0], FAILOVER))
    assert not (passed / "capture.pcapng").exists() and (passed / "scenario.yaml").exists()
    assert (failed / "capture.pcapng").exists()
    assert FAILOVER in (run / "report.html").read_text() and nights.BOOTS[0] in (run / "report.html").read_text()
    told = twinline("judge", run, "--json")
    assert [one["scenario"] for one in json.loads(told.stdout)] == [FAILOVER]
    assert f"{nights.BOOTS[0]}/attempt-1: cannot be judged again: its capture was removed" in told.stderr


def test_a_retry_hides_nothing(tmp_path, leftovers):
    """A phone whose first boot fails: both attempts stay, the worst speaks, and the scenario is unsteady."""
    text = (ROOT / "fixtures" / "devices" / "reference.yaml").read_text().replace("id: reference", "id: moody", 1)
    start = f"""start: [sh, -c, 'test -e {tmp_path}/booted || {{ touch {tmp_path}/booted; exit 3; }}; exec "$0" "$@"', "{{{{phone}}}}","""
    (tmp_path / "moody.yaml").write_text(text.replace('start: ["{{phone}}",', start, 1))
    file = nights.write(tmp_path, "retries: 2", devices="  - {device: moody.yaml}\n", scenarios=nights.BOOTS[:2], mode="lab")
    done = nights.play(file, tmp_path / "out")
    run = nights.told(tmp_path / "out")["runs"][0]
    assert done.returncode == 3, done.stdout + done.stderr
    assert run["verdicts"] == {"error": 1, "pass": 1} and not run["set_aside"]
    assert [one["verdicts"] for one in run["unsteady"]] == [["error", "pass"]]
    again = run["unsteady"][0]["scenario"]
    assert len(list((tmp_path / "out" / run["directory"] / again).glob("attempt-*"))) == 2
    assert "unsteady: " + again in done.stdout
    cases = ElementTree.parse(tmp_path / "out" / "junit.xml").findall("testsuite/testcase")
    assert len(cases) == 2 and sum(case.find("error") is not None for case in cases) == 1


def test_a_lane_that_is_killed_is_a_failed_attempt_and_no_more(tmp_path, leftovers):
    file = nights.write(tmp_path, "retries: 1", "lanes: 2", scenarios=nights.BOOTS[:2], mode="lab")
    out = tmp_path / "out"
    night = nights.start(file, out)
    nights.until(lambda: any(log.stat().st_size > 2000 for log in out.rglob("rig.jsonl")), "a scenario that plays", 120)
    leader = nights.tree(night.pid)[1]
    os.kill(nights.tree(leader)[1], signal.SIGKILL)
    assert night.wait(timeout=200) == 3
    run = nights.told(out)["runs"][0]
    assert run["finished"] == 2 and sorted(run["verdicts"].values()) == [1, 1], run
    attempts = [attempt for _, line in nights.lines(out / run["directory"]) for attempt in json.loads(line)["attempts"]]
    assert sorted(attempt["verdict"] for attempt in attempts) == ["error", "pass", "pass"]
    assert any("was ended by signal 9" in attempt["reason"] for attempt in attempts)
