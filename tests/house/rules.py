"""The rules of the house, read off the text of a source tree: who may include whom, where time may not come from, and
how a file looks. Each rule yields its breaches as "FILE:LINE: what"."""
import re

from source_tree import CPP, code_of, lines_of, tracked

# Room -> the rooms that it may include beside those that they may.
EDGES = {
    "reference_impl/wire": [],
    "reference_impl/config": ["reference_impl/wire"],
    "reference_impl/phone": ["reference_impl/config"],
    "reference_impl/mutants": ["reference_impl/phone"],
    "reference_impl/live": ["reference_impl/mutants"],
    "probes/timeline": [],
    "probes/decode": ["probes/timeline"],
    "probes/capture": ["probes/timeline"],
    "rig/scenario": ["probes/timeline"],
    "rig/dns": ["rig/scenario"],
    "rig/judge": ["rig/scenario"],
    "rig/world": ["reference_impl/mutants", "rig/dns"],
    "rig/shadow": ["rig/world", "probes/decode", "rig/scenario"],
    "rig/testbed": ["reference_impl/config", "rig/scenario", "rig/dns", "probes/capture"],
    "rig/run": ["rig/testbed", "probes/decode"],
    "rig/assess": ["probes/capture", "rig/shadow", "rig/judge"],
    "rig/field": ["rig/assess"],
    "reports": ["rig/judge", "probes/capture"],
}
SEE_EVERYTHING = {"rig/cli", "rig/python"}

# Time and randomness come into these rooms as arguments.
PURE = {
    "reference_impl/wire", "reference_impl/config", "reference_impl/phone", "reference_impl/mutants",
    "probes/timeline", "probes/decode",
    "rig/scenario", "rig/dns", "rig/world", "rig/shadow", "rig/judge",
}  # fmt: skip
IMPURE_INCLUDE = re.compile(
    r"boost/asio|pcap|thread$|pthread\.h$|mutex$|condition_variable$|future$|stop_token$|semaphore$|latch$|barrier$"
)
IMPURE_CALL = re.compile(
    r"\b(now|sleep|usleep|nanosleep|sleep_for|sleep_until|gettimeofday|clock_gettime|time|rand)\s*[({]"
    r"|\b(random_device)\b"
)
# `time` is a C function only without an object before it and with these arguments.
HARMLESS_TIME = re.compile(r"\btime\s*[({](?!\s*(nullptr|NULL|0|&\w+)\s*[)}])")

# The judge may share neither a state machine nor a parser with the reference.
BLIND_TO_REFERENCE = ("rig/judge", "probes/", "reports")

FORBIDDEN_WORDS = re.compile(r"\b(" + "|".join(["TO" + "DO", "FIX" + "ME", "XX" + "X", "HA" + "CK"]) + r")\b")
MACHINE_PATH = re.compile(r"(?<![\w.:>$}])/(work|home|root|Users|tmp)/\w")
LONGEST = 350


def room_of(name):
    for room in (*EDGES, *SEE_EVERYTHING):
        if str(name).startswith(room + "/"):
            return room
    return None


def allowed(room):
    """Every room that `room` may include, itself among them."""
    if room in SEE_EVERYTHING:
        return set(EDGES) | SEE_EVERYTHING
    found = {room}
    for edge in EDGES[room]:
        found |= allowed(edge)
    return found


def impurities(tree):
    """Rule 1: no Asio, pcap, thread or sleep in the pure rooms, and nobody there asks what time it is."""
    for name in tree.files:
        if room_of(name) not in PURE:
            continue
        for path, line, way in tree.reached(name):
            if IMPURE_INCLUDE.search(str(path)):
                yield f"{name}:{line}: a pure room includes {' -> '.join(way)}"
        text = (tree.root / name).read_text("utf-8", "replace")
        for number, line in enumerate(code_of(text).split("\n"), 1):
            for match in IMPURE_CALL.finditer(HARMLESS_TIME.sub("", line)):
                yield f"{name}:{number}: a pure room calls {match[1] or match[2]}"


def sights_of_reference(tree):
    """Rule 2: judge, probes and reports never reach the reference, over however many includes."""
    for name in tree.files:
        if str(name).startswith(BLIND_TO_REFERENCE):
            for path, line, way in tree.reached(name):
                if path.parts[0] == "reference_impl":
                    yield f"{name}:{line}: must not see the reference: {' -> '.join(way)}"


def wrong_edges(tree):
    """Rule 3: a room includes itself and what its edges allow."""
    for name in tree.files:
        room = room_of(name)
        for number, system, path in tree.includes(name) if room else []:
            other = room_of(path)
            if not system and other and other not in allowed(room):
                yield f"{name}:{number}: {room} may not include {other}"


def silent_openings(root):
    """Each source file says in its first lines why it exists."""
    openings = {".cc": ("//",), ".hh": ("//",), ".py": ('"""', "#"), ".css": ("/*",), ".js": ("//", "/*")}
    for name in tracked(root):
        lines = lines_of(root, name) if "corpus" not in name.parts else []  # inputs, as they came
        if lines and lines[0].startswith("#!"):
            lines, wanted = lines[1:], openings.get(name.suffix, ("#",))
        elif name.suffix in openings:
            wanted = openings[name.suffix]
        else:
            continue
        if not lines or not lines[0].startswith(wanted):
            yield f"{name}:1: does not open with a comment that says why the file exists"


def matching_lines(root, pattern, what, excused=lambda line: False):
    for name in tracked(root):
        for number, line in enumerate(lines_of(root, name), 1):
            match = pattern.search(line)
            if match and not excused(line):
                yield f"{name}:{number}: {what}: {match[0]}"


def machine_paths(root):
    """A path that exists on one machine only; a name for mktemp is none."""
    return matching_lines(root, MACHINE_PATH, "machine path", lambda line: "mktemp" in line)


def forbidden_words(root):
    return matching_lines(root, FORBIDDEN_WORDS, "forbidden word")


def long_files(root, excused):
    """Source files that are too long, and excuses that are no longer needed. `excused`: file -> reason."""
    suffixes = {*CPP, ".py", ".sh", ".js", ".css", ".cmake", ""}
    too_long = {
        str(name): len(lines_of(root, name))
        for name in tracked(root)
        if name.suffix in suffixes and name.name != "LICENSE" and len(lines_of(root, name)) > LONGEST
    }
    for name, length in too_long.items():
        if not excused.get(name):
            yield f"{name}:{length}: longer than {LONGEST} lines, and not excused in tests/house/long_files.txt"
    for name in excused:
        if name not in too_long:
            yield f"{name}:1: is excused in tests/house/long_files.txt, but no longer long"
