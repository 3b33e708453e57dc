"""What only the process that the user started does: one line of results.jsonl for each scenario, the reports, the exit code."""
import json
import os
import pathlib

import pytest

from . import items, ledger, locks, names, native, results

OTHERS_GO_WITHIN = 5  # seconds


class Results:
    """Takes what lanes tell, and keeps it: once for each item."""

    def __init__(self, config):
        self.config, self.rig = config, config.twinline
        self.finished = {}  # (mode, key, file) -> result
        self.reported = set()  # ids of items
        self.interrupted = self.bad_input = False

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node):
        node.workerinput["twinline_out"] = self.rig.out
        node.workerinput["twinline_played"] = sorted(self.rig.played)

    def pytest_collectreport(self, report):
        self.bad_input = self.bad_input or report.failed

    def pytest_keyboard_interrupt(self):
        self.interrupted = True

    @pytest.hookimpl(optionalhook=True)
    def pytest_handlecrashitem(self, crashitem, report):
        """The lane of a scenario died: that is this scenario's result, and no other's."""
        match = names.OF_ITEM.match(crashitem)
        written = ledger.read(self.rig.out).get(crashitem) if self.rig.out else None
        if not match and not written:
            return
        key, mode = (match["key"], match["mode"]) if match else (written["scenario"], written["mode"])
        cause = f"lane {report.node.gateway.id} {_end_of(report.node)} while it played this scenario"
        file = str((self.config.rootpath / crashitem.partition("::")[0]).resolve())
        attempt = self.unfinished_attempt(key, mode) if self.rig.out else ""
        report.twinline = items.lost(self.rig, key, mode, file, cause, attempt)
        report.longrepr = f"error: {cause}"

    def unfinished_attempt(self, key, mode):
        folder = pathlib.Path(self.rig.out, names.folder(key, mode))
        begun = sorted(folder.glob("attempt-*"), key=names.number)
        if begun and not (begun[-1] / "assessment.json").exists():
            return str(begun[-1])
        return items.begin(self.rig, key, mode)

    def pytest_runtest_logreport(self, report):
        self.reported.add(report.nodeid)
        result = getattr(report, "twinline", None)
        if result is None:
            return
        entry = result["mode"], result["key"], result["file"]
        if entry not in self.finished:
            self.take(entry, result)
        if report.when == "call" and report.passed and not names.OF_ITEM.match(report.nodeid):
            ledger.note(self.rig.out, report.nodeid, held=True)

    def take(self, entry, result):
        self.finished[entry] = result
        if result["attempt"]:
            result["assessment"] = self.settle(result["key"], result["mode"])

    def settle(self, key, mode):
        """The attempts of a scenario joined, and its line in results.jsonl."""
        line = self.rig.lane.join(self.rig.out, names.folder(key, mode), key)
        results.append(self.rig.out, line)
        return line


class Run(Results):
    """A run by itself, which ends with its reports."""

    def __init__(self, config):
        super().__init__(config)
        self.conclusion = self.held = None
        self.lost = []

    def pytest_sessionstart(self):
        if self.rig.out and not self.config.option.collectonly:
            self._hold()
            selection = [*self.rig.ids, *([self.rig.select] if self.rig.select else [])]
            before = results.of_run(self.rig.out) if self.rig.resume else {}
            self.rig.lane.begin_run(self.rig.out, selection, self.rig.seed)
            words = {"started": before["started"]} if before else {}
            if self.rig.modes == (items.SIM,):
                words["mode"] = items.SIM
            results.add_to_run(self.rig.out, **words)
            if self.rig.resume:
                self._go_on()

    def _hold(self):
        """Two runs in one directory would spoil each other."""
        os.makedirs(self.rig.out, exist_ok=True)
        self.held = locks.only_run(self.rig.out, OTHERS_GO_WITHIN)
        if self.held is None:
            self.rig.refuse(f"another run is at work in {self.rig.out}; give another --out", 64)

    def _go_on(self):
        """After whatever ended a run: what was judged is taken, what was cut off is removed."""
        (mode,) = self.rig.modes
        written = self._take_back_unfinished_tests()
        results.cut(self.rig.out)
        finished = results.read(self.rig.out)
        for attempt in self._attempts():
            told = _assessment(attempt)
            if told is None:
                self.rig.discard(str(attempt))
            elif told["scenario"] not in finished:
                finished[told["scenario"]] = json.loads(self.settle(told["scenario"], mode))
        self.rig.played = {f"{key}[{mode}]" for key in finished} | written

    def _take_back_unfinished_tests(self):
        """A test in Python is finished once its verdict is told and, where that is a pass, its own assertions held; every other is
        played anew, as if it never had been. Gives the ids of those that are finished."""
        told, finished, anew = results.read(self.rig.out), set(), set()
        for item, words in ledger.read(self.rig.out).items():
            result = told.get(words["scenario"])
            if result and (result["verdict"] != "pass" or words["held"]):
                finished.add(item)
                continue
            anew.add(words["scenario"])
            folder = pathlib.Path(self.rig.out, names.folder(words["scenario"], words["mode"]))
            (folder / "assessment.json").unlink(missing_ok=True)
            for attempt in folder.glob("attempt-*"):
                self.rig.discard(str(attempt))
        results.cut(self.rig.out, without=anew)
        return finished

    def _attempts(self):
        return sorted(pathlib.Path(self.rig.out).rglob("attempt-*"))

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session, exitstatus):
        self._find_lost(exitstatus)
        if self.held is not None:
            self._tidy()
            locks.remove_gates(self.rig.out)
            self._conclude()
        if self.config.option.assessments:
            self._write_assessments(self.config.option.assessments)
        if self.config.option.exit_by_verdict:
            session.exitstatus = self._exit_code(exitstatus)
        elif self.rig.played and exitstatus in (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED):
            session.exitstatus = pytest.ExitCode.TESTS_FAILED if self.lost or self.conclusion["exit_code"] else pytest.ExitCode.OK
        elif exitstatus == pytest.ExitCode.OK and (self.lost or (self.conclusion and self.conclusion["conflict"])):
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def _find_lost(self, exitstatus):
        """Items that xdist collected and nobody reported: told, for a scenario that never ran is no pass."""
        session = self.config.pluginmanager.getplugin("dsession")
        schedule = getattr(session, "sched", None)
        if schedule is None or exitstatus not in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED):
            return
        collected = getattr(schedule, "collection", None) or []
        self.lost = [item for item in collected if item not in self.reported and names.OF_ITEM.match(item)]

    def _tidy(self):
        """An attempt without an assessment was interrupted; one that nobody reported had ended all the same."""
        kept = {result["attempt"] for result in self.finished.values()}
        for folder in self._attempts():
            told = _assessment(folder)
            if told is None:
                self.rig.discard(str(folder))
            elif str(folder) not in kept and not _is_settled(folder):
                key = told["scenario"]
                mode = "sim" if folder.parent.name.endswith("[sim]") else "lab"
                line = self.settle(key, mode)
                result = {"attempt": str(folder), "key": key, "assessment": line, "verdict": json.loads(line)["verdict"]}
                self.finished[mode, key, str(folder)] = result
        written = results.read(self.rig.out)
        for (mode, key, _), result in self.finished.items():
            if result["attempt"] and key not in written:  # the interrupt came just before its line
                result["assessment"] = self.settle(key, mode)

    def _in_order(self):
        return [result for _, result in sorted(self.finished.items(), key=lambda entry: entry[0][1])]

    def _conclude(self):
        attempts = [(result["key"], result["attempt"]) for result in self._in_order()]
        if self.rig.resume:
            attempts = sorted((_assessment(attempt)["scenario"], str(attempt)) for attempt in self._attempts())
        if not attempts:
            self._leave_no_run()
            return
        reporter = self.config.pluginmanager.getplugin("terminalreporter")
        colour = bool(reporter and reporter.hasmarkup)
        width = reporter._tw.fullwidth if reporter else 100
        self.conclusion = self.rig.lane.conclude(self.rig.out, attempts, [], colour, width)

    def _leave_no_run(self):
        """Nothing was played: a folder that holds no more than run.json goes again."""
        if os.path.isdir(self.rig.out) and os.listdir(self.rig.out) == ["run.json"]:
            os.remove(os.path.join(self.rig.out, "run.json"))
            os.rmdir(self.rig.out)

    def _write_assessments(self, file):
        told = [json.loads(result["assessment"]) for result in self._in_order()]
        if self.rig.resume:
            told = [result for _, result in sorted(results.read(self.rig.out).items())]
        with open(file, "w", encoding="utf-8") as out:
            json.dump(told, out, indent=2, ensure_ascii=False)
            out.write("\n")

    def _exit_code(self, exitstatus):
        if self.bad_input:
            return 65
        if self.interrupted:
            return 130
        if exitstatus == pytest.ExitCode.NO_TESTS_COLLECTED:
            return self.conclusion["exit_code"] if self.rig.played else 64
        if exitstatus not in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED):
            return exitstatus
        verdicts = [result["verdict"] for result in self.finished.values()]
        code = self.conclusion["exit_code"] if self.conclusion else native.module().exit_code(verdicts)
        # Ordinary tests may have been among the items.
        return 3 if self.lost else code or int(exitstatus)

    def pytest_terminal_summary(self, terminalreporter):
        for item in self.lost:
            terminalreporter.write_line(f"never played: {item}", red=True)
        if self.conclusion is None:
            return
        terminalreporter.ensure_newline()
        terminalreporter.write_sep("=", "verdicts")
        terminalreporter._tw.write(self.conclusion["table"])
        if self.conclusion["conflict"]:
            terminalreporter.write_line(self.conclusion["conflict"], red=True)
        terminalreporter.write_line(f"report: {os.path.relpath(self.conclusion['report'])}")


def _assessment(attempt):
    file = attempt / "assessment.json"
    return json.loads(file.read_text(encoding="utf-8")) if file.exists() else None


def _is_settled(folder):
    combined = folder.parent / "assessment.json"
    if not combined.exists():
        return False
    told = [attempt["attempt"] for attempt in json.loads(combined.read_text())["attempts"]]
    return names.number(folder) in told


def _end_of(node):
    """How a worker ended, as far as its parent can tell."""
    try:
        code = node.gateway._io.popen.wait(timeout=2)
    except Exception:
        return "was lost"
    return f"was ended by signal {-code}" if code < 0 else f"ended with exit code {code}"
