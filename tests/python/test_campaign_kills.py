"""A campaign that is killed at any instant, all of it, goes on without losing or repeating what was finished."""
import json
import os
import random
import signal
import subprocess
import sys
import time

import nights
import pytest

FULL = os.environ.get("TWINLINE_TIER") == "all"
SEED = int(os.environ.get("TWINLINE_SEED", "20261121"))
KILLS = 20 if FULL else 4
LONGEST = 6.0  # seconds that a start of the campaign has before it is killed
PHONES = nights.REFERENCE + "  - {device: mutant/reuses-branch, name: reference, firmware: '1.1'}\n"


def check_nothing_is_lost(out, before):
    """Every line that was there is there still, as it was and once."""
    now = {}
    for run in nights.runs(out):
        for scenario, line in nights.lines(run):
            now.setdefault((run.name, scenario), []).append(line)
    for key, line in before.items():
        assert now.get(key) == [line], key
    assert all(len(lines) == 1 for lines in now.values()), {key: len(lines) for key, lines in now.items()}
    return {key: lines[0] for key, lines in now.items()}


def check_each_is_there_once(out, scenarios):
    told = nights.told(out)
    for run in told["runs"]:
        assert sorted(scenario for scenario, _ in nights.lines(out / run["directory"])) == sorted(run["planned"])
        assert run["finished"] == len(run["planned"]) and not run["not_played"]
        assert {key.partition("[")[0] for key in run["planned"]} == set(scenarios)
        for attempt in (out / run["directory"]).rglob("attempt-*"):
            assert (attempt / "assessment.json").exists(), "half an attempt stayed"
            assert attempt.name == "attempt-1", "it was played twice"


def test_killed_again_and_again_each_scenario_is_finished_once(tmp_path):
    file = nights.write(tmp_path, "lanes: 2", f"repeats: {2 * KILLS}", devices=PHONES)
    out, kept = tmp_path / "out", {}
    instants = random.Random(SEED)
    for _ in range(KILLS):
        moment = instants.uniform(0.0, LONGEST)
        night = nights.start(file, out, "--resume")
        try:
            night.wait(timeout=moment)
            break  # it came to its end
        except subprocess.TimeoutExpired:
            nights.kill(night)
        kept = check_nothing_is_lost(out, kept)
    done = nights.play(file, out, "--resume")
    said = f"seed {SEED}\n{done.stdout}\n{done.stderr}"
    assert done.returncode == 0, said
    check_nothing_is_lost(out, kept)
    check_each_is_there_once(out, nights.BOOTS)


def leader_of_lanes(night):
    """The process of pytest that takes what lanes tell."""
    for pid in nights.tree(night.pid)[1:]:
        try:
            with open(f"/proc/{pid}/cmdline", "rb") as file:
                if b"--plan=" in file.read():
                    return pid
        except OSError:
            continue
    return None


def test_what_was_judged_and_not_yet_written_down_is_taken(tmp_path):
    """Killed between the end of a scenario and its line in results.jsonl: the leader of the lanes is held up there."""
    file = nights.write(tmp_path, "lanes: 1")
    out = tmp_path / "out"
    night = nights.start(file, out)
    nights.until(lambda: any(out.rglob("attempt-*")), "a scenario that is played")
    os.kill(leader_of_lanes(night), signal.SIGSTOP)
    judged = nights.until(lambda: list(out.rglob("attempt-1/assessment.json")), "a scenario that is judged")[0]
    run = nights.runs(out)[0]
    finished = {scenario for scenario, _ in nights.lines(run)}
    nights.kill(night)
    scenario = json.loads(judged.read_text())["scenario"]
    written = judged.stat().st_mtime_ns
    assert nights.play(file, out, "--resume").returncode == 0
    check_each_is_there_once(out, nights.BOOTS)
    assert judged.stat().st_mtime_ns == written, "it was played again"
    if scenario not in finished:
        assert f"{scenario} had been judged, and is taken" in nights.told(out)["runs"][0]["notes"]


@pytest.mark.parametrize("octets", [1, 40])
def test_a_torn_line_is_cut_off_and_its_scenario_is_not_lost(tmp_path, octets):
    file = nights.write(tmp_path)
    out = tmp_path / "out"
    assert nights.play(file, out).returncode == 0
    results = out / "1-reference-1.0" / "results.jsonl"
    whole = results.read_bytes()
    results.write_bytes(whole[:-octets])
    assert nights.play(file, out, "--resume").returncode == 0
    check_each_is_there_once(out, nights.BOOTS)
    assert sorted(json.loads(line)["scenario"] for line in results.read_bytes().splitlines()) == sorted(nights.BOOTS)


def test_killed_before_anything_was_written_it_begins(tmp_path):
    file = nights.write(tmp_path, scenarios=nights.BOOTS[:1])
    out = tmp_path / "out"
    night = nights.start(file, out)
    nights.until(out.is_dir, "its folder")
    nights.kill(night)
    assert nights.play(file, out, "--resume").returncode == 0
    check_each_is_there_once(out, nights.BOOTS[:1])


def test_lanes_end_with_the_campaign(tmp_path):
    """Only the campaign itself is killed: what it started goes with it."""
    file = nights.write(tmp_path, "lanes: 2", "repeats: 20")
    out = tmp_path / "out"
    night = nights.start(file, out)
    nights.until(lambda: any(map(nights.lines, nights.runs(out))), "a result")
    everyone = nights.tree(night.pid)
    assert len(everyone) > 3
    night.kill()
    night.wait(timeout=10)
    nights.until(lambda: not any(os.path.exists(f"/proc/{pid}") for pid in everyone), "the end of its lanes", 20)
    before = check_nothing_is_lost(out, {})
    time.sleep(0.3)
    assert check_nothing_is_lost(out, before) == before


def plain(out, *more):
    words = [sys.executable, "-m", "pytest", "fixtures/scenarios", "-p", "no:cacheprovider", "-p", "no:tmpdir", "-n2", f"--out={out}", *more]
    return [*words, *(f"--scenario={name}" for name in [*nights.BOOTS, "generic/register/weights", "generic/register/provisional"])]


def test_a_plain_run_that_is_killed_twice_goes_on_too(tmp_path):
    out, chance = tmp_path / "run", random.Random(SEED)
    for _ in range(2):
        run = subprocess.Popen(plain(out, "--resume"), cwd=nights.ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        before = len(nights.lines(out))
        nights.until(lambda: len(nights.lines(out)) > before or run.poll() is not None, "one more result")
        try:
            run.wait(timeout=chance.uniform(0, 0.5))
        except subprocess.TimeoutExpired:
            nights.kill(run)
    kept = nights.lines(out)
    done = subprocess.run(plain(out, "--resume"), cwd=nights.ROOT, capture_output=True, text=True, timeout=200)
    assert done.returncode == 0, done.stdout
    scenarios = [scenario for scenario, _ in nights.lines(out)]
    assert len(scenarios) == len(set(scenarios)) == 6 and nights.lines(out)[: len(kept)] == kept
    assert all((attempt / "assessment.json").exists() for attempt in out.rglob("attempt-*"))
    page = (out / "report.html").read_text()
    assert all(scenario in page for scenario in scenarios), "what was played before is in the report"
    other = subprocess.run(plain(out, "--resume", "--device=mutant/reuses-branch", "-m", "sim"), cwd=nights.ROOT, capture_output=True, text=True)
    assert other.returncode == 4 and "is a run of reference, not of mutant/reuses-branch" in other.stderr + other.stdout
    again = subprocess.run(plain(out, "--resume", "--exit-by-verdict"), cwd=nights.ROOT, capture_output=True, text=True, timeout=200)
    assert again.returncode == 0 and "PASSED" not in again.stdout, again.stdout
    assert len(nights.lines(out)) == 6
