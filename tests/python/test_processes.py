"""What a scenario's process is spared: it ends when its lane says so, and of nothing that the lane heard of alone."""
import os
import pathlib
import signal
import subprocess
import sys

import nights

LANE = """
import os, pathlib, signal, sys, time
from twinline_lanes import process
flag = pathlib.Path(sys.argv[1])
heard = []
if sys.argv[2] == "deaf":
    signal.signal(signal.SIGINT, lambda *_: heard.append(True))

def work():
    flag.touch()
    for _ in range(100):
        if flag.read_text():
            return {"outcome": "whole"}
        time.sleep(0.1)
    return {"outcome": "in vain"}

try:
    print(process.call(work, 20), heard)
except KeyboardInterrupt:
    print("interrupted")
"""


def interrupted(tmp_path, manner):
    """What a lane says that is interrupted, with all of its group, while its scenario is played."""
    flag = tmp_path / "flag"
    words = [sys.executable, "-c", LANE, flag, manner]
    lane = subprocess.Popen(words, env=nights.ENVIRONMENT, stdout=subprocess.PIPE, text=True, start_new_session=True)
    nights.until(flag.exists, "the scenario is played")
    os.killpg(lane.pid, signal.SIGINT)
    if manner == "deaf":
        flag.write_text("go on")
    return lane.communicate(timeout=30)[0].strip()


def test_an_interrupt_of_all_lanes_kills_no_scenario(tmp_path):
    assert interrupted(tmp_path, "deaf") == "Ended(result={'outcome': 'whole'}, death='') [True]"


def test_a_lane_that_is_interrupted_ends_its_scenario(tmp_path):
    assert interrupted(tmp_path, "hears") == "interrupted"
    assert not [p for p in pathlib.Path("/proc").glob("[0-9]*/cmdline") if str(tmp_path / "flag").encode() in read(p)]


def read(file):
    try:
        return file.read_bytes()
    except OSError:
        return b""
