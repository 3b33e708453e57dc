"""Captures that are cut, absurd or timed wrongly, as `twinline explain` tells of them: a clear message and no more."""
import os
import pathlib
import struct
import subprocess

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
TWINLINE = pathlib.Path(os.environ.get("TWINLINE", ROOT / "build" / "twinline"))
SCENARIO = "generic/register/naptr-order"
FILE_HEADER, FRAME_HEADER = 24, 16
BAD_INPUT, UNJUDGED = 65, 2
YEAR = 366 * 86400


def pcap(frames, snapshot=65535, link=1):
    """Classic pcap in nanoseconds; `frames` are (seconds, nanoseconds, octets)."""
    head = struct.pack("<IHHiIII", 0xA1B23C4D, 2, 4, 0, 0, snapshot, link)
    return head + b"".join(struct.pack("<IIII", s, n, min(len(o), snapshot or len(o)), len(o)) + o[: snapshot or None] for s, n, o in frames)


@pytest.fixture(scope="module", name="frames")
def frames_of_a_registration(tmp_path_factory):
    file = tmp_path_factory.mktemp("good") / "good.pcapng"
    subprocess.run([TWINLINE, "sim", SCENARIO, "--capture", file], check=True, capture_output=True)
    content, found, at = file.read_bytes(), [], 0
    while at < len(content):
        kind, length = struct.unpack_from("<II", content, at)
        if kind == 6:
            high, low, captured = struct.unpack_from("<III", content, at + 12)
            nanoseconds = high << 32 | low
            found.append((nanoseconds // 10**9 + 10**9, nanoseconds % 10**9, content[at + 28 : at + 28 + captured]))
        at += length
    assert len(found) > 10
    return found


@pytest.fixture(name="told")
def explained(tmp_path):
    def tell(content):
        file = tmp_path / "site.pcap"
        file.write_bytes(content)
        return subprocess.run([TWINLINE, "explain", file], capture_output=True, text=True, timeout=120, check=False)

    return tell


def test_the_capture_itself_is_clean(told, frames):
    assert told(pcap(frames)).returncode == 0


@pytest.mark.parametrize(
    "content, said",
    [
        (b"", "no capture: at octet 0: the file ends inside a record"),
        (b"REGISTER sip:pbx.test SIP/2.0\r\n", "no capture: at octet 0: neither pcap nor pcapng"),
        (pcap([])[:-1], "no capture: at octet 23: the file ends inside a record"),
        (pcap([]), "holds no frame"),
        (struct.pack("<III", 0x0A0D0D0A, 0xFFFFFFF0, 0x1A2B3C4D), "no capture: at octet 0: a block of 4294967280 octets"),
    ],
)
def test_what_is_no_capture_is_bad_input(told, content, said):
    done = told(content)
    assert done.returncode == BAD_INPUT
    assert said in done.stderr and not done.stdout


def test_a_cut_file_is_read_as_far_as_it_goes(told, frames):
    content = pcap(frames)
    first = FILE_HEADER + FRAME_HEADER + len(frames[0][2])
    for end in (first + 1, first + FRAME_HEADER, len(content) // 2, len(content) - 1):
        done = told(content[:end])
        assert done.returncode in (0, UNJUDGED), done.stderr
        assert "note: the capture breaks off after frame " in done.stdout


def test_an_absurd_length_ends_the_reading(told, frames):
    done = told(pcap(frames[:1]) + struct.pack("<IIII", 1, 0, 0xFFFFFFFF, 0xFFFFFFFF))
    assert "breaks off after frame 1 (at octet " in done.stdout and "a packet of 4294967295 octets" in done.stdout
    assert done.returncode == UNJUDGED


def test_a_snapshot_length_of_zero_is_none(told, frames):
    assert told(pcap(frames, snapshot=0)).returncode == 0


def test_frames_cut_short_are_counted(told, frames):
    done = told(pcap(frames, snapshot=60))
    assert f"{len(frames)} packets were captured in part only" in done.stdout
    assert done.returncode == UNJUDGED


def set_clock(frames, at, seconds):
    return [(s + (seconds if number >= at else 0), n, o) for number, (s, n, o) in enumerate(frames)]


@pytest.mark.parametrize("seconds, said", [(-3600, "steps back by 3599."), (56 * YEAR, "steps ahead by 1770")])
def test_a_clock_that_was_set_is_told(told, frames, seconds, said):
    # Behind the last of what matters: what comes before is judged as ever.
    done = told(pcap(set_clock(frames, len(frames) - 1, seconds)))
    assert f"note: the clock of the capture {said}" in done.stdout
    assert done.returncode in (0, UNJUDGED)


def test_a_clock_that_steps_all_the_time_is_told_once_more(told, frames):
    to_and_fro = [(1000 + 110 * YEAR * (number % 2), 0, o) for number, (_, _, o) in enumerate(frames)]
    done = told(pcap(to_and_fro))
    assert done.stdout.count("note: the clock of the capture steps ") == 9
    assert done.returncode in (0, 1, UNJUDGED)
