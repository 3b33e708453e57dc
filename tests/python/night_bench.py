"""What a campaign costs and brings: what plugin and store add to each scenario, against playing it alone in virtual time; and eight
lanes on scenarios that wait for timers, against one. Writes what google-benchmark would, for tests/bench."""
import json
import os
import pathlib
import sys
import tempfile
import time

import nights

sys.path.insert(0, str(nights.ROOT / "rig" / "python"))
from twinline_lanes import native  # noqa: E402

# About 200 seconds each, most of which the phones wait.
TIMERS = """
aastra/outbound-disabled/all-registrar-fails
aastra/outbound-disabled/outbound-proxy-silent
aastra/outbound-disabled/outbound-proxy-returns
aastra/outbound-disabled/registrar-returns
yealink/failback/idle-duration
yealink/fallback/concurrent-probes/timeout-150
yealink/fallback/concurrent-probes/timeout-60
yealink/fallback/proxy-probe/interval-60
""".split()
LITTLE, MUCH = 2, 12  # repeats of four scenarios


def campaign(folder, name, *lines, **named):
    """(seconds, results) of one without a fail."""
    file = nights.write(folder, f"name: {name}", *lines, **named)
    file.write_text(file.read_text().replace("name: night\n", "", 1))
    begun = time.monotonic()
    done = nights.play(file, folder / name, timeout=3600)
    wall = time.monotonic() - begun
    if done.returncode not in (0, 2):  # a busy machine may leave a scenario inconclusive: it has waited for its timers all the same
        raise SystemExit(f"load {os.getloadavg()[0]:.1f}\n{done.stdout}\n{done.stderr}")
    run = nights.told(folder / name)["runs"][0]["directory"]
    return wall, [json.loads(line) for _, line in nights.lines(folder / name / run)]


def overhead(folder):
    """Of each scenario more: what begins and ends a campaign is the same for few and for many."""
    little, few = campaign(folder, "little", f"repeats: {LITTLE}")
    much, many = campaign(folder, "much", f"repeats: {MUCH}")
    yield "scenario_of_a_campaign/ours", (much - little) / (len(many) - len(few))
    yield "scenario_of_a_campaign/played_and_judged_alone", alone()


def alone():
    """The same scenarios without pytest, process or folder."""
    scenarios = native.fixtures() / "scenarios"
    lane = native.module().Lane(str(native.fixtures()), "reference")
    files = [(str(scenarios / f"{name}.yaml"), name) for name in nights.BOOTS]
    for file, _ in files:
        lane.scenarios(file, False)
    begun = time.monotonic()
    for file, name in files:
        lane.simulate(file, name, "", 1, False)
    return (time.monotonic() - begun) / len(files)


def lanes(folder):
    wall, results = campaign(folder, "lanes", "lanes: 8", "repeats: 2", scenarios=TIMERS, mode="lab")
    yield "eight_lanes/ours", wall
    yield "eight_lanes/one_lane", sum(result["duration_ms"] / 1000 for result in results)  # servers' start not counted


def main(arguments):
    out = next(a.partition("=")[2] for a in arguments if a.startswith("--benchmark_out="))
    with tempfile.TemporaryDirectory() as folder:
        figures = [*overhead(pathlib.Path(folder)), *lanes(pathlib.Path(folder))]
    runs = [{"run_name": name, "real_time": seconds, "time_unit": "s"} for name, seconds in figures]
    pathlib.Path(out).write_text(json.dumps({"benchmarks": runs}))
    print(f"load average {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores; " + ", ".join(f"{n} {s:.3f} s" for n, s in figures))


if __name__ == "__main__":
    main(sys.argv[1:])
