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
