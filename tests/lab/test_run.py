"""The whole path with the reference and with broken phones as devices: lab, capture, judge, record, report."""

import concurrent.futures
import json

import pytest
from conftest import ROOT, read_assessment, run_twinline

BOOT = "generic/register/boot"
FAILOVER = "generic/register/boot-failover-silent-primary"

# device -> exit code, exit code with --strict, clause that must be named, weight without --strict; the longest first
CASES = {
    "mutant/skips-secondary": (0, 1, "RFC-3263-07", "deviation"),
    "reference": (0, 0, None, None),
    "mutant/reuses-branch": (1, 1, "RFC-3261-0811", "fail"),
    "mutant/stops-sending-early": (1, 1, "RFC-3261-E", "fail"),
    "mutant/restarts-after-challenge": (0, 1, "RFC-3261-22", "deviation"),
}


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    """Every device of CASES through the failover, three at once: each lab is its own."""
    folder = tmp_path_factory.mktemp("runs")

    def run(device):
        out = folder / device.replace("/", "-")
        return device, (out, run_twinline("run", FAILOVER, "--device", device, "--out", out, timeout=280))

    with concurrent.futures.ThreadPoolExecutor(3) as pool:
        return dict(pool.map(run, CASES))


@pytest.mark.parametrize("device", CASES)
def test_each_device_gets_its_verdict(runs, device):
    out, done = runs[device]
    code, _, clause, weight = CASES[device]
    assert done.returncode == code, done.stdout + done.stderr
    findings = read_assessment(out, FAILOVER)["findings"]
    if clause is None:
        assert {f["verdict"] for f in findings} == {"ok"}
    else:
        named = [f for f in findings if f["clause"] == clause and f["verdict"] == weight]
        assert named and any(f["frames"] for f in named)


@pytest.mark.parametrize("device", CASES)
def test_the_record_alone_gives_the_same_verdict(runs, twinline, device):
    out, done = runs[device]
    again = twinline("judge", out, "--json")
    assert again.returncode == done.returncode
    stored = read_assessment(out, FAILOVER)
    judged = json.loads(again.stdout)[0]
    for member in ("verdict", "reason", "findings", "proofs", "control"):
        assert judged[member] == stored[member]


@pytest.mark.parametrize("device", CASES)
def test_strict_turns_a_deviation_into_a_fail(runs, twinline, device):
    out, _ = runs[device]
    assert twinline("judge", out, "--strict").returncode == CASES[device][1]


def test_the_silence_is_proven_for_both_subjects(runs):
    out, _ = runs["reference"]
    assessment = read_assessment(out, FAILOVER)
    silences = [p for p in assessment["proofs"] if p["fault"] == "silence"]
    assert sorted(p["subject"] for p in silences) == ["device", "twin"]
    assert all(p["holds"] and len(p["frames"]) >= 5 for p in silences)
    assert assessment["control"]["healthy"] is True


def test_the_coverage_tells_clause_by_clause_what_a_run_says(runs, twinline):
    folder, _ = runs["mutant/reuses-branch"]
    done = twinline("coverage", folder, "--json")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    clauses = {clause["id"]: clause for clause in told["clauses"]}
    broken = clauses["RFC-3261-0811"]
    assert (broken["status"], broken["verdict"]) == ("exercised", "failed")
    assert FAILOVER in broken["scenarios"] and "mutant/reuses-branch" in broken["why"]
    assert clauses["YL-FB-IDLE-01"]["verdict"] == "", "the run says nothing of Yealink's clauses"
    assert "passed" in {clause["verdict"] for clause in told["clauses"]}
    counted = [sum(c["status"] == status for c in told["clauses"]) for status in ("exercised", "argued", "uncovered")]
    assert counted == [told["summary"][status] for status in ("exercised", "argued", "uncovered")]
    assert sum(counted) == len(clauses)
    unknown = twinline("coverage", folder / "nowhere")
    assert unknown.returncode == 64


def test_a_changed_octet_of_the_record_is_found(runs, twinline, tmp_path):
    import shutil

    out, _ = runs["reference"]
    copy = tmp_path / "copy"
    shutil.copytree(out, copy)
    capture = copy / FAILOVER / "attempt-1" / "record" / "capture.pcapng"
    octets = bytearray(capture.read_bytes())
    octets[len(octets) // 2] ^= 1
    capture.write_bytes(octets)
    done = twinline("judge", copy)
    assert done.returncode == 65
    assert "capture.pcapng: was changed" in done.stderr


def test_no_secret_is_kept(runs):
    out, _ = runs["reference"]
    for file in out.rglob("*"):
        if file.is_file():
            assert b"correct-horse" not in file.read_bytes(), file


def test_the_report_can_be_written_again(runs, twinline):
    out, _ = runs["mutant/reuses-branch"]
    (out / "report.html").unlink()
    run = json.loads((out / "run.json").read_text())
    (out / "run.json").write_text(json.dumps(run | {"started": "2026-01-02T03:04:05Z"}))
    assert twinline("report", out).returncode == 0
    page = (out / "report.html").read_text()
    assert "2026-01-02T03:04:05Z" in page, "of the run, not of its first scenario by name"
    assert "RFC-3261-0811" in page and "<svg" in page
    assert "<failure" in (out / "junit.xml").read_text()


def test_both_up_passes_and_leaves_nothing(twinline, tmp_path, leftovers):
    done = twinline("run", BOOT, "--device", "reference", "--out", tmp_path / "run", "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)[0]["verdict"] == "pass"
    assert len((tmp_path / "run" / "results.jsonl").read_text().splitlines()) == 1


@pytest.mark.parametrize("scenario", ["yealink/config/port-of-tcp", "yealink/invite/registers-first", "yealink/subscribe/ended-by-the-notifier"])
def test_calls_and_connections_are_played_with_real_servers(twinline, tmp_path, leftovers, scenario):
    done = twinline("run", scenario, "--device", "reference", "--out", tmp_path / "run")
    assert done.returncode == 0, done.stdout + done.stderr
    assert read_assessment(tmp_path / "run", scenario)["verdict"] == "pass"


def test_a_lab_may_have_no_name_server(twinline, tmp_path, leftovers):
    scenario = "yealink/static-dns/no-server"
    done = twinline("run", scenario, "--device", "reference", "--out", tmp_path / "run")
    assert done.returncode == 0, done.stdout + done.stderr
    assert read_assessment(tmp_path / "run", scenario)["verdict"] == "pass"
    timeline = (tmp_path / "run" / scenario / "attempt-1" / "timeline.jsonl").read_text()
    assert "dns.query" not in timeline and "icmp" not in timeline


def test_a_device_that_another_admissible_reading_explains_passes(twinline, tmp_path, leftovers):
    """It sends three REGISTERs in all where the reference sends four: the document permits both."""
    device = (ROOT / "fixtures" / "devices" / "reference.yaml").read_text()
    device = device.replace("id: reference", "id: counts-all", 1)
    device = device.replace('"{{seed}}"]', '"{{seed}}", --reading, retry-count-meaning=sends-in-all]')
    (tmp_path / "counts-all.yaml").write_text(device)
    scenario = "yealink/register/failover-silent-primary"
    done = twinline("run", scenario, "--device", tmp_path / "counts-all.yaml", "--out", tmp_path / "run")
    assert done.returncode == 0, done.stdout + done.stderr
    assessment = read_assessment(tmp_path / "run", scenario)
    assert assessment["readings"]["retry-count-meaning"] == "sends-in-all"
    assert {f["verdict"] for f in assessment["findings"]} == {"ok"}


def test_a_device_that_answers_one_question_two_ways_is_caught_by_the_campaign(twinline, tmp_path, leftovers):
    """Each scenario passes by itself: with one retry the first send does not count, with three it does."""
    scenarios = ["yealink/register/retry-counts/count-1", "yealink/register/failover-silent-primary"]
    out = tmp_path / "run"
    done = twinline("run", *scenarios, "--device", "mutant/counts-retries-two-ways", "--out", out)
    assert [read_assessment(out, s)["verdict"] for s in scenarios] == ["pass", "pass"], done.stdout
    assert done.returncode == 1
    assert "retry-count-meaning otherwise in" in done.stdout
    assert twinline("judge", out).returncode == 1
    sheet = json.loads(twinline("datasheet", out, "--json").stdout)
    assert sorted(sheet["conflict"]["scenarios"]) == sorted(scenarios)
    assert sheet["conflict"]["questions"] == ["retry-count-meaning"]
    assert "no one set of answers" in (out / "report.html").read_text()


@pytest.mark.parametrize(
    "fault",
    ["refuse primary", "reject primary 503", "reject primary 403 REGISTER", "slow primary 900 ms", "silence dns", "reject dns SERVFAIL"],
)
def test_each_fault_is_proven_for_both_subjects(twinline, leftovers, tmp_path, fault):
    text = twinline("show", BOOT).stdout
    text = text.replace("  - {at: start, do: power on}\n", f"  - {{at: start, do: {fault}}}\n  - {{at: start + 1 s, do: power on}}\n")
    file = tmp_path / "mine.yaml"
    file.write_text(text.replace("limit: 60 s", "limit: 3 s"))
    twinline("run", file, "--device", "reference", "--out", tmp_path / "run")
    proofs = [p for p in read_assessment(tmp_path / "run", BOOT)["proofs"] if p["fault"] != "none"]
    assert sorted(p["subject"] for p in proofs) == ["device", "twin"]
    assert all(p["holds"] for p in proofs), proofs
