"""Scenarios as items of pytest: which there are, what they are called, what selects them, and what is said of one that fails."""
import fcntl
import json
import os
import pathlib
import subprocess
import sys
import xml.etree.ElementTree as ElementTree

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
TWINLINE = pathlib.Path(os.environ.get("TWINLINE", ROOT / "build" / "twinline"))
FAILOVER = "generic/register/boot-failover-silent-primary"
BOOT = "generic/register/boot"


CATALOGUE = "fixtures/scenarios"


def play(*arguments, cwd=ROOT, **options):
    paths = [CATALOGUE] if cwd == ROOT and "--out" not in arguments else []
    words = [sys.executable, "-m", "pytest", *paths, "-p", "no:cacheprovider", "-p", "no:tmpdir", *map(str, arguments)]
    return subprocess.run(words, cwd=cwd, capture_output=True, text=True, timeout=280, **options)


def collected(*arguments, **options):
    done = play("--collect-only", "-q", *arguments, **options)
    return [line for line in done.stdout.splitlines() if "::" in line]


def listed(*arguments):
    done = subprocess.run([TWINLINE, "list", "--json", *arguments], capture_output=True, text=True, check=True)
    return {item["id"]: item for item in json.loads(done.stdout)}


@pytest.fixture(scope="module")
def all_items():
    return collected()


def ids(items):
    return [item.partition("::")[2].rpartition("[")[0] for item in items]


def test_every_scenario_is_an_item_by_its_id(all_items):
    assert sorted(ids(all_items)) == sorted(listed())
    assert all(item.endswith("[sim]") for item in all_items), "without a device, virtual time"


def test_each_value_of_a_sweep_is_an_item(all_items):
    assert "fixtures/scenarios/yealink/register/retry-counts.yaml::yealink/register/retry-counts/count-10[sim]" in all_items


@pytest.mark.parametrize("expression", ["generic and register", "yealink and not dns", "retry-counts or icmp"])
def test_select_means_what_it_means_to_the_command(expression):
    assert sorted(ids(collected("--select", expression))) == sorted(listed("--select", expression))


def test_vendor_feature_tier_duration_and_clause_are_markers():
    wanted = {
        name
        for name, item in listed().items()
        if item["vendor"] == "generic"
        and item["feature"] == "register"
        and item["tier"] == 1
        and item["duration_ms"] <= 60000
        and "RFC-3263-01" in item["clauses"]
    }
    found = collected("-m", "sim and generic and register and tier1 and upto-1min and RFC-3263-01")
    assert wanted and set(ids(found)) == wanted


def test_k_takes_words_of_ids():
    assert ids(collected("-k", "boot-failover-silent-primary and generic")) == [FAILOVER]


def test_a_device_means_the_lab_and_m_says_otherwise():
    only = f"--scenario={BOOT}"
    assert [item.rpartition("[")[2] for item in collected(only, "--device=reference")] == ["lab]"]
    assert [item.rpartition("[")[2] for item in collected(only, "--device=reference", "-m", "sim or lab")] == ["sim]", "lab]"]


@pytest.mark.parametrize("expression", ["sim and (", "sim and " + " and ".join(f"word{n}" for n in range(60))])
def test_an_odd_expression_is_pytests_business(expression):
    done = play("-m", expression, f"--scenario={BOOT}", "--collect-only")
    assert "Traceback" not in done.stdout + done.stderr and done.returncode in (4, 5)


def test_ids_are_the_same_in_every_lane(all_items):
    done = play("-n", "3", "-v", "-k", "boot and generic")
    assert done.returncode == 0, done.stdout
    played = {line.split("PASSED ")[1].strip() for line in done.stdout.splitlines() if "] PASSED " in line}
    assert played == set(collected("-k", "boot and generic")) <= set(all_items)


def test_both_worlds_of_pytest_and_command_give_one_assessment(tmp_path):
    device = "mutant/reuses-branch"
    play("-m", "sim", f"--scenario={FAILOVER}", "--device", device, "--assessments", tmp_path / "one.json")
    told = subprocess.run([TWINLINE, "sim", FAILOVER, "--device", device, "--json"], capture_output=True, text=True)
    ours, theirs = json.loads((tmp_path / "one.json").read_text())[0], json.loads(told.stdout)[0]
    assert ours["verdict"] == "fail"
    for member in ("scenario", "device", "verdict", "reason", "findings", "proofs", "control", "readings", "duration_ms"):
        assert ours[member] == theirs[member]


def test_a_failure_tells_finding_and_ladder_and_no_stack(tmp_path):
    done = play("-m", "sim", f"--scenario={FAILOVER}", "--device=mutant/reuses-branch", f"--junitxml={tmp_path / 'junit.xml'}")
    assert done.returncode == 1
    assert "fail: RFC-3261-0811: no two transactions of the phone share a branch" in done.stdout
    assert "device  --> secondary  REGISTER" in done.stdout and "[RFC-3261-22" in done.stdout
    assert ".py" not in done.stdout.partition("FAILURES")[2]
    case = ElementTree.parse(tmp_path / "junit.xml").find(".//testcase")
    assert case.get("name") == f"{FAILOVER}[sim]"
    assert "RFC-3261-0811" in case.find("failure").text


def test_a_run_directory_of_virtual_time(tmp_path):
    out = tmp_path / "run"
    done = play(f"--scenario={BOOT}", f"--scenario={FAILOVER}", f"--out={out}", "-n2")
    assert done.returncode == 0, done.stdout
    assert len((out / "results.jsonl").read_text().splitlines()) == 2
    assert json.loads((out / "run.json").read_text())["device"] == "reference"
    assert FAILOVER in (out / "report.html").read_text()
    assert sorted(path.name for path in (out / f"{BOOT}[sim]" / "attempt-1").iterdir()) == [
        "assessment.json",
        "explanations.json",
        "timeline.jsonl",
    ]


INTERRUPT = """
from twinline_lanes import results

append = results.append

def interrupted(folder, line, name=results.FILE):
    results.append = append
    raise KeyboardInterrupt

results.append = interrupted
"""


def test_an_interrupt_right_before_the_line_of_a_result_loses_none(tmp_path):
    (tmp_path / "interrupts.py").write_text(INTERRUPT)
    places = os.pathsep.join([str(tmp_path), str(ROOT / "rig" / "python"), os.environ.get("PYTHONPATH", "")])
    out = tmp_path / "run"
    done = play(
        CATALOGUE, "-p", "interrupts", f"--scenario={BOOT}", f"--scenario={FAILOVER}", "--out", out, "--exit-by-verdict", env=os.environ | {"PYTHONPATH": places}
    )
    assert done.returncode == 130, done.stdout + done.stderr
    lines = [json.loads(line) for line in (out / "results.jsonl").read_text().splitlines()]
    assert len(lines) == 1, "the other one was not played any more"
    assert [str(path.parent.relative_to(out)) for path in out.rglob("attempt-1")] == [f"{lines[0]['scenario']}[sim]"]


@pytest.mark.parametrize(
    "arguments, said",
    [
        (["--device=nobody"], 'no device "nobody"; there are: '),
        (["--select=(boot"], "allowed here is"),
        (["--scenario=generic/no-such"], 'no scenario "generic/no-such"'),
        (["-m", "lab"], "give --device NAME"),
        (["-m", "sim", "--device=baresip"], "only the reference and its mutants live in virtual time"),
    ],
)
def test_a_wrong_command_line_plays_nothing(arguments, said):
    for more, code in (([], 4), (["--exit-by-verdict"], 64)):
        done = play(*arguments, *more)
        assert done.returncode == code
        assert said in done.stdout + done.stderr and "passed" not in done.stdout


def test_a_folder_that_exists_is_not_taken_for_tests(tmp_path):
    refused = play("-p", "twinline_lanes", f"--scenario={BOOT}", "--out", tmp_path, env=plugged())
    assert refused.returncode == 4 and "write --out=" in refused.stderr
    assert play(f"--scenario={BOOT}", f"--out={tmp_path}").returncode == 0


def own(folder, text):
    folder.mkdir(exist_ok=True)
    (folder / "mine.yaml").write_text(text)
    (folder / "pbx.yaml").write_text((ROOT / "fixtures" / "topologies" / "two-registrars.yaml").read_text())
    return folder


def plugged():
    return {**os.environ, "PYTHONPATH": str(ROOT / "rig" / "python")}


def test_a_folder_of_ones_own_is_played_beside_other_files(tmp_path):
    text = (ROOT / "fixtures" / "scenarios" / f"{BOOT}.yaml").read_text().replace(f"id: {BOOT}", "id: generic/register/mine", 1)
    own(tmp_path / "tests", text)
    done = play("-p", "twinline_lanes", "-v", "tests", cwd=tmp_path, env=plugged())
    assert done.returncode == 0, done.stdout + done.stderr
    assert "tests/mine.yaml::generic/register/mine[sim] PASSED" in done.stdout and "1 passed" in done.stdout


def test_a_file_with_a_fault_names_its_line(tmp_path):
    text = (ROOT / "fixtures" / "scenarios" / f"{BOOT}.yaml").read_text().replace("do: end", "do: fly", 1)
    own(tmp_path / "tests", text)
    for arguments, code in (([], 2), (["--exit-by-verdict"], 65)):
        done = play("-p", "twinline_lanes", "tests", *arguments, cwd=tmp_path, env=plugged())
        assert done.returncode == code
        assert 'mine.yaml:35: unknown action "fly"' in done.stdout
        assert "Traceback" not in done.stdout


def test_last_failed_and_first_failure_are_pytests(tmp_path):
    common = ["-m", "sim", "--device=mutant/reuses-branch", f"--scenario={FAILOVER}", f"--scenario={BOOT}", "-o", f"cache_dir={tmp_path}"]
    words = [sys.executable, "-m", "pytest", CATALOGUE, "-p", "no:tmpdir", "-q", *common]
    first = subprocess.run([*words, "-x"], cwd=ROOT, capture_output=True, text=True, timeout=100)
    assert "1 failed, 1 passed" in first.stdout or "1 failed" in first.stdout
    again = subprocess.run([*words, "--lf"], cwd=ROOT, capture_output=True, text=True, timeout=100)
    assert "1 failed" in again.stdout and "passed" not in again.stdout


def test_a_second_run_in_one_directory_is_refused(tmp_path):
    tmp_path.joinpath("run.json").write_text("{}")
    held = os.open(tmp_path, os.O_RDONLY | os.O_DIRECTORY)
    fcntl.flock(held, fcntl.LOCK_EX)
    try:
        done = play("fixtures/scenarios/generic/register/boot.yaml", "--out", tmp_path)
    finally:
        os.close(held)
    assert done.returncode == 4
    assert f"another run is at work in {tmp_path}; give another --out" in done.stdout + done.stderr
    assert tmp_path.joinpath("run.json").read_text() == "{}", "nothing of it was touched"
