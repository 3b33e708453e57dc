"""The page of a long night: 5,000 results, written by `twinline report` and opened in Chromium, against the page of one result.
Writes what google-benchmark would, for tests/bench; says the page's size, which has a limit of 20 MB."""
import json
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

import browser

ROOT = pathlib.Path(__file__).resolve().parents[2]
TWINLINE = pathlib.Path(os.environ.get("TWINLINE", ROOT / "build" / "twinline"))
RESULTS, REPETITIONS = 5000, 5


def play(run):
    """Every scenario in virtual time, for material."""
    words = ["-m", "pytest", "-q", "-p", "twinline_lanes", "-p", "no:cacheprovider", "-c", ROOT / ".pytest.ini", "--rootdir", ROOT]
    words += ["-n", str(os.cpu_count()), ROOT / "fixtures/scenarios", "-m", "sim", f"--out={run}"]
    environment = dict(os.environ, PYTHONPATH=str(ROOT / "rig/python"), TWINLINE=str(TWINLINE))
    subprocess.run(["/usr/bin/python3", *map(str, words)], env=environment, check=True, capture_output=True)


def multiply(run, count):
    """As many results as wanted: a night of repeats."""
    attempts = sorted(path.parent for path in run.rglob("attempt-1"))
    for number in range(len(attempts), count):
        original = attempts[number % len(attempts)]
        shutil.copytree(original, original.with_name(f"{original.name}[repeat={number // len(attempts) + 1}]"))


def page(run):
    subprocess.run([TWINLINE, "report", run], check=True, capture_output=True)
    return run / "report.html"


def opened(file):
    """Seconds until it can be read, in a browser that runs already."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        driver = browser.browser(profile)
        try:
            times = []
            for _ in range(REPETITIONS):
                driver.get("about:blank")
                begun = time.monotonic()
                driver.get(file.as_uri())
                driver.execute_script("return document.body.offsetHeight")
                times.append(time.monotonic() - begun)
            return statistics.median(times)
        finally:
            driver.quit()


def main(arguments):
    out = next(a.partition("=")[2] for a in arguments if a.startswith("--benchmark_out="))
    with tempfile.TemporaryDirectory() as folder:
        run = pathlib.Path(folder) / "night"
        play(run)
        one = pathlib.Path(folder) / "one"
        attempt = next(run.rglob("attempt-1"))
        shutil.copytree(attempt.parent, one / attempt.parent.relative_to(run))
        multiply(run, RESULTS)
        begun = time.monotonic()
        file = page(run)
        wrote = time.monotonic() - begun
        small = page(one)
        size = file.stat().st_size
        figures = {"open_a_page_of_5000/ours": opened(file), "open_a_page_of_5000/page_of_one": opened(small)}
    runs = [{"run_name": name, "real_time": seconds, "time_unit": "s"} for name, seconds in figures.items()]
    pathlib.Path(out).write_text(json.dumps({"benchmarks": runs}))
    print(f"{size / 1e6:.1f} MB, written in {wrote:.0f} s; " + ", ".join(f"{name} {seconds:.2f} s" for name, seconds in figures.items()))


if __name__ == "__main__":
    main(sys.argv[1:])
