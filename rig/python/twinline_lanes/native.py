"""Finds the built C++ module and the fixtures, wherever the tree lies."""
import importlib.util
import os
import pathlib

import pytest

TREE = pathlib.Path(__file__).resolve().parents[3]


def programs():
    """The folder of the commands `twinline` and `twinline-phone`."""
    command = os.environ.get("TWINLINE")
    return pathlib.Path(command).resolve().parent if command else TREE / "build"


def fixtures():
    return pathlib.Path(os.environ.get("TWINLINE_FIXTURES", TREE / "fixtures"))


_loaded = None


def module():
    """The module `_twinline`; a usage error, with the remedy, when it has not been built."""
    global _loaded
    if _loaded is None:
        found = sorted((programs() / "python").glob("_twinline.*so"))
        if not found:
            raise pytest.UsageError(
                f"the module _twinline is not in {programs() / 'python'}; rig/certify --lanes 2 builds it, as does ninja _twinline"
            )
        os.environ.setdefault("TWINLINE_PROGRAMS", str(programs()))
        spec = importlib.util.spec_from_file_location("_twinline", found[0])
        _loaded = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(_loaded)
    return _loaded
