"""results.jsonl: a line for each finished scenario, synced as it is written, so that what was finished stays finished."""
import contextlib
import json
import os
import pathlib

FILE = "results.jsonl"
RUN = "run.json"


def append(folder, line, name=FILE):
    """All of the line or nothing of it."""
    file = os.open(os.path.join(folder, name), os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        before = os.fstat(file).st_size
        octets = (line + "\n").encode()
        try:
            if os.write(file, octets) != len(octets):
                raise OSError(f"write {name} in {folder}: no space left for a line")
            os.fsync(file)
        except OSError:
            os.ftruncate(file, before)
            raise
    finally:
        os.close(file)


def write(folder, name, octets):
    """The old file or the new one, whole."""
    beside = os.path.join(folder, name + ".new")
    try:
        with open(beside, "wb") as file:
            file.write(octets)
            file.flush()
            os.fsync(file.fileno())
        os.replace(beside, os.path.join(folder, name))
    except OSError:
        with contextlib.suppress(OSError):
            os.remove(beside)
        raise


def of_run(folder):
    """What run.json says; nothing where there is none."""
    try:
        return json.loads(pathlib.Path(folder, RUN).read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return {}


def add_to_run(folder, **words):
    """More that run.json says."""
    write(folder, RUN, (json.dumps(of_run(folder) | words, indent=2, ensure_ascii=False) + "\n").encode())


def read(folder):
    """The results by what their scenarios are called, each once: what a kill tore is no line."""
    return {result["scenario"]: result for _, result in _once(folder)}


def cut(folder, without=()):
    """Takes away what is no whole line, or stands there twice, and these scenarios. Says how many octets that were."""
    octets = _text(folder)
    kept = b"".join(line + b"\n" for line, result in _once(folder) if result["scenario"] not in without)
    if kept == octets:
        return 0
    write(folder, FILE, kept)
    return max(1, len(octets) - len(kept))


def _once(folder):
    seen = set()
    for line in _text(folder).split(b"\n"):
        result = _whole(line)
        if result and result["scenario"] not in seen:
            seen.add(result["scenario"])
            yield line, result


def lines(folder, name):
    """What the whole lines of a file say."""
    for line in _text(folder, name).split(b"\n"):
        with contextlib.suppress(ValueError):
            yield json.loads(line)


def _text(folder, name=FILE):
    try:
        return pathlib.Path(folder, name).read_bytes()
    except FileNotFoundError:
        return b""


def _whole(line):
    try:
        result = json.loads(line)
    except ValueError:
        return None
    return result if isinstance(result, dict) and isinstance(result.get("scenario"), str) and result.get("verdict") else None
