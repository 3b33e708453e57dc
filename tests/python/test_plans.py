"""What a campaign plays first, what fits into its time, and how long the rest will take."""
import json
import sys
from types import SimpleNamespace

import nights
import pytest

sys.path.insert(0, str(nights.ROOT / "rig" / "python"))
from twinline_campaigns import order, runs  # noqa: E402
from twinline_lanes import native, plan, planned_run  # noqa: E402


def job(key, seconds, tier=2, configuration="a", restless=False):
    return order.Job(key, key, "file", tier, configuration, seconds, restless)


def test_what_matters_comes_first_and_configurations_stay_together():
    jobs = [job("x", 10, configuration="b"), job("y", 30), job("z", 20, configuration="b"), job("one", 5, tier=1), job("failed", 1, restless=True)]
    assert [j.key for j in order.in_order(jobs)] == ["failed", "one", "y", "z", "x"]


def test_a_budget_takes_the_urgent_and_then_the_short():
    jobs = [job("long", 100, restless=True), job("short", 10), job("middle", 30, tier=1), job("other", 20)]
    chosen, left = order.fitting(jobs, 140, 1)
    assert {j.key for j in chosen} == {"long", "middle", "short"} and [j.key for j in left] == ["other"]
    assert len(order.fitting(jobs, 140, 2)[0]) == 4
    assert not order.fitting([job("longer", 50)], 40, 8)[0], "lanes make no scenario shorter"


def test_what_is_left_lasts_as_long_as_the_longest_lane(tmp_path):
    entries = [{"key": key, "file": "any", "seconds": seconds} for key, seconds in (("a", 30), ("b", 90), ("c", 60))]
    told = {"mode": "sim", "deadline": None, "keep_free": 0, "reserve": "", "set_aside_after": 3, "left_out": "", "entries": entries}
    (tmp_path / "plan.json").write_text(json.dumps(told))
    made = plan.Plan(tmp_path / "plan.json")
    assert made.left(set(), 1) == (3, 180) and made.left({"a"}, 1) == (2, 150)
    assert made.left(set(), 8) == (3, 90), "lanes make no scenario shorter"
    assert made.left({"a", "b", "c"}, 1) == (0, 0)


def test_a_time_is_told_in_the_unit_that_people_think_in():
    assert [planned_run.span(seconds) for seconds in (0, 40.4, 720, 11100)] == ["0 s", "40 s", "12 min", "3 h 05 min"]


def test_what_a_phone_never_played_is_expected_to_last_as_in_virtual_time(tmp_path):
    """The limit of a scenario is a multiple of what it takes, so a budget that went by it would leave most of the night free."""
    file = str(native.fixtures() / "scenarios" / "generic" / "register" / "boot-failover-silent-primary.yaml")
    told = SimpleNamespace(mode="lab", repeats=1, seed=1)
    run = runs.DeviceRun(told, SimpleNamespace(device="reference", name="reference"), tmp_path, "1")
    (scenario,) = run.lane.scenarios(file, False)
    more = run.lane.boot_seconds + order.AROUND_A_SCENARIO
    run.plan([(file, scenario)], {}, set())
    assert run.jobs[0].seconds - more == pytest.approx(37.8, abs=1)
    assert scenario["seconds"] > 60
    run.plan([(file, scenario)], {scenario["id"]: 41.5}, set())
    assert run.jobs[0].seconds - more == 41.5


def test_why_a_device_is_set_aside_is_one_sentence(tmp_path):
    run = planned_run.PlannedRun.__new__(planned_run.PlannedRun)
    run.rig, run.plan, run.in_a_row = SimpleNamespace(out=tmp_path), SimpleNamespace(set_aside_after=2), 1
    run._watch({"key": "a/b", "verdict": "error", "reason": "it came to nothing; its last words:\nno network card"})
    assert (tmp_path / plan.SET_ASIDE).read_text() == "2 boots in a row ended in error, the last of a/b: it came to nothing"
