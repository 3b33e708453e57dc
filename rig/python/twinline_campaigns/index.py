"""What earlier runs found, in SQLite: read off the run directories, and read again whenever it is gone, broken or behind them."""
import json
import os
import pathlib
import sqlite3
import statistics
import sys

from twinline_lanes import names, results

FILE = "index.sqlite"
VERSION = 1
SCHEMA = """
CREATE TABLE runs (directory TEXT PRIMARY KEY, device TEXT, firmware TEXT, mode TEXT, started TEXT, stamp TEXT);
CREATE TABLE results (directory TEXT, scenario TEXT, verdict TEXT, duration_ms REAL, verdicts TEXT, PRIMARY KEY (directory, scenario));
CREATE INDEX of_scenario ON results (scenario);
"""


class Index:
    """Of all run directories below a folder."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.base = self._open()
        try:
            self.update()
        except sqlite3.Error:  # a full disk, or a file that only looked whole
            self.base = self._created(":memory:")
            self.update()

    def close(self):
        self.base.close()

    def update(self):
        """Takes in what the run directories hold by now, and forgets those that are gone."""
        known = dict(self.base.execute("SELECT directory, stamp FROM runs"))
        there = {str(run.relative_to(self.folder)): run for run in run_directories(self.folder)}
        with self.base:
            for gone in known.keys() - there.keys():
                self._forget(gone)
            for name, run in there.items():
                stamp = _stamp(run)
                if known.get(name) != stamp:
                    self._forget(name)
                    self._take(name, run, stamp)

    def last(self, device, firmware, mode, other_than=()):
        """The latest run of this phone with this firmware: (directory, {scenario: verdict}); or nothing."""
        return self._latest("device = ? AND firmware = ? AND mode = ?", (device, firmware, mode), other_than)

    def last_of_other_firmware(self, device, firmware, mode, other_than=()):
        return self._latest("device = ? AND firmware <> ? AND mode = ?", (device, firmware, mode), other_than)

    def restless(self, device, mode):
        """Scenarios that did not pass when this phone last played them, or said something else than the time before."""
        rows = self.base.execute(
            "SELECT scenario, verdict, verdicts FROM results JOIN runs USING (directory) WHERE device = ? AND mode = ?"
            " ORDER BY started DESC, directory DESC",
            (device, mode),
        )
        said, flipped = {}, set()
        for scenario, verdict, verdicts in rows:
            if len(set(json.loads(verdicts))) > 1 and scenario not in said:
                flipped.add(scenario)
            said.setdefault(scenario, []).append(verdict)
        return flipped | {s for s, all_of in said.items() if all_of[0] not in ("pass", "not applicable") or len(set(all_of[:2])) > 1}

    def seconds(self, device, mode):
        """How long each scenario took this phone: the median of its last five, by the name of the scenario."""
        rows = self.base.execute(
            "SELECT scenario, duration_ms FROM results JOIN runs USING (directory) WHERE device = ? AND mode = ? AND duration_ms > 0"
            " ORDER BY started DESC, directory DESC",
            (device, mode),
        )
        lasted = {}
        for scenario, duration in rows:
            lasted.setdefault(names.scenario(scenario), []).append(duration / 1000)
        return {scenario: statistics.median(all_of[:5]) for scenario, all_of in lasted.items()}

    def _latest(self, where, values, other_than):
        rows = self.base.execute(f"SELECT directory FROM runs WHERE {where} ORDER BY started DESC, directory DESC", values)
        for (directory,) in rows.fetchall():
            if directory not in other_than and (verdicts := self._verdicts(directory)):
                return directory, verdicts
        return None

    def _verdicts(self, directory):
        return dict(self.base.execute("SELECT scenario, verdict FROM results WHERE directory = ?", (directory,)))

    def _forget(self, name):
        self.base.execute("DELETE FROM runs WHERE directory = ?", (name,))
        self.base.execute("DELETE FROM results WHERE directory = ?", (name,))

    def _take(self, name, run, stamp):
        told = read_json(run / "run.json") or {}
        device = told.get("name") or told.get("device", "")
        row = name, device, told.get("firmware", ""), told.get("mode", "lab"), told.get("started", ""), stamp
        self.base.execute("INSERT INTO runs VALUES (?, ?, ?, ?, ?, ?)", row)
        for scenario, result in results.read(run).items():
            verdicts = json.dumps([attempt["verdict"] for attempt in result.get("attempts", [])])
            row = name, scenario, result["verdict"], result.get("duration_ms", 0), verdicts
            self.base.execute("INSERT INTO results VALUES (?, ?, ?, ?, ?)", row)

    def _open(self):
        file = self.folder / FILE
        try:
            base = sqlite3.connect(file, timeout=30)
            if base.execute("PRAGMA user_version").fetchone()[0] == VERSION and base.execute("PRAGMA quick_check").fetchone()[0] == "ok":
                return base
            base.close()
        except sqlite3.Error:
            pass
        try:
            remove(self.folder)
            return self._created(file)
        except (sqlite3.Error, OSError):
            return self._created(":memory:")

    def _created(self, file):
        base = sqlite3.connect(file, timeout=30)
        base.executescript(SCHEMA + f"PRAGMA user_version = {VERSION};")
        return base


def remove(folder):
    for name in (FILE, FILE + "-journal"):
        pathlib.Path(folder, name).unlink(missing_ok=True)


def run_directories(folder):
    """Those in a folder of runs and campaigns; what else may lie there is not searched through."""
    for pattern in ("*/run.json", "*/*/run.json"):
        for file in sorted(pathlib.Path(folder).glob(pattern)):
            yield file.parent


def read_json(file):
    try:
        return json.loads(pathlib.Path(file).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None


def _stamp(run):
    parts = []
    for name in ("run.json", results.FILE):
        try:
            told = os.stat(run / name)
            parts.append(f"{told.st_size} {told.st_mtime_ns}")
        except FileNotFoundError:
            parts.append("-")
    return ", ".join(parts)


def rebuild(folder):
    """`rig/certify --rebuild-index DIR`"""
    if not os.path.isdir(folder):
        print(f"rig/certify: {folder}: no folder of runs", file=sys.stderr)
        return 64
    remove(folder)
    index = Index(folder)
    runs, lines = (index.base.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in ("runs", "results"))
    index.close()
    print(f"{pathlib.Path(folder, FILE)}: {runs} runs, {lines} results")
    return 0
