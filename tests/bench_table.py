"""Prints the figures of google-benchmark's JSON files beside their baselines: FIGURE/ours against FIGURE/BASELINE."""
import json
import re
import sys
from pathlib import Path

# What google-benchmark appends to a name when a benchmark sets it: read/ours/min_time:0.05.
APPENDED = re.compile(r"/([a-z_]+:[^/]*|real_time|process_time|manual_time)")
UNITS = {"ns": 1e-9, "us": 1e-6, "ms": 1e-3, "s": 1.0}


def figures(file):
    """Each figure as {program, figure, unit, value, baselines: [{name, value, ratio}]}; a ratio above 1: ours is better."""
    with open(file, encoding="utf-8") as f:
        runs = [run for run in json.load(f)["benchmarks"] if run.get("aggregate_name", "median") == "median"]
    groups = {}
    for run in runs:
        figure, _, variant = APPENDED.sub("", run["run_name"]).partition("/")
        rate = run.get("bytes_per_second") or run.get("items_per_second") or run.get("bytes")
        unit = "B/s" if "bytes_per_second" in run else "B" if "bytes" in run else "1/s" if rate else "s"
        value = rate or run["real_time"] * UNITS[run["time_unit"]]
        groups.setdefault(figure, {})[variant or "ours"] = (value, unit)
    for figure, variants in groups.items():
        unit = next(iter(variants.values()))[1]
        ours, _ = variants.pop("ours", (None, ""))
        baselines = []
        for name, (value, _) in variants.items():
            ratio = None if ours is None else value / ours if unit in ("s", "B") else ours / value
            baselines.append({"name": name, "value": value, "ratio": ratio})
        yield {"program": Path(file).stem, "figure": figure, "unit": unit, "value": ours, "baselines": baselines}


def human(value, unit):
    if value is None:
        return "-"
    if unit == "s":
        for name, size in reversed(UNITS.items()):
            if value >= size or name == "ns":
                return f"{value / size:.3g} {name}"
    for prefix, size in (("G", 1e9), ("M", 1e6), ("k", 1e3), ("", 1)):
        if value >= size or not prefix:
            return f"{value / size:.3g} {prefix}{unit.removeprefix('1')}"
    return str(value)


def table(rows):
    lines = [("figure", "ours", "baseline", "its value", "ratio")]
    for row in rows:
        name = f"{row['program']}: {row['figure']}"
        for baseline in row["baselines"] or [{"name": "-", "value": None, "ratio": None}]:
            ratio = "-" if baseline["ratio"] is None else f"{baseline['ratio']:.2f}"
            lines.append((name, human(row["value"], row["unit"]), baseline["name"], human(baseline["value"], row["unit"]), ratio))
            name = ""
    widths = [max(len(line[i]) for line in lines) for i in range(5)]
    for line in lines:
        print("  ".join(cell.ljust(width) if i in (0, 2) else cell.rjust(width) for i, (cell, width) in enumerate(zip(line, widths))).rstrip())
    print("\nratio: how many times better than the baseline of the same run")


def main(form, *names):
    rows = [row for name in names for row in figures(f"{name}.json")]
    if form == "json":
        print(json.dumps(rows, indent=2))
    else:
        table(rows)
    return 0 if rows else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
