"""Which scenario a test in Python plays. It is known only once the test runs, so its lane notes it in the run directory: for what
takes the results when a lane dies, and for a run that is gone on with."""
import json

from . import results

FILE = "written.jsonl"


def note(folder, item, **words):
    """`scenario` and `mode` of an item, and in the end `held`: whether nothing that its test asserts failed."""
    if folder:
        results.append(folder, json.dumps({"item": item, **words}), FILE)


def read(folder):
    """What was noted of each item, the latest word of each kind."""
    noted = {}
    for line in results.lines(folder, FILE):
        noted.setdefault(line["item"], {}).update(line)
    return noted
