"""Campaigns for tests: written, played, killed with all that belongs to them, and read back."""
import json
import os
import pathlib
import signal
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT / "rig" / "python"), "PYTHONDONTWRITEBYTECODE": "1"}
BOOTS = [f"generic/register/{name}" for name in ("boot", "numeric", "port-given", "naptr-order")]
REFERENCE = "  - {device: reference, firmware: '1.0'}\n"


def write(folder, *lines, devices=REFERENCE, scenarios=BOOTS, mode="sim"):
    """A campaign file in the folder."""
    text = f"name: night\nmode: {mode}\ndevices:\n{devices}"
    if scenarios:
        text += f"scenarios: [{', '.join(map(str, scenarios))}]\n"
    file = pathlib.Path(folder, "night.yaml")
    file.write_text(text + "".join(f"{line}\n" for line in lines), encoding="utf-8")
    return file


def words(file, out, *more):
    return [sys.executable, "-m", "twinline_campaigns", "--campaign", file, "--out", out, *map(str, more)]


def play(file, out, *more, timeout=280, **options):
    return subprocess.run(words(file, out, *more), capture_output=True, text=True, timeout=timeout, env=ENVIRONMENT, **options)


def start(file, out, *more):
    said = open(pathlib.Path(out).parent / "said.txt", "ab")
    return subprocess.Popen(words(file, out, *more), stdout=said, stderr=said, env=ENVIRONMENT, start_new_session=True)


def told(out):
    return json.loads((out / "campaign.json").read_text(encoding="utf-8"))


def lines(run):
    """What results.jsonl holds, whole lines only: [(scenario, line)]."""
    try:
        text = (run / "results.jsonl").read_text(encoding="utf-8")
    except FileNotFoundError:
        return []
    return [(json.loads(line)["scenario"], line) for line in text.splitlines(keepends=True) if line.endswith("\n")]


def runs(out):
    return sorted(path for path in out.iterdir() if (path / "run.json").exists()) if out.is_dir() else []


def tree(pid):
    """A process and all that came of it."""
    found = [pid]
    for task in pathlib.Path(f"/proc/{pid}/task").glob("*"):
        try:
            children = (task / "children").read_text().split()
        except OSError:
            continue
        for child in children:
            found += tree(int(child))
    return found


def kill(night):
    """SIGKILL to the whole tree, as the end of power would."""
    everyone = tree(night.pid)
    for number in (signal.SIGSTOP, signal.SIGKILL):  # nobody goes on while others are killed
        for pid in dict.fromkeys(everyone):
            try:
                os.kill(pid, number)
            except ProcessLookupError:
                pass
        everyone += tree(night.pid) if number == signal.SIGSTOP else []
    night.wait(timeout=30)


def until(condition, what, within=60):
    deadline = time.monotonic() + within
    while not (found := condition()):
        assert time.monotonic() < deadline, f"in vain: {what}"
        time.sleep(0.005)
    return found
