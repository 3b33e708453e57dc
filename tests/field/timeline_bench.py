"""The timeline of a capture of a million packets, streamed, against `tshark -T fields` on the same file: packets a second, and the
peak of memory. Writes what google-benchmark would, for tests/bench. `--packets N` for less."""

import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

import traffic

ROOT = pathlib.Path(__file__).resolve().parents[2]
TWINLINE = pathlib.Path(os.environ.get("TWINLINE", ROOT / "build" / "twinline"))
FIELDS = """frame.number frame.time_epoch ip.src ip.dst udp.srcport udp.dstport sip.Method sip.Status-Code sip.Call-ID sip.CSeq.seq
    sip.CSeq.method sip.from.addr sip.to.addr sip.from.tag sip.to.tag sip.Via.branch sip.contact.uri""".split()
REPETITIONS = 5


def measured(words):
    """Seconds, and the peak of memory in octets."""
    begun = time.monotonic()
    child = subprocess.Popen(list(map(str, words)), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, used = os.wait4(child.pid, 0)
    if status:
        sys.exit(f"{words[0]} failed: {status}")
    return time.monotonic() - begun, used.ru_maxrss * 1024


def main(arguments):
    given = dict(a.removeprefix("--").partition("=")[::2] for a in arguments)
    packets = int(given.get("packets", 1_000_000))
    with tempfile.TemporaryDirectory() as folder:
        file = pathlib.Path(folder) / "signalling.pcap"
        traffic.write(file, traffic.signalling(packets))
        ours = [TWINLINE, "timeline", file]
        tshark = ["tshark", "-n", "-r", file, "-Y", "sip", "-T", "fields", *(word for field in FIELDS for word in ("-e", field))]
        measured(ours)  # the file is in memory for both
        # tshark takes a minute: once, in the middle of ours, so that both meet the machine in the same mood.
        runs = [measured(ours) for _ in range(REPETITIONS // 2)]
        theirs = measured(tshark)
        runs += [measured(ours) for _ in range(REPETITIONS - len(runs))]
    seconds, memory = (statistics.median(values) for values in zip(*runs))
    benchmarks = [
        {"run_name": f"timeline_packets/{whose}", "items_per_second": packets / time_taken}
        for whose, time_taken in (("ours", seconds), ("tshark", theirs[0]))
    ]
    benchmarks += [{"run_name": f"timeline_memory/{whose}", "bytes": octets} for whose, octets in (("ours", memory), ("tshark", theirs[1]))]
    if out := given.get("benchmark_out"):
        pathlib.Path(out).write_text(json.dumps({"benchmarks": benchmarks}))
    print(
        f"{packets} packets: {packets / seconds:,.0f} a second in {memory / 1e6:.0f} MB, "
        f"tshark {packets / theirs[0]:,.0f} in {theirs[1] / 1e6:.0f} MB: {theirs[0] / seconds:.1f} times"
    )


if __name__ == "__main__":
    main(sys.argv[1:])
