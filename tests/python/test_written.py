"""Scenarios written in Python: played and judged by the rig as a file of the same words would be."""
import json
import os
import pathlib
import subprocess
import sys

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
TWINLINE = pathlib.Path(os.environ.get("TWINLINE", ROOT / "build" / "twinline"))
EXAMPLES = ROOT / "fixtures" / "written"
ID = "generic/dead-primary/phone-moves-on-from-a-dead-primary"


def play(*arguments, cwd=ROOT):
    words = [sys.executable, "-m", "pytest", "-p", "twinline_lanes", "-p", "no:cacheprovider", "-p", "no:tmpdir", "-v", *map(str, arguments)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "rig" / "python"), "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(words, cwd=cwd, capture_output=True, text=True, timeout=200, env=environment)


def written(folder, body, name="test_mine.py"):
    text = (EXAMPLES / "test_dead_primary.py").read_text()
    head, _, rest = text.partition("    lab.config(CONFIG)\n")
    file = folder / name
    file.write_text(head + "    lab.config(CONFIG)\n" + (rest if body is None else body))
    return file


def test_the_examples_hold_and_leave_a_record_like_any(tmp_path):
    done = play(EXAMPLES, f"--out={tmp_path / 'run'}", "-n2")
    assert done.returncode == 0, done.stdout
    line = json.loads((tmp_path / "run" / "results.jsonl").read_text())
    assert line["scenario"] == ID and line["verdict"] == "pass"
    assert (tmp_path / "run" / f"{ID}[sim]" / "attempt-1" / "timeline.jsonl").exists()
    assert ID in (tmp_path / "run" / "report.html").read_text()


def test_a_broken_phone_fails_by_the_clause():
    done = play(EXAMPLES, "--device=mutant/skips-secondary", "-m", "sim", "--strict-verdicts")
    assert done.returncode == 1
    assert "fail: RFC-3263-07: the time-out moves the request on" in done.stdout
    assert ".py:" not in done.stdout.partition("FAILURES")[2].partition("short test summary")[0]


def test_it_is_judged_as_the_same_words_in_a_file(tmp_path):
    show = "    print('WRITTEN', __import__('json').dumps(lab.text()))\n"
    body = written(tmp_path, None).read_text().partition("    lab.config(CONFIG)\n")[2]
    file = written(tmp_path, body.replace("    lab.play()\n", f"{show}    lab.play()\n"))
    done = play(file, "-s", f"--assessments={tmp_path / 'ours.json'}")
    assert done.returncode == 0, done.stdout
    text = json.loads(next(line for line in done.stdout.splitlines() if "WRITTEN" in line).partition("WRITTEN ")[2])
    (tmp_path / "same.yaml").write_text(text)
    told = subprocess.run([TWINLINE, "sim", tmp_path / "same.yaml", "--json"], capture_output=True, text=True)
    ours, theirs = json.loads((tmp_path / "ours.json").read_text())[0], json.loads(told.stdout)[0]
    assert {key: ours[key] for key in ("verdict", "findings", "readings")} == {key: theirs[key] for key in ("verdict", "findings", "readings")}


@pytest.mark.parametrize(
    "body, said",
    [
        ("    lab.at('start', 'fly')\n    lab.play()\n", 'unknown action "fly"'),
        ("    lab.at('home + 1 s', 'end')\n    lab.play()\n", "home"),
        ("    lab.topology('nowhere')\n    lab.play()\n", 'topology "nowhere"'),
        ("    lab.at('start', 'silence primary')\n", "lab.play() is missing"),
        ("    lab.set(limit='soon')\n    lab.play()\n", "limit"),
    ],
)
def test_a_wrong_word_is_told_with_its_line(tmp_path, body, said):
    done = play(written(tmp_path, body))
    assert done.returncode == 1 and said in done.stdout, done.stdout
    assert "Traceback" not in done.stdout


def test_what_python_asserts_beside_it_counts(tmp_path):
    body = written(tmp_path, None).read_text().partition("    lab.config(CONFIG)\n")[2].replace("== 11", "== 12")
    done = play(written(tmp_path, body), "--exit-by-verdict")
    assert done.returncode == 1 and "assert 11 == 12" in done.stdout


def test_parameters_make_scenarios_of_their_own(tmp_path):
    file = written(tmp_path, None)
    text = file.read_text().replace("def test_", "@__import__('pytest').mark.parametrize('port', [5061, 5062])\ndef test_", 1)
    text = text.replace("(lab, device, expect)", "(lab, device, expect, port)").replace("lab.config(CONFIG)", "lab.config(CONFIG + f'sip.local_port = {port}')")
    file.write_text(text)
    done = play(file, f"--out={tmp_path / 'run'}")
    assert done.returncode == 0, done.stdout
    ids = [json.loads(line)["scenario"] for line in (tmp_path / "run" / "results.jsonl").read_text().splitlines()]
    assert len(set(ids)) == 2 and all("506" in one for one in ids)


def results_of(out):
    lines = [json.loads(line) for line in (out / "results.jsonl").read_text().splitlines()]
    assert len({line["scenario"] for line in lines}) == len(lines), "each scenario once"
    return {line["scenario"]: line for line in lines}


KILLED = "    __import__('os').kill(__import__('os').getpid(), 9)\n"


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_lane_that_dies_in_a_test_leaves_an_error_and_costs_no_other(tmp_path, when):
    rest = written(tmp_path, None).read_text().partition("    lab.config(CONFIG)\n")[2]
    written(tmp_path, KILLED + rest if when == "before" else rest + KILLED, "test_deadly.py")
    done = play(tmp_path, f"--out={tmp_path / 'run'}", "-n2", "--exit-by-verdict")
    assert done.returncode == 3, done.stdout
    told = results_of(tmp_path / "run")
    deadly, mine = (told[f"generic/{name}/phone-moves-on-from-a-dead-primary"] for name in ("deadly", "mine"))
    assert mine["verdict"] == "pass"
    assert deadly["verdict"] == "error" and "was ended by signal 9" in deadly["reason"]
    assert [attempt["verdict"] for attempt in deadly["attempts"]] == (["error"] if when == "before" else ["pass", "error"])
    assert "was ended by signal 9" in (tmp_path / "run" / "report.html").read_text()


@pytest.mark.parametrize("body, cause", [("    1 / 0\n", "ZeroDivisionError"), ("    lab.at('start', 'fly')\n    lab.play()\n", "fly")])
def test_a_test_that_ends_before_it_played_leaves_an_error(tmp_path, body, cause):
    done = play(written(tmp_path, body), f"--out={tmp_path / 'run'}", "--exit-by-verdict")
    assert done.returncode == 3, done.stdout
    (told,) = results_of(tmp_path / "run").values()
    assert told["verdict"] == "error" and cause in told["reason"]


def test_a_resumed_run_plays_only_what_was_not_finished(tmp_path):
    """A pass whose own assertions failed is not finished; a verdict that is no pass is."""
    rest = written(tmp_path, None, "test_good.py").read_text().partition("    lab.config(CONFIG)\n")[2]
    written(tmp_path, rest.replace("== 11", "== 12"), "test_asserts.py")
    written(tmp_path, rest.replace('"33 s"', '"31.95 s"'), "test_fails.py")
    out = tmp_path / "run"
    assert play(tmp_path, f"--out={out}", "-n2").returncode == 1
    before = results_of(out)
    assert [line["verdict"] for _, line in sorted(before.items())] == ["pass", "error", "pass"]
    (tmp_path / "test_asserts.py").write_text((tmp_path / "test_good.py").read_text())
    done = play(tmp_path, f"--out={out}", "-n2", "--resume")
    assert "1 passed" in done.stdout and "test_asserts.py" in done.stdout, done.stdout
    assert done.returncode == 1, "what ended in error in the first part still counts"
    after = results_of(out)
    assert {key: line["verdict"] for key, line in after.items()} == {key: line["verdict"] for key, line in before.items()}
    assert all(len(line["attempts"]) == 1 for line in after.values())
