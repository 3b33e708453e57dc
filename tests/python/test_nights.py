"""Campaigns: what their file may say, what they tell at the end, and what a night survives; in virtual time."""
import json
import os
import pathlib
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
import xml.etree.ElementTree as ElementTree

import nights
import pytest

sys.path.insert(0, str(nights.ROOT / "rig" / "python"))
from twinline_campaigns import campaign_file  # noqa: E402
from twinline_campaigns.index import Index  # noqa: E402

FAILOVER = "generic/register/boot-failover-silent-primary"
MUTANT = "  - {device: mutant/reuses-branch, name: reference, firmware: '1.1'}\n"


def test_every_key_is_read(tmp_path):
    lines = ["select: failover", "repeats: 3", "budget: 1.5 h", "lanes: 8", "captures: failed", "retries: 2"]
    lines += ["set_aside_after: 5", "keep_free: 2 GB", "strict: yes", "strict_config: yes", "seed: 7"]
    told = campaign_file.load(nights.write(tmp_path, *lines, devices=nights.REFERENCE + MUTANT))
    assert (told.name, told.mode, told.select, told.scenarios) == ("night", "sim", "failover", nights.BOOTS)
    assert (told.repeats, told.budget, told.lanes, told.captures, told.retries) == (3, 5400, 8, "failed", 2)
    assert (told.set_aside_after, told.keep_free, told.strict, told.strict_config, told.seed) == (5, 2 * 10**9, True, True, 7)
    assert [(p.device, p.name, p.firmware) for p in told.phones] == [
        ("reference", "reference", "1.0"),
        ("mutant/reuses-branch", "reference", "1.1"),
    ]


@pytest.mark.parametrize(
    "line, said",
    [
        ("colour: green", 'unknown key "colour"; allowed are name, devices'),
        ("repeats: many", 'repeats "many" is out of range; allowed is 1 to 1000'),
        ("repeats: 0", "allowed is 1 to 1000"),
        ("budget: 8", 'budget "8" is not understood; allowed is a time as 8 h, 30 min or 90 s'),
        ("captures: some", 'captures "some" is not known; allowed are all, failed'),
        ("lanes: [1]", "lanes is empty or no text"),
        ("seed: 1\nseed: 2", '"seed" stands here twice'),
        ("select: (", "allowed here is"),
        ("lanes: 2:", "is no YAML"),
    ],
)
def test_a_fault_is_told_with_its_line(tmp_path, line, said):
    file = nights.write(tmp_path, *line.split("\n"))
    number = file.read_text().count("\n")
    done = nights.play(file, tmp_path / "out")
    assert said in done.stderr and "Traceback" not in done.stderr
    if line.startswith("select"):
        assert done.returncode == 64
    else:
        assert done.returncode == 65 and f"night.yaml:{number}: " in done.stderr
    assert not (tmp_path / "out" / "campaign.json").exists()


@pytest.mark.parametrize(
    "devices, said",
    [
        ("  []\n", "devices is missing or no list"),
        ("  - {firmware: '1'}\n", "night.yaml:4: device is missing"),
        (nights.REFERENCE * 2, 'night.yaml:5: reference with firmware "1.0" stands here twice'),
    ],
)
def test_devices_are_told_apart(tmp_path, devices, said):
    done = nights.play(nights.write(tmp_path, devices=devices), tmp_path / "out")
    assert done.returncode == 65 and said in done.stderr


@pytest.fixture(scope="module")
def two_firmware(tmp_path_factory):
    """A campaign over two firmware of one phone, the second of which breaks a clause."""
    folder = tmp_path_factory.mktemp("two")
    file = nights.write(folder, "lanes: 2", "repeats: 2", devices=nights.REFERENCE + MUTANT, scenarios=[*nights.BOOTS[:2], FAILOVER])
    done = nights.play(file, folder / "runs" / "out", "--hook", f"cat > {folder}/hook.json; exit 7")
    return folder, file, done


def test_the_worst_verdict_decides_and_the_next_firmware_is_compared(two_firmware):
    folder, _, done = two_firmware
    told = nights.told(folder / "runs" / "out")
    assert done.returncode == told["exit_code"] == 1, done.stderr
    first, second = told["runs"]
    assert first["verdicts"] == {"pass": 6} and second["verdicts"] == {"pass": 4, "fail": 2}
    assert [one["scenario"] for one in second["worse"]] == [FAILOVER, f"{FAILOVER}[repeat=2]"]
    assert second["against_firmware"] == "out/1-reference-1.0" and not second["better"] and not second["unsteady"]
    assert f"worse than out/1-reference-1.0: {FAILOVER}" in done.stdout
    assert json.loads((folder / "runs/out/2-reference-1.1/run.json").read_text())["firmware"] == "1.1"
    pages = [(folder / "runs/out" / name / "report.html").read_text() for name in ("1-reference-1.0", "2-reference-1.1", ".")]
    worse = '<span class="badge worse">'
    assert worse not in pages[0] and worse in pages[1] and FAILOVER in pages[2]
    assert not told["notes"], told["notes"]


def test_it_tells_how_far_it_is_and_how_long_it_will_take(two_firmware):
    _, _, done = two_firmware
    told = re.findall(r"^(\d)/6  elapsed \S+ s  remaining about \S+ s$", done.stdout, re.MULTILINE)
    assert sorted(map(int, told)) == [1, 1, 2, 2, 3, 3, 4, 4, 5, 5], "each firmware's own"


def test_the_hook_is_told_all_and_its_failure_changes_nothing(two_firmware):
    folder, _, done = two_firmware
    assert json.loads((folder / "hook.json").read_text())["runs"] == nights.told(folder / "runs" / "out")["runs"]
    assert "the hook failed: exit code 7" in done.stderr


def test_junit_has_a_suite_for_each_run(two_firmware):
    folder, _, _ = two_firmware
    suites = ElementTree.parse(folder / "runs/out/junit.xml").getroot().findall("testsuite")
    assert [(suite.get("tests"), suite.get("failures")) for suite in suites] == [("6", "0"), ("6", "2")]
    names = [case.get("name") for case in suites[1].findall("testcase")]
    assert len(set(names)) == 6 and any(name.endswith("[repeat=2]") for name in names)


def test_what_changed_since_the_last_run_is_unsteady_and_comes_first(two_firmware):
    folder, _, _ = two_firmware
    device = "  - {device: reference, firmware: '1.1'}\n"
    file = nights.write(folder, "name: next", devices=device, scenarios=[*nights.BOOTS[:2], FAILOVER])
    file.write_text(file.read_text().replace("name: night\n", "", 1))
    done = nights.play(file, folder / "runs" / "again")
    assert done.returncode == 0, done.stderr
    run = nights.told(folder / "runs" / "again")["runs"][0]
    assert run["against"] == "out/2-reference-1.1" and run["against_firmware"] == "out/1-reference-1.0"
    assert [(one["scenario"], one["verdicts"]) for one in run["unsteady"]] == [(FAILOVER, ["fail", "pass"])]
    assert nights.lines(folder / "runs/again/1-reference-1.1")[0][0] == FAILOVER, "what failed last time comes first"
    shutil.rmtree(folder / "runs" / "again")


def test_the_index_is_written_again_from_the_runs(two_firmware):
    folder, _, _ = two_firmware
    file = folder / "runs" / "index.sqlite"

    def rows():
        with sqlite3.connect(file) as base:
            return sorted(base.execute("SELECT * FROM results"))

    Index(folder / "runs").close()
    before = rows()
    assert len(before) == 12
    for spoil in (file.unlink, lambda: file.write_bytes(b"no data base" * 500), lambda: file.write_bytes(file.read_bytes()[:3000])):
        spoil()
        Index(folder / "runs").close()
        assert rows() == before
    with sqlite3.connect(file) as base:
        base.execute("DELETE FROM results")
    words = [sys.executable, "-m", "twinline_campaigns", "--rebuild-index", folder / "runs"]
    done = subprocess.run(words, capture_output=True, text=True, env=nights.ENVIRONMENT)
    assert done.returncode == 0 and "2 runs, 12 results" in done.stdout and rows() == before


def past_run(folder, day, firmware, **verdicts):
    """A run of desk-phone as it would lie there: scenario -> (verdict, seconds)."""
    run = folder / f"night-{day}" / "1-desk-phone"
    run.mkdir(parents=True)
    told = {"device": "my/phone.yaml", "name": "desk-phone", "firmware": firmware, "started": f"2026-01-0{day}T20:00:00Z"}
    (run / "run.json").write_text(json.dumps(told))
    results = [
        {"scenario": name, "verdict": verdict, "duration_ms": seconds * 1000, "attempts": [{"verdict": verdict}]}
        for name, (verdict, seconds) in verdicts.items()
    ]
    (run / "results.jsonl").write_text("".join(json.dumps(result) + "\n" for result in results))


def test_history_knows_the_last_runs_and_what_was_restless(tmp_path):
    past_run(tmp_path, 1, "80", calm=("pass", 10), flips=("fail", 20), broken=("fail", 5))
    past_run(tmp_path, 2, "80", calm=("pass", 30), flips=("pass", 20), broken=("fail", 5))
    past_run(tmp_path, 3, "81", calm=("pass", 20))
    index = Index(tmp_path)
    assert index.last("desk-phone", "80", "lab")[0] == "night-2/1-desk-phone"
    assert index.last("desk-phone", "80", "lab", {"night-2/1-desk-phone"})[1]["flips"] == "fail"
    assert index.last_of_other_firmware("desk-phone", "80", "lab") == ("night-3/1-desk-phone", {"calm": "pass"})
    assert index.last("desk-phone", "82", "lab") is None and index.last("desk-phone", "80", "sim") is None
    assert index.restless("desk-phone", "lab") == {"flips", "broken"}
    assert index.seconds("desk-phone", "lab") == {"calm": 20, "flips": 20, "broken": 5}
    shutil.rmtree(tmp_path / "night-2")
    index.update()
    assert index.last("desk-phone", "80", "lab")[0] == "night-1/1-desk-phone"
    index.close()


def test_a_finished_campaign_plays_nothing_again(two_firmware):
    folder, _, _ = two_firmware
    file = nights.write(folder, "lanes: 2", "repeats: 2", devices=nights.REFERENCE + MUTANT, scenarios=[*nights.BOOTS[:2], FAILOVER])
    out = folder / "runs" / "out"
    before = {run.name: nights.lines(run) for run in nights.runs(out)}
    refused = nights.play(file, out)
    assert refused.returncode == 64 and "--resume goes on with it" in refused.stderr
    done = nights.play(file, out, "--resume")
    assert done.returncode == 1 and "PASSED" not in done.stdout
    assert {run.name: nights.lines(run) for run in nights.runs(out)} == before


def test_another_campaign_device_or_build_is_refused_with_what_differs(tmp_path):
    device = tmp_path / "desk-phone.yaml"
    text = (nights.ROOT / "fixtures/devices/reference.yaml").read_text().replace("id: reference", "id: desk-phone", 1)
    device.write_text(text)
    devices = nights.REFERENCE + "  - {device: desk-phone.yaml, firmware: '2'}\n"
    file, out = nights.write(tmp_path, devices=devices, scenarios=nights.BOOTS[:1]), tmp_path / "out"
    nights.play(file, out)
    begun = nights.told(out)
    for spoil, said in (
        (lambda: device.write_text(text + "# more\n"), f"the file of device {device}: begun with sha256 "),
        (lambda: file.write_text(file.read_text() + "retries: 1\n"), "the campaign file: begun with sha256 "),
        (lambda: _begun_with(out, begun, "the version of Twinline", "0.0.1"), "the version of Twinline: begun with 0.0.1, now "),
    ):
        spoil()
        done = nights.play(file, out, "--resume")
        assert done.returncode == 64 and said in done.stderr, done.stderr
        device.write_text(text)
        nights.write(tmp_path, devices=devices, scenarios=nights.BOOTS[:1])
        _begun_with(out, begun)
    assert "differs" not in nights.play(file, out, "--resume").stderr


def _begun_with(out, begun, name="", value=""):
    told = {**begun, "begun_with": {**begun["begun_with"], **({name: value} if name else {})}}
    (out / "campaign.json").write_text(json.dumps(told))


def test_a_missing_device_is_set_aside_and_the_others_play(tmp_path):
    broken = tmp_path / "broken.yaml"
    broken.write_text("id: broken\n")
    file = nights.write(tmp_path, devices="  - {device: nobody}\n  - {device: broken.yaml}\n" + nights.REFERENCE, scenarios=nights.BOOTS[:2])
    done = nights.play(file, tmp_path / "out")
    told = nights.told(tmp_path / "out")
    assert done.returncode == 3
    assert 'no device "nobody"' in told["runs"][0]["set_aside"] and "broken.yaml" in told["runs"][1]["set_aside"]
    assert told["runs"][2]["verdicts"] == {"pass": 2}
    assert [left["verdict"] for left in told["runs"][0]["not_played"]] == ["none"] * 2
    assert "nobody: 0 of 2 played" in done.stdout and "set aside: no device" in done.stdout
    errors = ElementTree.parse(tmp_path / "out/junit.xml").findall("testsuite/testcase/error")
    assert len(errors) == 4
    broken.write_text((nights.ROOT / "fixtures/devices/reference.yaml").read_text().replace("id: reference", "id: broken", 1))
    again = nights.play(file, tmp_path / "out", "--resume")
    assert again.returncode == 3 and "only the reference" in nights.told(tmp_path / "out")["runs"][1]["set_aside"], again.stderr


def test_without_any_device_nothing_begins(tmp_path):
    done = nights.play(nights.write(tmp_path, devices="  - {device: nobody}\n"), tmp_path / "out")
    assert done.returncode == 69 and 'no device "nobody"' in done.stderr
    assert not (tmp_path / "out").exists()


def test_what_does_not_fit_into_the_budget_is_told(tmp_path):
    file, out = nights.write(tmp_path, "budget: 1 s", "repeats: 10"), tmp_path / "out"
    done = nights.play(file, out)
    run = nights.told(out)["runs"][0]
    assert done.returncode == 2, done.stderr
    assert run["not_played"] and all(left["kind"] == "budget" for left in run["not_played"])
    assert run["finished"] + len(run["not_played"]) == len(run["planned"]) == 40
    assert "not played (budget)" in done.stdout
    assert ElementTree.parse(out / "junit.xml").find("testsuite/testcase/skipped") is not None


def test_what_has_not_been_built_is_said_without_a_trace(tmp_path):
    file = nights.write(tmp_path)
    nowhere = {**nights.ENVIRONMENT, "TWINLINE": str(tmp_path / "twinline")}
    done = subprocess.run(nights.words(file, tmp_path / "out"), capture_output=True, text=True, timeout=60, env=nowhere)
    assert done.returncode == 69 and done.stderr.startswith("rig/certify: the module _twinline is not in")
    assert "Traceback" not in done.stderr and not (tmp_path / "out").exists()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_campaign_tells_its_hook_and_goes_on(tmp_path, number):
    file, out = nights.write(tmp_path, "repeats: 12", "lanes: 2"), tmp_path / "out"
    night = nights.start(file, out, "--hook", f"cat > {tmp_path}/hook.json")
    nights.until(lambda: any(map(nights.lines, nights.runs(out))), "a result")
    night.send_signal(number)
    assert night.wait(timeout=60) == 130
    told = json.loads((tmp_path / "hook.json").read_text())
    assert told["state"] == "interrupted" and told["exit_code"] == 130
    assert 0 < told["runs"][0]["finished"] < 48
    assert nights.play(file, out, "--resume").returncode == 0
    assert nights.told(out)["runs"][0]["finished"] == 48


def test_a_terminal_that_closes_ends_no_night_under_nohup(tmp_path):
    file, out = nights.write(tmp_path, "lanes: 2", "repeats: 4"), tmp_path / "out"
    words = ["nohup", *nights.words(file, out)]
    night = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=nights.ENVIRONMENT)
    nights.until(lambda: any(map(nights.lines, nights.runs(out))), "a result")
    night.send_signal(signal.SIGHUP)
    assert night.wait(timeout=120) == 0
    assert nights.told(out)["runs"][0]["finished"] == 16


ON_A_SMALL_DISK = """
mount -t tmpfs -o size={size} none "$1"
cd "$1" && mkdir out && shift
"$@"; code=$?
df -k --output=avail . | tail -1 > {told}/free
cp out/campaign.json {told}/
mount -o remount,size=64m none .
"$@" --resume; again=$?
cp out/campaign.json {told}/again.json; cp out/1-*/results.jsonl {told}/
exit $((code * 10 + again))
"""


def test_a_full_disk_loses_nothing_and_is_told(tmp_path):
    """On a disk with room for a few scenarios only; then it grows, and the campaign goes on."""
    disk = tmp_path / "disk"
    disk.mkdir()
    file = nights.write(tmp_path, "keep_free: 0 KB", "repeats: 8", "lanes: 2")
    script = ON_A_SMALL_DISK.format(size="700k", told=tmp_path)
    words = ["unshare", "--user", "--map-root-user", "--mount", "bash", "-c", script, "bash", disk, *nights.words(file, "out")]
    done = subprocess.run([str(word) for word in words], capture_output=True, text=True, timeout=280, env=nights.ENVIRONMENT)
    assert done.returncode == 30, done.stdout + done.stderr
    full, again = (json.loads((tmp_path / name).read_text())["runs"][0] for name in ("campaign.json", "again.json"))
    assert 0 < full["finished"] < 32 and full["verdicts"] == {"pass": full["finished"]}
    assert {left["kind"] for left in full["not_played"]} == {"room"}
    assert again["finished"] == 32 and not again["not_played"]
    scenarios = [json.loads(line)["scenario"] for line in (tmp_path / "results.jsonl").read_text().splitlines()]
    assert sorted(scenarios) == sorted(again["planned"])


def test_room_is_kept_free(tmp_path):
    done = nights.play(nights.write(tmp_path, "keep_free: 999999 GB", scenarios=nights.BOOTS[:1]), tmp_path / "out")
    assert done.returncode == 3 and "are to stay free" in done.stdout
    assert not list(pathlib.Path(tmp_path, "out").rglob("attempt-*"))


def test_two_cannot_go_on_with_one_campaign(tmp_path):
    file, out = nights.write(tmp_path, "repeats: 20"), tmp_path / "out"
    night = nights.start(file, out)
    nights.until(lambda: (out / "campaign.json").exists(), "its beginning")
    try:
        done = nights.play(file, out, "--resume")
        assert done.returncode == 64 and "another process goes on with this campaign" in done.stderr
    finally:
        nights.kill(night)
    assert time.monotonic() and not os.path.exists(f"/proc/{night.pid}")
