"""Calls what writes the page of a campaign: `twinline report`. That of each run was written as the run was concluded."""
import subprocess

from twinline_lanes import native

SECONDS = 3600


def write_page(folder):
    """report.html and report.json of all runs. Gives what went wrong, a line each."""
    words = [native.programs() / "twinline", "report", folder]
    try:
        done = subprocess.run(words, capture_output=True, text=True, timeout=SECONDS, check=False)
    except (OSError, subprocess.TimeoutExpired) as wrong:
        return [f"the page of the campaign could not be written: {wrong}"]
    if done.returncode:
        return [f"the page of the campaign could not be written: {done.stderr.strip() or f'exit code {done.returncode}'}"]
    return []
