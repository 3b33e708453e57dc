"""A run of a campaign, in the process that leads its lanes: it only keeps what lanes tell, and sets the device aside that no
longer comes up. What is left to play, the reports and the exit code are the campaign's business."""
import contextlib
import os
import pathlib
import time

import pytest

from . import locks, plan
from .run import Results

SUSPECT = "reference suspect"  # an error of ours that says nothing of device and lab


class PlannedRun(Results):
    def __init__(self, config):
        super().__init__(config)
        self.plan = self.rig.plan
        self.in_a_row = 0
        self.began = time.monotonic()

    def take(self, entry, result):
        self.finished[entry] = result
        self._tell_progress()
        if left_out := result.get("left_out"):
            self.plan.leave_out(result["key"], *left_out)
            return
        self._watch(result)
        if result["verdict"] == "error" and len(result["attempts"]) < self.plan.tries(result["key"]):
            return  # its lane died, and it may be tried again: no result yet
        try:
            self.settle(result["key"], result["mode"])
        except (OSError, RuntimeError) as failed:
            self._settle_with_reserve(result, failed)

    def _tell_progress(self):
        left, seconds = self.plan.left(
            {result["key"] for result in self.finished.values()}, getattr(self.config.option, "numprocesses", None) or 1
        )
        reporter = self.config.pluginmanager.getplugin("terminalreporter")
        if reporter and left:
            reporter.ensure_newline()
            elapsed = time.monotonic() - self.began
            total = len(self.plan.entries)
            reporter.write_line(f"{total - left}/{total}  elapsed {span(elapsed)}  remaining about {span(seconds)}")

    def _settle_with_reserve(self, result, failed):
        """A full disk has room for a line once the campaign's reserve is given up; else `--resume` takes the attempt as it lies."""
        with contextlib.suppress(FileNotFoundError):
            os.remove(self.plan.reserve)
        try:
            self.settle(result["key"], result["mode"])
        except (OSError, RuntimeError):
            self.plan.leave_out(result["key"], "room", f"its result could not be written: {failed}")

    def _watch(self, result):
        """Each attempt is a boot: so many in a row that come to nothing, and the device (or its lab) is given up for this run."""
        if result["verdict"] == "not applicable":
            return
        for verdict in result.get("verdicts", [result["verdict"]]):
            is_bad = verdict == "error" and not result["reason"].startswith(SUSPECT)
            self.in_a_row = self.in_a_row + 1 if is_bad else 0
        if self.in_a_row < self.plan.set_aside_after:
            return
        aside = pathlib.Path(self.rig.out, plan.SET_ASIDE)
        if not aside.exists():
            last = result["reason"].splitlines()[0].removesuffix("; its last words:")  # which follow in lines of their own
            why = f"{self.in_a_row} boots in a row ended in error, the last of {result['key']}: {last}"
            with contextlib.suppress(OSError):
                aside.write_text(why, encoding="utf-8")

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session, exitstatus):
        locks.remove_gates(self.rig.out)
        if self.interrupted:
            session.exitstatus = 130
        elif self.bad_input:
            session.exitstatus = 65

    def pytest_terminal_summary(self, terminalreporter):
        counts = {}
        for result in self.finished.values():
            word = "not played" if result.get("left_out") else result["verdict"]
            counts[word] = counts.get(word, 0) + 1
        terminalreporter.ensure_newline()
        terminalreporter.write_line(", ".join(f"{n} {word}" for word, n in sorted(counts.items())))


def span(seconds):
    """"40 s", "12 min", "3 h 05 min"."""
    minutes = round(seconds / 60)
    if seconds < 100:
        return f"{seconds:.0f} s"
    return f"{minutes} min" if minutes < 100 else f"{minutes // 60} h {minutes % 60:02} min"
