"""What lanes cost and bring: twelve different scenarios of about a minute in twelve lanes, against the longest of them and against
one after the other; and what pytest adds to each scenario in virtual time, against the command alone. Writes what
google-benchmark would, for tests/bench."""
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
TWINLINE = pathlib.Path(os.environ.get("TWINLINE", ROOT / "build" / "twinline"))
MINUTES = """
yealink/invite/server-dies-in-call
yealink/invite/count-parameter/register-1/invite-2
yealink/invite/count-parameter/register-1/invite-3
yealink/static-dns/twelve-records
generic/register/service-not-there
generic/register/weight-zero
aastra/outbound-enabled/off-by-default
aastra/backup/by-name
aastra/backup/of-one-line
aastra/outbound-disabled/backup-port-of-one-line
aastra/configuration/then-outbound-proxy-lost
audiocodes/failover/field-configuration
""".split()


def timed(words):
    begun = time.monotonic()
    done = subprocess.run([str(word) for word in words], cwd=ROOT, capture_output=True, text=True)
    return time.monotonic() - begun, done


def pytest(*arguments):
    return timed([sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-p", "no:tmpdir", "-q", *arguments, "fixtures/scenarios"])


def lanes(folder):
    out = folder / "run"
    wall, done = pytest("-n", len(MINUTES), "--device=reference", f"--out={out}", *(f"--scenario={s}" for s in MINUTES))
    lines = [json.loads(line) for line in (out / "results.jsonl").read_text().splitlines()]
    verdicts = {line["scenario"]: line["verdict"] for line in lines}
    if verdicts != dict.fromkeys(MINUTES, "pass"):
        raise SystemExit(f"not every lane passed (load {os.getloadavg()[0]:.1f}): {verdicts}\n{done.stdout}")
    seconds = [line["duration_ms"] / 1000 for line in lines]
    yield "twelve_lanes/ours", wall
    yield "twelve_lanes/longest_scenario", max(seconds)
    yield "twelve_lanes/one_after_the_other", sum(seconds)


def overhead():
    ours, done = pytest()
    if done.returncode:
        raise SystemExit(done.stdout)
    alone, told = timed([TWINLINE, "sim", "--json"])
    count = len(json.loads(told.stdout))
    yield "sim_of_a_scenario/ours", ours / count
    yield "sim_of_a_scenario/twinline_sim", alone / count


def main(arguments):
    out = next(a.partition("=")[2] for a in arguments if a.startswith("--benchmark_out="))
    with tempfile.TemporaryDirectory() as folder:
        figures = [*overhead(), *lanes(pathlib.Path(folder))]
    runs = [{"run_name": name, "real_time": seconds, "time_unit": "s"} for name, seconds in figures]
    pathlib.Path(out).write_text(json.dumps({"benchmarks": runs}))
    print(f"load average {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores; " + ", ".join(f"{n} {s:.3f} s" for n, s in figures))


if __name__ == "__main__":
    main(sys.argv[1:])
