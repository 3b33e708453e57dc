"""Lanes: scenarios in the lab side by side, each in a process of its own, so that whatever ends one ends no other."""
import json
import os
import pathlib
import signal
import subprocess
import sys
import time

import pytest
from conftest import ROOT, lab_processes, read_assessment

# About ten seconds each.
BOOTS = [f"generic/register/{name}" for name in ("boot", "numeric", "port-given", "naptr-order")]
LIMIT = 120


def command(out, *arguments, lanes=2, device="reference", scenarios=BOOTS):
    ids = [f"--scenario={scenario}" for scenario in scenarios]
    base = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-p", "no:tmpdir", "-v", f"-n{lanes}", "fixtures/scenarios"]
    return [*base, *ids, f"--device={device}", f"--out={out}", "--exit-by-verdict", *arguments]


def play(out, *arguments, **named):
    return subprocess.run(command(out, *arguments, **named), cwd=ROOT, capture_output=True, text=True, timeout=LIMIT)


def start(out, **named):
    """A run that leads a group of processes, as a shell starts it."""
    return subprocess.Popen(
        command(out, **named), cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True
    )


def children(pid):
    return [int(child) for task in pathlib.Path(f"/proc/{pid}/task").iterdir() for child in (task / "children").read_text().split()]


def until(condition, what):
    deadline = time.monotonic() + 60
    while not (found := condition()):
        assert time.monotonic() < deadline, f"in vain: {what}"
        time.sleep(0.05)
    return found


def playing(run, out):
    """A lane with the process of its scenario, once phones have begun to talk in the lab."""
    until(lambda: any(c.stat().st_size > 2000 for c in out.rglob("rig.jsonl")), "a scenario that plays")
    return until(lambda: [(lane, child) for lane in children(run.pid) for child in children(lane)], "a lane that plays")[0]


def verdicts(out):
    lines = [json.loads(line) for line in (out / "results.jsonl").read_text().splitlines()]
    assert len({line["scenario"] for line in lines}) == len(lines), "one line for each scenario"
    return {line["scenario"]: line["verdict"] for line in lines}


def test_lanes_give_what_one_after_the_other_gives(twinline, tmp_path, leftovers):
    done = play(tmp_path / "run", "--assessments", tmp_path / "all.json", lanes=4)
    assert done.returncode == 0, done.stdout + done.stderr
    assert verdicts(tmp_path / "run") == dict.fromkeys(BOOTS, "pass")
    assert {path.name for path in (tmp_path / "run").iterdir()} == {"run.json", "results.jsonl", "report.html", "report.json", "junit.xml", "generic"}
    assert len(json.loads((tmp_path / "all.json").read_text())) == len(BOOTS)
    assert "4 pass" in done.stdout and "report.html" in done.stdout
    again = twinline("judge", tmp_path / "run", "--json")
    assert again.returncode == 0, again.stderr
    for judged in json.loads(again.stdout):
        stored = read_assessment(tmp_path / "run", judged["scenario"])
        assert judged["findings"] == stored["findings"] and judged["readings"] == stored["readings"]


@pytest.mark.parametrize("victim, said", [("lane", "was ended by signal 9"), ("scenario", "signal 9 (SIGKILL)")])
def test_what_is_killed_costs_its_own_scenario_only(tmp_path, leftovers, victim, said):
    out = tmp_path / "run"
    run = start(out, lanes=4)
    lane, child = playing(run, out)
    os.kill(lane if victim == "lane" else child, signal.SIGKILL)
    output, _ = run.communicate(timeout=LIMIT)
    assert run.returncode == 3, output
    told = verdicts(out)
    assert sorted(told.values()) == ["error", "pass", "pass", "pass"], output
    lost = next(scenario for scenario, verdict in told.items() if verdict == "error")
    assert said in read_assessment(out, lost)["reason"]
    assert said in output


def test_a_runner_that_is_killed_leaves_no_lab(tmp_path, leftovers):
    run = start(tmp_path / "run")
    playing(run, tmp_path / "run")
    run.kill()
    run.communicate(timeout=30)
    until(lambda: not lab_processes(), "the end of every lab")


def test_an_interrupted_run_keeps_what_was_finished_and_leaves_nothing(tmp_path, leftovers):
    out = tmp_path / "run"
    run = start(out)
    until(lambda: (out / "results.jsonl").exists(), "a finished scenario")
    until(lambda: len(list(out.rglob("attempt-1"))) > len(verdicts(out)), "a scenario under way")
    os.killpg(run.pid, signal.SIGINT)
    output, _ = run.communicate(timeout=30)
    assert run.returncode == 130, output
    assert {str(path.parent.relative_to(out)) for path in out.rglob("attempt-1")} == set(verdicts(out))
    assert {path.name for path in out.iterdir()} == {"run.json", "results.jsonl", "report.html", "report.json", "junit.xml", "generic"}


def test_a_device_of_which_there_is_one_is_played_alone(tmp_path, leftovers):
    device = (ROOT / "fixtures" / "devices" / "reference.yaml").read_text()
    device = device.replace("id: reference", "id: desk-phone", 1).replace("[json-lines,", "[single, json-lines,")
    (tmp_path / "desk-phone.yaml").write_text(device)
    scenarios = BOOTS[:2]
    begun = time.monotonic()
    done = play(tmp_path / "run", device=tmp_path / "desk-phone.yaml", scenarios=scenarios)
    assert done.returncode == 0, done.stdout + done.stderr
    lasted = sum(read_assessment(tmp_path / "run", scenario)["duration_ms"] for scenario in scenarios) / 1000
    assert time.monotonic() - begun > lasted


def test_lanes_join_what_their_scenarios_say_of_the_open_questions(tmp_path, leftovers):
    scenarios = ["yealink/register/retry-counts/count-1", "yealink/register/failover-silent-primary"]
    done = play(tmp_path / "run", device="mutant/counts-retries-two-ways", scenarios=scenarios)
    assert done.returncode == 1, done.stdout + done.stderr
    assert set(verdicts(tmp_path / "run").values()) == {"pass"}
    assert "retry-count-meaning otherwise in" in done.stdout


def test_certify_takes_lanes_and_exits_as_without(tmp_path, leftovers):
    certify = [ROOT / "rig" / "certify", "--device", "reference", "--out", tmp_path / "run"]
    done = subprocess.run([*certify, "--lanes", "2", "--json", *BOOTS[:2]], capture_output=True, text=True, timeout=LIMIT)
    assert done.returncode == 0, done.stdout + done.stderr
    assert [assessment["scenario"] for assessment in json.loads(done.stdout)] == BOOTS[:2]
    refused = subprocess.run([*certify, "--lanes", "2", "generic/no-such"], capture_output=True, text=True, timeout=LIMIT)
    assert refused.returncode == 64 and "generic/no-such" in refused.stderr + refused.stdout
    assert subprocess.run([*certify, "--lanes", "none"], capture_output=True, timeout=LIMIT).returncode == 64


def test_a_scenario_written_in_python_is_recorded_and_can_be_judged_again(twinline, tmp_path, leftovers):
    out = tmp_path / "run"
    words = [sys.executable, "-m", "pytest", "fixtures/written", "-p", "no:cacheprovider", "-p", "no:tmpdir", "--device=reference", f"--out={out}", "-n1"]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, timeout=LIMIT)
    assert done.returncode == 0, done.stdout + done.stderr
    again = json.loads(twinline("judge", out, "--json").stdout)
    stored = read_assessment(out, again[0]["scenario"])
    assert again[0]["verdict"] == "pass" and again[0]["findings"] == stored["findings"]
