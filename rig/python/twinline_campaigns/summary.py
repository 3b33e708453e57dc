"""The night in one document: campaign.json, junit.xml, what is printed at the end, and what the hook is told."""
import os
import subprocess
import sys
import xml.etree.ElementTree as ElementTree

from twinline_lanes import items

HOOK_SECONDS = 300
UNPLAYED_CODES = {"budget": 2}  # every other cause is the rig's or the device's: 3
WEIGHTS = {"error": 3, "failure": 2, "skipped": 1}  # of what a case of JUnit holds
RANK = {0: 0, 2: 1, 1: 2, 3: 3}  # exit codes, the worst last


def worst(codes):
    return max(codes, key=lambda code: RANK.get(code, 3), default=2)


def counted(verdicts):
    counts = {}
    for verdict in verdicts:
        counts[verdict] = counts.get(verdict, 0) + 1
    return counts


def unsteady(state, jobs, before):
    """Scenarios that said different things: between attempts, between repeats, or pass now and fail in the last run of the same
    firmware, or the reverse (the page's rule too: what was inconclusive says nothing of the phone)."""
    found, repeats = [], {}
    for job in jobs:
        if job.key not in state.results:
            continue
        result = state.results[job.key]
        verdicts = [attempt["verdict"] for attempt in result["attempts"]]
        repeats.setdefault(job.scenario, []).append(result["verdict"])
        if len(set(verdicts)) > 1:
            found.append({"scenario": job.key, "verdicts": verdicts, "why": "its attempts differ"})
        was = (before or {}).get(job.key)
        if {was, result["verdict"]} == {"pass", "fail"}:
            found.append({"scenario": job.key, "verdicts": [was, result["verdict"]], "why": "it differs from the last run of this firmware"})
    for scenario, verdicts in repeats.items():
        if len(set(verdicts)) > 1:
            found.append({"scenario": scenario, "verdicts": verdicts, "why": "its repeats differ"})
    return found


def changes(state, jobs, before):
    """(worse, better) than in the last run of another firmware, as they are planned: [{scenario, was, is}]."""
    worse, better = [], []
    for job in jobs:
        if job.key not in state.results:
            continue
        was, now = (before or {}).get(job.key), state.results[job.key]["verdict"]
        if was and _means(was) and _means(now) and was != now:
            list_of = worse if items.WORSE.index(now) > items.WORSE.index(was) else better
            list_of.append({"scenario": job.key, "was": was, "is": now})
    return worse, better


def _means(verdict):
    return verdict in ("pass", "inconc", "fail", "error")


def of_run(run, past, past_of_other):
    """What campaign.json says of one run. `past`, `past_of_other`: (directory, {scenario: verdict}) or nothing."""
    state = run.state
    worse, better = changes(state, run.jobs, past_of_other[1] if past_of_other else None)
    return {
        "device": run.phone.name,
        "firmware": run.phone.firmware,
        "played_as": run.phone.device,
        "directory": run.directory,
        "planned": [job.key for job in run.jobs],
        "finished": sum(job.key in state.results for job in run.jobs),
        "verdicts": counted(state.results[job.key]["verdict"] for job in run.jobs if job.key in state.results),
        "not_played": [not_played(run, job.key) for job in run.pending],
        "set_aside": run.set_aside,
        "unsteady": unsteady(state, run.jobs, past[1] if past else None),
        "against": past[0] if past else None,
        "against_firmware": past_of_other[0] if past_of_other else None,
        "worse": worse,
        "better": better,
        "notes": [*run.notes, *state.notes()],
    }


def not_played(run, key):
    kind, reason = run.left_out.get(key, ("unplayed", "the campaign has not come to it"))
    if run.set_aside and kind in ("set aside", "unplayed"):
        kind, reason = "set aside", f"the device was set aside: {run.set_aside}"
    elif run.state.verdicts(key):
        reason += f"; its attempts so far: {', '.join(run.state.verdicts(key))}"
    return {"scenario": key, "verdict": "none", "kind": kind, "reason": reason}


def exit_code(runs):
    """Of all verdicts the worst; what was planned and not played is no pass either."""
    codes = []
    for run in runs:
        codes += [] if run.get("exit_code") is None else [run["exit_code"]]
        codes += [UNPLAYED_CODES.get(left["kind"], 3) for left in run["not_played"]]
        codes += [3] if run["set_aside"] else []
    return worst(codes)


def text(told):
    lines = []
    for run in told["runs"]:
        firmware = f" {run['firmware']}" if run["firmware"] else ""
        counts = ", ".join(f"{count} {verdict}" for verdict, count in sorted(run["verdicts"].items())) or "nothing"
        lines.append(f"{run['device']}{firmware}: {run['finished']} of {len(run['planned'])} played: {counts}")
        if run["set_aside"]:
            lines.append(f"  set aside: {run['set_aside'].splitlines()[0]}")
        for kind, count in counted(left["kind"] for left in run["not_played"]).items():
            reason = next(left["reason"] for left in run["not_played"] if left["kind"] == kind)
            lines.append(f"  not played ({kind}): {count}, the first because {reason.splitlines()[0]}")
        for name in ("worse", "better"):
            if run[name]:
                lines.append(f"  {name} than {run['against_firmware']}: {_some(one['scenario'] for one in run[name])}")
        if run["unsteady"]:
            lines.append(f"  unsteady: {_some(one['scenario'] for one in run['unsteady'])}")
        if run.get("conflict"):
            lines.append(f"  {run['conflict']}")
        lines += [f"  {note}" for note in run["notes"]]
    lines += told["notes"]
    return "\n".join(lines)


def _some(names_of):
    all_of = list(dict.fromkeys(names_of))
    return ", ".join(all_of[:5]) + (f" and {len(all_of) - 5} more" if len(all_of) > 5 else "")


def write_junit(folder, told):
    """One document for a CI system: a suite for each run, with what was not played."""
    root = ElementTree.Element("testsuites", name=f"twinline {told['name']}")
    for run in told["runs"]:
        suite = _suite_of(folder / run["directory"] / "junit.xml", run)
        for left in run["not_played"]:
            path = left["scenario"].split("/")
            case = ElementTree.SubElement(suite, "testcase", classname="/".join(path[:-1]), name=path[-1])
            tag = "skipped" if left["kind"] == "budget" else "error"
            ElementTree.SubElement(case, tag, message=_printable(left["reason"]))
        cases = suite.findall("testcase")
        for attribute, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
            suite.set(attribute, str(sum(case.find(tag) is not None for case in cases)))
        suite.set("tests", str(len(cases)))
        root.append(suite)
    beside = folder / "junit.xml.new"
    ElementTree.ElementTree(root).write(beside, encoding="utf-8", xml_declaration=True)
    os.replace(beside, folder / "junit.xml")


def _suite_of(file, run):
    name = f"twinline {run['device']} {run['firmware']}".strip()
    try:
        told = ElementTree.parse(file).getroot()
    except (OSError, ElementTree.ParseError):
        return ElementTree.Element("testsuite", name=name)
    suite = told if told.tag == "testsuite" else told.find("testsuite")
    suite.set("name", name)
    _keep_the_worst(suite)
    return suite


def _keep_the_worst(suite):
    """A case for each scenario, whatever attempts it took."""
    worst_of = {}
    for case in suite.findall("testcase"):
        entry = case.get("classname"), case.get("name")
        weight = next((weight for tag, weight in WEIGHTS.items() if case.find(tag) is not None), 0)
        if entry in worst_of and worst_of[entry][0] > weight:
            suite.remove(case)
            continue
        if entry in worst_of:
            suite.remove(worst_of[entry][1])
        worst_of[entry] = weight, case


def _printable(reason):
    return "".join(c if c.isprintable() or c in "\n\t" else "\ufffd" for c in reason)


def call_hook(command, document):
    """Why it failed; or nothing. What it does changes no verdict."""
    try:
        done = subprocess.run(["sh", "-c", command], input=document.encode(), stdout=sys.stderr, timeout=HOOK_SECONDS, check=False)
    except (OSError, subprocess.TimeoutExpired) as failed:
        return f"the hook failed: {failed}"
    return f"the hook failed: exit code {done.returncode}" if done.returncode else ""


