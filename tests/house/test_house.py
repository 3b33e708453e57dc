"""This source tree keeps the rules of the house."""
import ast
from pathlib import Path

import pytest
import rules
from pyflakes.checker import Checker
from pyflakes.messages import UndefinedName
from source_tree import CPP, Tree, tracked

ROOT = Path(__file__).resolve().parents[2]


def excuses():
    lines = (ROOT / "tests/house/long_files.txt").read_text(encoding="utf-8").splitlines()
    entries = [line.partition(":") for line in lines if line and not line.startswith("#")]
    return {name.strip(): reason.strip() for name, _, reason in entries}


@pytest.fixture(scope="module", name="tree")
def tree_of_the_project():
    tree = Tree(ROOT)
    rooms = {rules.room_of(name) for name in tree.files} - {None}
    assert len(rooms) >= 10, f"the rules look at {len(rooms)} rooms only: has the tree moved?"
    return tree


@pytest.mark.parametrize("rule", [rules.impurities, rules.sights_of_reference, rules.wrong_edges])
def test_includes(tree, rule):
    assert not list(rule(tree))


@pytest.mark.parametrize("rule", [rules.silent_openings, rules.machine_paths, rules.forbidden_words])
def test_looks(rule):
    assert not list(rule(ROOT))


def test_length():
    assert not list(rules.long_files(ROOT, excuses()))


def test_files_of_pytest_have_names_of_their_own():
    """Two of one name in two folders cannot be collected in one run."""
    names = [name.name for name in tracked(ROOT) if name.name.startswith("test_") and name.suffix == ".py"]
    assert sorted(set(names)) == sorted(names)


def test_python_names_are_known():
    """A test that is seldom reached is not to end in a NameError."""
    scripts = [name for name in tracked(ROOT) if name.suffix == ".py"]
    assert len(scripts) > 50
    found = [
        str(message)
        for name in scripts
        for message in Checker(ast.parse((ROOT / name).read_text(encoding="utf-8")), str(name)).messages
        if isinstance(message, UndefinedName)
    ]
    assert not found


def test_every_room_has_a_rule():
    folders = {
        str(name.parent)
        for name in tracked(ROOT)
        if name.suffix in CPP and name.parts[0] in ("reference_impl", "probes", "rig", "reports")
    }
    assert not {folder for folder in folders if rules.room_of(Path(folder) / "any.cc") is None}
