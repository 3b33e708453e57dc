"""Where a campaign lies, who works in it, and whether what goes on is what was begun."""
import contextlib
import fcntl
import hashlib
import json
import os
import pathlib
import time

from twinline_lanes import native, results

from .index import read_json

FILE = "campaign.json"
LOCK = ".lock"
# Given up when the disk is full, so that the night can still be told of: the one by the lanes for their results, the other by
# the campaign for its summary.
RESERVES = {".reserve-of-lanes": 64 << 10, ".reserve": 256 << 10}
LANES_RESERVE, OWN_RESERVE = RESERVES
OF_DEVICE = "the file of device "
MISSING = "missing"
PARTS = ("clauses", "scenarios", "topologies", "kamailio", "provisioning")


class Refused(Exception):
    """Why a campaign is not begun, or does not go on; with an exit code."""

    def __init__(self, why, code=64):
        super().__init__(why)
        self.code = code


def choose(out, resume, told):
    """The folder of the campaign, and what its campaign.json says where it goes on."""
    folder = pathlib.Path(out) if out else None
    if folder is None and resume:
        folder = _latest_of(told.name)
    if folder is None:
        stamp = time.strftime("%Y-%m-%d-%H%M%S", time.gmtime())
        folder = pathlib.Path("twinline-runs", f"{stamp}-{told.name}")
    folder = pathlib.Path(os.path.abspath(folder))
    before = read_json(folder / FILE)
    if before is not None and not resume:
        raise Refused(f"{folder} holds a campaign; --resume goes on with it")
    if before is None and folder.is_dir() and (folder / "run.json").exists():
        raise Refused(f"{folder} is the directory of a single run; give another --out")
    if before is None and folder.is_dir() and not resume and any(folder.iterdir()):
        raise Refused(f"{folder} is not empty; give another --out, or --resume for a campaign that was killed as it began")
    folder.mkdir(parents=True, exist_ok=True)
    return folder, before


def _latest_of(name):
    found = [(told.get("started", ""), file.parent) for file in pathlib.Path("twinline-runs").glob(f"*/{FILE}") if (told := read_json(file))
             and told.get("name") == name]  # fmt: skip
    return max(found)[1] if found else None


def lock(folder):
    """An open file: nobody else goes on with this campaign while we do."""
    file = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(file)
        raise Refused(f"{folder}: another process goes on with this campaign") from None
    return file


def leave_nothing(folder):
    """Of a campaign that was refused before it began."""
    if not (folder / FILE).exists():
        give_up_reserves(folder)
        (folder / LOCK).unlink(missing_ok=True)
        with contextlib.suppress(OSError):  # something else is there
            folder.rmdir()


def reserve(folder):
    """As much of it as there is room for."""
    for name, size in RESERVES.items():
        with contextlib.suppress(OSError), open(folder / name, "ab", buffering=0) as file:
            while (there := file.tell()) < size and file.write(os.urandom(min(4096, size - there))):
                pass


def give_up_reserves(folder):
    for name in RESERVES:
        (folder / name).unlink(missing_ok=True)


def write_json(folder, name, told):
    """Whole, and synced; where the disk is full, with the reserve given up for it."""
    octets = (json.dumps(told, indent=2, ensure_ascii=False) + "\n").encode()
    try:
        results.write(folder, name, octets)
    except OSError:
        (folder / OWN_RESERVE).unlink(missing_ok=True)
        results.write(folder, name, octets)


def identity(told, devices, files):
    """What must not change while a campaign goes on. `devices`: name -> its file; `files`: of the user's own scenarios."""
    module = native.module()
    made_of = {
        "the campaign file": told.digest,
        "the version of Twinline": module.version,
        "the build of Twinline": _digest(module.__file__),
    }
    for part in PARTS:
        made_of[f"fixtures/{part}"] = _digest_of_tree(native.fixtures() / part)
    for name, file in devices.items():
        made_of[OF_DEVICE + name] = _digest(file) if file else MISSING
    for file in files:
        made_of[f"the file {file}"] = _digest(file)
    return made_of


def check_identity(begun_with, now):
    """Throws Refused that says what differs."""
    differing = []
    for name in {**begun_with, **now}:
        before, after = begun_with.get(name, MISSING), now.get(name, MISSING)
        if before != after and not (before == MISSING and name.startswith(OF_DEVICE)):  # a device that was not there has no results
            short = [digest if len(digest) != 64 else f"sha256 {digest[:12]}" for digest in (before, after)]
            differing.append(f"  {name}: begun with {short[0]}, now {short[1]}")
    if differing:
        raise Refused("this is not what the campaign began with, so its results would not belong together:\n" + "\n".join(differing))


def _digest(file):
    digest = hashlib.sha256()
    with open(file, "rb") as octets:
        while part := octets.read(1 << 20):
            digest.update(part)
    return digest.hexdigest()


def _digest_of_tree(folder):
    digest = hashlib.sha256()
    for file in sorted(path for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts):
        digest.update(f"{file.relative_to(folder)} {_digest(file)}\n".encode())
    return digest.hexdigest()
