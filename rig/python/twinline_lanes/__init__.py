"""The pytest plugin of Twinline: scenarios are items, played in virtual time or in the lab; pytest-xdist's workers are lanes."""
import os

import pytest

from . import arguments, items
from .planned_run import PlannedRun
from .rig import Rig
from .run import Run
from .written import device, expect, lab, modes_of, twin  # noqa: F401  fixtures

MARKERS = (
    "sim: a scenario in virtual time, against the reference or a mutant",
    "lab: a scenario in the lab, against the device of --device",
    "upto-1min: a scenario that lasts a minute at most; likewise upto-10min and upto-1h",
)
LANES_PER_CORE = 6


def pytest_addoption(parser):
    group = parser.getgroup("twinline", "SIP phones against scenarios")
    add = group.addoption
    add("--device", metavar="NAME", help="play scenarios in the lab against it: a name in fixtures/devices, a device file, reference or mutant/ID")
    add("--out", metavar="DIR", help="the run directory (of lab runs: twinline-runs/DATE-TIME-DEVICE)")
    add("--resume", action="store_true", help="go on with the run in --out=DIR, which was ended: what is finished there is not played again")
    add("--select", metavar="EXPR", help="scenarios whose id, vendor, feature or tags match, as `twinline run --select` has it")
    add("--scenario", metavar="ID", action="append", help="this scenario, or all of this sweep; may be repeated")
    add("--assessments", metavar="FILE", help="write the assessments of all scenarios into it, as one JSON array")
    add("--plan", metavar="FILE", help="what a campaign plays in this run (rig/certify --campaign writes it)")
    add("--seed", type=int, default=1, help="of every free choice of the reference")
    add("--strict-verdicts", action="store_true", help="a deviation counts as a fail")
    add("--strict-phone-config", action="store_true", help="a warning about a configuration is an error")
    add("--exit-by-verdict", action="store_true", help="exit as `twinline run` does: 3 error, 1 fail, 2 inconclusive")


def pytest_configure(config):
    for line in MARKERS:
        config.addinivalue_line("markers", line)
    config.twinline = Rig(config)
    if not config.twinline.is_worker:
        if option := arguments.mistaken(config):
            config.twinline.refuse(f"pytest takes what follows {option} for tests, since it exists: write {option}=...", 64)
        arguments.hand_on(config)
        config.twinline.check()
        config.pluginmanager.register(PlannedRun(config) if config.twinline.plan else Run(config), "twinline_run")


def pytest_report_header(config):
    rig = config.twinline
    if not rig.device_given:
        return "twinline: scenarios in virtual time, the reference (the lab: --device NAME)"
    return f"twinline: {' and '.join(rig.modes)}, device {rig.device}" + (f", run directory {os.path.relpath(rig.out)}" if rig.out else "")


def pytest_collection_modifyitems(config, items):
    rig = config.twinline
    if rig.plan:
        rig.plan.put_in_order(items)
    played = {item for item in items if not rig.played.isdisjoint((item.name, item.nodeid))}
    if played:
        config.hook.pytest_deselected(items=list(played))
        items[:] = [item for item in items if item not in played]


def pytest_generate_tests(metafunc):
    modes_of(metafunc)


def pytest_collect_file(file_path, parent):
    if parent.config.twinline.may_hold(file_path) and items.is_scenario(file_path, parent.config):
        return items.ScenarioFile.from_parent(parent, path=file_path)
    return None


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    report = (yield).get_result()
    item.call_failed = getattr(item, "call_failed", False) or report.failed
    result = getattr(item, "told", None)
    if result is None and report.failed and (lab := getattr(item, "twinline_lab", None)):
        item.told = report.twinline = lab.lost(call.excinfo.exconly().splitlines()[0])
    elif result is not None and (call.when == "call" or (call.when == "setup" and call.excinfo)):
        report.twinline = result


def pytest_report_teststatus(report):
    result = getattr(report, "twinline", None)
    if result and report.failed and report.when == "call" and result["verdict"] == "inconc":
        return "failed", "i", "INCONC"
    return None


@pytest.hookimpl(optionalhook=True, tryfirst=True)
def pytest_xdist_auto_num_workers(config):
    """A lane waits for phones and servers most of the time; virtual time does not wait."""
    return LANES_PER_CORE * (os.cpu_count() or 1) if config.option.device else None


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    if not config.twinline.plan:
        return None
    from .in_order import InOrder  # xdist is there when it asks

    return InOrder(config, log)
