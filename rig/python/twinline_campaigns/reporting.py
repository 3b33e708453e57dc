"""Calls what writes the pages: `twinline report` of each run, with the runs it is compared with, and of the campaign."""
import functools
import subprocess

from twinline_lanes import native

SECONDS = 3600


def write_all(folder, told):
    """Gives what went wrong, a line each."""
    failed = []
    for run in told["runs"]:
        if not run["finished"]:
            continue
        words = [folder / run["directory"]]
        for option, against in (("--against", run["against"]), ("--against-firmware", run["against_firmware"])):
            if against and option in _help():
                words += [option, folder.parent / against]
        if len(words) > 1:
            failed += _report(words)
    if "CAMPAIGN" in _help():
        failed += _report([folder])
    return failed


def _report(words):
    try:
        done = subprocess.run([native.programs() / "twinline", "report", *words], capture_output=True, text=True, timeout=SECONDS, check=False)
    except (OSError, subprocess.TimeoutExpired) as wrong:
        return [f"twinline report {words[0]}: {wrong}"]
    return [f"twinline report {words[0]}: {done.stderr.strip() or f'exit code {done.returncode}'}"] if done.returncode else []


@functools.cache
def _help():
    try:
        return subprocess.run([native.programs() / "twinline", "report", "--help"], capture_output=True, text=True, timeout=60, check=False).stdout
    except (OSError, subprocess.TimeoutExpired):
        return ""
