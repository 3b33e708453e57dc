"""What a scenario is called that is played more than once, and where it lies in a run directory."""
import re

OF_ITEM = re.compile(r"^(?P<file>.*\.ya?ml)::(?P<key>.+)\[(?P<mode>sim|lab)\]$")
REPEAT = re.compile(r"\[repeat=(\d+)\]$")


def key(scenario, repeat=1):
    """Of one repeat among the results: ID, ID[repeat=2] ..."""
    return scenario if repeat == 1 else f"{scenario}[repeat={repeat}]"


def scenario(key):
    return REPEAT.sub("", key)


def repeat(key):
    match = REPEAT.search(key)
    return int(match[1]) if match else 1


def folder(key, mode):
    """Of its attempts, within the run directory."""
    if mode == "lab":
        return key
    return f"{scenario(key)}[sim]" if repeat(key) == 1 else f"{scenario(key)}[sim,repeat={repeat(key)}]"


def number(attempt):
    """N of a path .../attempt-N."""
    return int(str(attempt).rpartition("attempt-")[2])
