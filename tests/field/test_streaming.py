"""What reads a capture keeps what was signalled in it, not what went by: ten times the packets of the same phones take about the
same memory, and one phone among strangers is explained as it is alone."""

import json
import os
import pathlib
import random
import struct
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import traffic  # noqa: E402

ROOT = pathlib.Path(__file__).resolve().parents[2]
TWINLINE = pathlib.Path(os.environ.get("TWINLINE", ROOT / "build" / "twinline"))
SCENARIO, MUTANT = "generic/register/boot-failover-silent-primary", "mutant/reuses-branch"
MEGABYTE = 1 << 20


def run(*words, out):
    """Exit code, and the peak of memory in octets."""
    with open(out, "wb") as file:
        child = subprocess.Popen([TWINLINE, *map(str, words)], stdout=file, stderr=subprocess.STDOUT)
        _, status, used = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    return child.returncode, used.ru_maxrss * 1024


def test_a_timeline_takes_memory_for_phones_and_not_for_packets(tmp_path):
    peaks = []
    for packets in (10_000, 100_000):
        capture = tmp_path / f"{packets}.pcap"
        traffic.write(capture, traffic.signalling(packets, phones=50, calls=0, refreshes=500, at_once=50))
        code, peak = run("timeline", capture, out=tmp_path / "timeline.jsonl")
        assert code == 0
        with open(tmp_path / "timeline.jsonl", "rb") as file:
            last, count = max((json.loads(line)["frame"], 1 + number) for number, line in enumerate(file) if number % 997 == 0 or number == packets - 1)
        assert (last, count) == (packets, packets)
        peaks.append(peak)
    # The events of the longer one are 250 MB; the table of latest messages is bounded, and grows until it is full.
    assert peaks[1] - peaks[0] < 24 * MEGABYTE, peaks


def packets_of(pcapng):
    """Microseconds and octets of each packet."""
    data, at, units = pcapng.read_bytes(), 0, 1
    while at < len(data):
        kind, length = struct.unpack_from("<II", data, at)
        if kind == 1:
            option = at + 16
            while option < at + length - 4:
                code, size = struct.unpack_from("<HH", data, option)
                if code == 9:
                    units = 10 ** (data[option + 4] - 6)
                option += 4 + (size + 3) // 4 * 4
        elif kind == 6:
            high, low, captured = struct.unpack_from("<III", data, at + 12)
            yield (high << 32 | low) // units, data[at + 28 : at + 28 + captured]
        at += length


def strangers(lot):
    """Everything but SIP: media, names, connections and keep-alives of those who never register."""
    while True:
        here, there = bytes([10, 99, lot.randrange(256), lot.randrange(1, 255)]), bytes([203, 0, 113, lot.randrange(1, 255)])
        port = lot.randrange(10000, 60000)
        yield traffic.datagram(here, port, there, port + 1, b"\x80\x08" + lot.randbytes(170))
        yield traffic.datagram(here, 5060, there, 5060, b"\r\n\r\n")
        asked = traffic.name(f"host-{lot.randrange(10**6)}.example.org") + b"\0\1\0\1"
        yield traffic.datagram(here, port, there, 53, struct.pack(">HHHHHH", lot.getrandbits(16), 0x0100, 1, 0, 0, 0) + asked)
        yield traffic.ipv4(here, there, 6, struct.pack(">HHIIHHHH", port, 443, lot.getrandbits(32), 0, 0x5002, 64240, 0, 0))


def among_strangers(pcapng, packets, path):
    """Those packets with others between them, as many before each as make up the number."""
    own, others = list(packets_of(pcapng)), strangers(random.Random(8))
    between = packets // len(own)
    with open(path, "wb") as file:
        file.write(traffic.LIBPCAP_HEADER)
        last = own[0][0]
        for at, octets in own:
            for step in range(between):
                file.write(traffic.record(last + (at - last) * step // between, next(others)))
            file.write(traffic.record(at, octets))
            last = at


def test_one_phone_among_strangers_is_explained_as_it_is_alone(tmp_path):
    alone = tmp_path / "alone.pcapng"
    code, _ = run("sim", SCENARIO, "--device", MUTANT, "--capture", alone, out=tmp_path / "sim.txt")
    assert alone.exists(), (tmp_path / "sim.txt").read_text()
    told, peaks = [], []
    for packets in (10_000, 100_000):
        among_strangers(alone, packets, tmp_path / "among.pcap")
        code, peak = run("explain", tmp_path / "among.pcap", "--json", out=tmp_path / "told.json")
        assert code == 1, (tmp_path / "told.json").read_text()
        told.append(json.loads((tmp_path / "told.json").read_text())["divergence"]["clause"])
        peaks.append(peak)
    run("explain", alone, "--json", out=tmp_path / "told.json")
    assert told == 2 * [json.loads((tmp_path / "told.json").read_text())["divergence"]["clause"]]
    assert peaks[1] - peaks[0] < 8 * MEGABYTE, peaks
