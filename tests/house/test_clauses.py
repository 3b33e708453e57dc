"""Every clause of a vendor's document is played by a scenario or named by a test, or it is said why it is not.

Run as a program it lists who does: `python3 tests/house/test_clauses.py`.
"""
import re
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = ["yealink", "aastra-57i", "aastra-9000i", "audiocodes"]
CLAUSE = re.compile(r"(?<!EXT-)\b(?:YL-[A-Z]+|AA-[A-Z]+|AC-[A-Z]+)(?:-[A-Z0-9]+)+\b")
WHEN = re.compile(r"^    when: \{(.*)\}$", re.M)


def clauses():
    found = {}
    for document in DOCUMENTS:
        content = yaml.safe_load((ROOT / f"fixtures/clauses/{document}.yaml").read_text(encoding="utf-8"))
        found.update({clause["id"]: clause for clause in content["clauses"] if CLAUSE.fullmatch(clause["id"])})
    return found


def players():
    """By clause, the scenarios whose expectations judge it, or that say that they exercise it."""
    found = {}
    for file in sorted((ROOT / "fixtures/scenarios").rglob("*.yaml")):
        # A sweep puts values in before the text is read as YAML; the lines of clauses hold none.
        text = file.read_text(encoding="utf-8")
        for line in re.findall(r"^(?:clauses: .*|  - clause: .*)$", text, re.M):
            for name in CLAUSE.findall(line):
                found.setdefault(name, set()).add(file.relative_to(ROOT / "fixtures/scenarios").with_suffix("").as_posix())
    return found


def namers():
    """By clause, the files of tests that name it."""
    found = {}
    for file in sorted((ROOT / "tests").rglob("*")):
        if file.suffix in {".cc", ".hh", ".py", ".yaml"}:
            for name in CLAUSE.findall(file.read_text(encoding="utf-8")):
                found.setdefault(name, set()).add(file.relative_to(ROOT).as_posix())
    return found


def played():
    return set(players())


def named_by_tests():
    return set(namers())


def excused():
    lines = (ROOT / "tests/house/unplayed_clauses.txt").read_text(encoding="utf-8").splitlines()
    entries = [line.partition(":") for line in lines if line and not line.startswith("#")]
    return {name.strip(): reason.strip() for name, _, reason in entries}


def is_covered_by_the_table(clause):
    """Each parameter with its range and default is compared with the code: tests/config/yealink_documented_test.cc."""
    return "parameter" in clause and clause["id"].startswith("YL-")


def test_every_clause_is_played_or_tested():
    covered = played() | named_by_tests() | set(excused())
    assert not sorted(
        name for name, clause in clauses().items() if name not in covered and not is_covered_by_the_table(clause)
    )


@pytest.mark.parametrize("name", sorted(excused()))
def test_an_excuse_is_of_a_clause_and_says_why(name):
    assert name in clauses()
    assert excused()[name]


def test_what_is_played_is_a_clause():
    assert played() - set(clauses()) == set()


def told_apart():
    """The values of readings under which some scenario of AudioCodes expects something of its own."""
    values = set()
    for file in (ROOT / "fixtures/scenarios/audiocodes").rglob("*.yaml"):
        for condition in WHEN.findall(file.read_text(encoding="utf-8")):
            for reading, value in yaml.safe_load("{" + condition + "}").items():
                values.update((reading, one) for one in (value if isinstance(value, list) else [value]))
    return values


def test_every_reading_of_audiocodes_is_told_apart():
    content = yaml.safe_load((ROOT / "fixtures/clauses/audiocodes-readings.yaml").read_text(encoding="utf-8"))
    wanted = {(reading["id"], value["value"]) for reading in content["readings"] for value in reading["values"]}
    assert not sorted(wanted - told_apart())


def main():
    played_by, named_by, reasons = players(), namers(), excused()
    for name, clause in clauses().items():
        who = sorted(played_by.get(name, ())) + sorted(named_by.get(name, ()))
        if is_covered_by_the_table(clause):
            who.append("tests/config/yealink_documented_test.cc")
        print(f"{name:14} {', '.join(who) or 'nobody: ' + reasons.get(name, 'no reason given')}")


if __name__ == "__main__":
    main()
