"""Loads the plugin that makes scenarios items of pytest, whatever folder it is started from."""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parent / "rig" / "python"))
pytest_plugins = ["twinline_lanes"]
