"""The plan of a campaign for one run: which scenarios, in which order, how often a lane may try, and what ends it early.
The campaign writes it as JSON (--plan) for all lanes; a lane asks it before it plays anything."""
import json
import os
import pathlib
import time

from . import names

SET_ASIDE = ".set-aside"  # in the run directory: why no more is played in this run
ALMOST_NOTHING = 1 << 20  # octets; with less the record of a scenario cannot be trusted


class Plan:
    def __init__(self, file):
        told = json.loads(pathlib.Path(file).read_text(encoding="utf-8"))
        self.mode, self.deadline, self.keep_free = told["mode"], told["deadline"], told["keep_free"]
        self.reserve, self.set_aside_after = told["reserve"], told["set_aside_after"]
        self.left_out = told["left_out"]
        self.entries = {entry["key"]: {**entry, "place": place} for place, entry in enumerate(told["entries"])}
        self.files = {os.path.realpath(entry["file"]) for entry in self.entries.values()}

    def repeats(self, file, scenario):
        """The keys under which a scenario of this file is to be played."""
        file = os.path.realpath(file)
        return [
            key
            for key, entry in self.entries.items()
            if names.scenario(key) == scenario and os.path.realpath(entry["file"]) == file
        ]

    def put_in_order(self, scenarios):
        """Items of scenarios; what else pytest may have found goes."""
        scenarios[:] = sorted((item for item in scenarios if getattr(item, "key", None) in self.entries), key=lambda i: self.place(i.key))

    def tries(self, key):
        return self.entries[key]["tries"]

    def place(self, key):
        return self.entries[key]["place"]

    def left(self, done, lanes):
        """(how many scenarios, how many seconds): of those that are not among the keys in `done`; lanes make no scenario shorter."""
        each = [entry["seconds"] for key, entry in self.entries.items() if key not in done]
        return len(each), max([sum(each) / lanes, *each])

    def leave_out(self, key, kind, reason):
        """Told to the campaign, in a file that does not lie on the disk of the results: that one may be full."""
        with open(self.left_out, "a", encoding="utf-8") as file:
            file.write(json.dumps([key, kind, reason], ensure_ascii=False) + "\n")

    def why_not(self, key, out):
        """(kind, reason) that keeps a lane from playing it now; or nothing."""
        aside = pathlib.Path(out, SET_ASIDE)
        if aside.exists():
            return "set aside", aside.read_text(encoding="utf-8")
        left = None if self.deadline is None else self.deadline - time.time()
        if left is not None and left < self.entries[key]["seconds"]:
            return "budget", f"it takes about {self.entries[key]['seconds']:.0f} s, and {max(0.0, left):.0f} s of the time budget are left"
        if (free := free_octets(out)) < self.keep_free:
            return "room", f"the disk has {free // 1024} KiB free, and {self.keep_free // 1024} KiB are to stay free"
        return None


def free_octets(folder):
    there = os.statvfs(folder)
    return there.f_bavail * there.f_frsize
