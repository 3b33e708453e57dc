"""What a run directory holds of what was planned, and how it is put in order after whatever ended the last one who wrote in it."""
import contextlib
import json
import os
import pathlib
import shutil

from twinline_lanes import items, names, process, results

NOTES = "notes.txt"
JUDGING = 600  # seconds, at most, for one record


class RunState:
    def __init__(self, folder, mode):
        self.folder, self.mode = pathlib.Path(folder), mode
        self.results = results.read(folder)

    def attempts(self, key):
        return sorted((self.folder / names.folder(key, self.mode)).glob("attempt-*"), key=names.number)

    def verdicts(self, key):
        """Of the attempts that were judged."""
        told = (assessment(attempt) for attempt in self.attempts(key))
        return [one["verdict"] for one in told if one]

    def is_final(self, key, tries):
        verdicts = self.verdicts(key)
        return bool(verdicts) and (len(verdicts) >= tries or any(verdict not in items.AGAIN for verdict in verdicts))

    def judged(self, key):
        """The attempts that have an assessment."""
        return [attempt for attempt in self.attempts(key) if assessment(attempt)]

    def repair(self, lane, jobs, tries, strict):
        """Loses nothing that was finished and keeps nothing that was not: says what it did, a line each."""
        said = []
        if torn := results.cut(self.folder):
            said.append(f"{torn} octets of {results.FILE} were torn, and are cut off")
        self.results = results.read(self.folder)
        for job in jobs:
            if job.key not in self.results:
                said += self._put_in_order(lane, job, tries, strict)
        self.results = results.read(self.folder)
        return said

    def _put_in_order(self, lane, job, tries, strict):
        said = []
        for half in (self.folder / names.folder(job.key, self.mode)).glob("*.new"):
            half.unlink()
        for attempt in self.attempts(job.key):
            if assessment(attempt):
                continue
            which = f"{job.key}: attempt {names.number(attempt)}"
            if (attempt / "record" / "SHA256SUMS").exists() and self._judge(lane, job, attempt, strict):
                said.append(f"{which} had been played to its end, and is judged now")
            else:
                discard(attempt, self.folder)
                said.append(f"{which} was cut off and is removed")
        if self.is_final(job.key, tries):
            try:
                results.append(self.folder, lane.join(str(self.folder), names.folder(job.key, self.mode), job.key))
                said.append(f"{job.key} had been judged, and is taken")
            except (OSError, RuntimeError) as failed:
                said.append(f"{job.key} has been judged, but its result cannot be written: {failed}")
        return said

    def _judge(self, lane, job, attempt, strict):
        work = lambda: {"outcome": lane.judge_kept(job.file, job.scenario, str(attempt), strict)}  # noqa: E731
        return "outcome" in process.call(work, JUDGING).result

    def remove_captures_of_passes(self):
        """The record loses its capture, and says so; the timeline that was read off it stays."""
        for key, result in self.results.items():
            if result["verdict"] != "pass":
                continue
            for attempt in self.attempts(key):
                capture = attempt / "record" / "capture.pcapng"
                if capture.exists():
                    why = "a pass, of whose campaign only the captures of what did not pass are kept (captures: failed)\n"
                    (attempt / "record" / "capture.removed").write_text(why, encoding="utf-8")
                    capture.unlink()

    def note(self, line):
        """Told of the run beside its results, so that it outlives whoever tells it; a full disk keeps no note."""
        with contextlib.suppress(OSError), open(self.folder / NOTES, "a", encoding="utf-8") as file:
            file.write(line + "\n")

    def notes(self):
        """Oldest first."""
        try:
            return (self.folder / NOTES).read_text(encoding="utf-8", errors="replace").splitlines()
        except FileNotFoundError:
            return []


def assessment(attempt):
    try:
        return _parsed((attempt / "assessment.json").read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError):
        return None


def _parsed(text):
    try:
        told = json.loads(text)
    except ValueError:
        return None
    return told if isinstance(told, dict) else None


def discard(attempt, run):
    """With the folders that were made for it."""
    shutil.rmtree(attempt, ignore_errors=True)
    folder = attempt.parent
    while folder != run:
        try:
            os.rmdir(folder)
        except OSError:
            return
        folder = folder.parent
