"""What goes wrong around a phone is never held against it, and whatever ends a run leaves nothing behind."""

import json
import os
import random
import signal
import subprocess
import time

import pytest
from conftest import TWINLINE, device_file, lab_processes, read_assessment

BOOT = "generic/register/boot"
FAILOVER = "generic/register/boot-failover-silent-primary"

@pytest.mark.parametrize(
    "name, start, said",
    [
        ("dies", '[sh, -c, "echo no network card; exit 3"]', "no network card"),
        ("never-speaks", "[sleep, '100']", "sent no packet within 2 s"),
    ],
)
def test_a_device_that_never_starts_is_an_error_with_its_log(twinline, tmp_path, leftovers, name, start, said):
    out = tmp_path / "run"
    done = twinline("run", BOOT, "--device", device_file(tmp_path / "own", name, start), "--out", out)
    assert done.returncode == 3, done.stdout + done.stderr
    assessment = read_assessment(out, BOOT)
    assert assessment["verdict"] == "error"
    assert said in assessment["reason"]


def test_a_device_that_crashes_at_its_work_fails_and_one_that_is_killed_is_an_error(twinline, tmp_path, leftovers):
    phone = "sleep 60 | {{phone}} --config {{dir}}/device.cfg --address {{address}} --dns {{dns}} --power-on & sleep 4; kill -%s $$"
    for name, scenario, verdict, said in (("SEGV", FAILOVER, "fail", "the device crashed"), ("KILL", BOOT, "error", "ended by itself (signal 9)")):
        file = device_file(tmp_path / "own", name.lower(), json.dumps(["sh", "-c", phone % name]))
        file.write_text(file.read_text() + 'files:\n  device.cfg: "{{config}}"\n')
        done = twinline("run", scenario, "--device", file, "--out", tmp_path / name)
        assessment = read_assessment(tmp_path / name, scenario)
        assert assessment["verdict"] == verdict, done.stdout + done.stderr
        assert said in assessment["reason"]
        if name == "SEGV":
            assert not [finding for finding in assessment["findings"] if finding["clause"]], "what it left undone is no breach of a clause"


def test_a_second_run_in_one_directory_is_refused_and_spoils_nothing(twinline, tmp_path, leftovers):
    out = tmp_path / "run"
    first = subprocess.Popen([TWINLINE, "run", BOOT, "--device", "reference", "--out", out], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        while not (out / "run.json").exists():
            assert first.poll() is None
            time.sleep(0.02)
        second = twinline("run", BOOT, "--device", "reference", "--out", out)
    finally:
        first.wait(timeout=120)
    assert second.returncode == 64, second.stdout + second.stderr
    assert "another run is at work in" in second.stderr
    assert first.returncode == 0
    assert len((out / "results.jsonl").read_text().splitlines()) == 1


def test_a_missing_program_names_the_remedy(twinline, tmp_path):
    file = device_file(tmp_path / "own", "absent", "[no-such-phone]")
    file.write_text(file.read_text() + "needs:\n  - {program: no-such-phone, remedy: apt-get install no-such-phone}\n")
    done = twinline("run", BOOT, "--device", file, "--out", tmp_path / "run")
    assert done.returncode == 69
    assert "apt-get install no-such-phone" in done.stderr
    assert not (tmp_path / "run").exists()


def test_a_device_for_another_vendor_is_not_applicable(twinline, tmp_path):
    file = device_file(tmp_path / "own", "other", "[sleep, '1']")
    file.write_text(file.read_text().replace("[generic]", "[yealink]"))
    done = twinline("run", BOOT, "--device", file, "--out", tmp_path / "run")
    assert done.returncode == 2
    assert read_assessment(tmp_path / "run", BOOT)["verdict"] == "not applicable"


@pytest.mark.parametrize(
    "scenario, capability, said",
    [
        ("aastra/outbound-enabled/keep-alive-timer/timer-10", "call", "no part in SIP outbound"),
        ("yealink/dns/outbound-proxy-by-name", "call", "not told of an outbound proxy"),
        ("yealink/invite/primary-back", "register", "cannot be made to dial 2000"),
    ],
)
def test_what_cannot_be_played_in_the_lab_is_not_applicable(twinline, tmp_path, scenario, capability, said):
    file = device_file(tmp_path / "own", "other", "[sleep, '1']")
    file.write_text(
        file.read_text().replace("[generic]", "[yealink, aastra]").replace("[register]", f"[register, {capability}]")
    )
    done = twinline("run", scenario, "--device", file, "--out", tmp_path / "run")
    assert done.returncode == 2, done.stdout + done.stderr
    assert said in read_assessment(tmp_path / "run", scenario)["reason"]


def test_lint_reads_the_files_of_a_folder(twinline, tmp_path):
    assert twinline("lint", tmp_path).returncode == 65
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "mine.yaml").write_text(twinline("show", BOOT).stdout.replace("limit: 60 s", "limit: 60"))
    done = twinline("lint", tmp_path)
    assert done.returncode == 65
    assert "deep/mine.yaml:" in done.stdout + done.stderr


def test_a_wrong_scenario_is_told_with_its_line(twinline, tmp_path):
    source = json.loads(twinline("list", "--json").stdout)
    assert source
    text = twinline("show", BOOT).stdout.replace("limit: 60 s", "limit: 60")
    file = tmp_path / "mine.yaml"
    file.write_text(text)
    done = twinline("run", file, "--device", "reference", "--out", tmp_path / "run")
    line = text[: text.index("limit: 60")].count("\n") + 1
    assert done.returncode == 65
    assert f"mine.yaml:{line}:" in done.stderr


def test_a_wrong_configuration_is_told_on_the_scenarios_own_line(twinline, tmp_path):
    text = twinline("show", BOOT).stdout.replace("account.1.port = 0", "account.1.port = 70000")
    file = tmp_path / "mine.yaml"
    file.write_text(text)
    line = text[: text.index("70000")].count("\n") + 1
    for arguments in (["lint", file], ["run", file, "--device", "reference", "--out", tmp_path / "run"]):
        done = twinline(*arguments)
        assert done.returncode == 65
        assert f"mine.yaml:{line}: account.1.port = 70000" in done.stdout + done.stderr


MISTAKES = """\
sip proxy ip: 192.0.2.300
sip proxy port: 70000
sip registrar ip: reg_istrar!
sip registrar port: -1
sip backup proxy ip: a..b
sip backup registrar port: 65536
sip outbound proxy: 1.2.3
sip outbound proxy port: five
sip backup outbound proxy port: 99999
sip transport protocol: 3
sip t1 timer: 50
sip t2 timer: 600000
sip transaction timer: 100
sip registration retry timer: 5
sip dns query type: 7
sip explicit mwi subscription: yes
sip outbound support: 2
sip blf subscription period: 0
sip local port: 0
dns1: 300.1.1.1
"""


def test_a_configuration_of_twenty_mistakes_tells_them_all(twinline, tmp_path):
    file = tmp_path / "aastra.cfg"
    file.write_text("sip user name: 1001\n" + MISTAKES)
    done = twinline("phone", "--config", file, "--vendor", "aastra", "--address", "127.0.0.1")
    assert done.returncode == 65
    told = done.stderr.splitlines()
    for line, mistake in enumerate(MISTAKES.splitlines(), start=2):
        key, value = mistake.split(": ")
        assert told[line - 2].startswith(f"{file}:{line}: {key} = {value}: permitted is "), told[line - 2]
    assert len(told) == 20


@pytest.mark.parametrize(
    "arguments",
    [
        ["run", "generic/none", "--device", "reference"],
        ["run", "--select", "no_such_word", "--device", "reference"],
        ["run", "--device", "no-such-device"],
        ["run", "--device", "mutant/none"],
        ["run"],
        ["sim", "--select", "a and and b"],
        ["show", "nothing"],
        ["nonsense"],
        [],
    ],
)
def test_wrong_words_exit_64_with_a_reason(twinline, arguments):
    done = twinline(*arguments)
    assert done.returncode == 64
    assert done.stderr.strip()


def begin(out):
    return subprocess.Popen(
        [TWINLINE, "run", BOOT, FAILOVER, "--device", "reference", "--out", out],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def wait_until_gone(before, seconds=5):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        left = {pid: words for pid, words in lab_processes().items() if pid not in before}
        if not left:
            return
        time.sleep(0.05)
    pytest.fail(f"left behind: {left}")


def test_an_interrupt_keeps_what_was_finished(tmp_path, twinline):
    before = set(lab_processes())
    out = tmp_path / "run"
    process = begin(out)
    deadline = time.monotonic() + 60
    while not (out / "results.jsonl").exists() and time.monotonic() < deadline:
        time.sleep(0.1)
    time.sleep(2)  # into the second scenario
    process.send_signal(signal.SIGINT)
    assert process.wait(timeout=20) == 130
    wait_until_gone(before)
    assert [json.loads(line)["scenario"] for line in (out / "results.jsonl").read_text().splitlines()] == [BOOT]
    assert not list(out.glob(f"{FAILOVER}/attempt-*"))
    assert twinline("judge", out).returncode == 0


def test_killed_at_any_instant_nothing_stays(tmp_path, twinline):
    seed = int(os.environ.get("TWINLINE_SEED", "20261120"))
    instants = random.Random(seed)
    tries = 20 if os.environ.get("TWINLINE_TIER") == "all" else 6
    before = set(lab_processes())
    for number in range(tries):
        process = begin(tmp_path / f"run-{number}")
        moment = instants.uniform(0.0, 3.0)
        time.sleep(moment)
        process.kill()
        process.wait(timeout=10)
        process.stdout.close()
        try:
            wait_until_gone(before)
        except pytest.fail.Exception as error:
            raise AssertionError(f"seed {seed}, killed after {moment:.3f} s") from error
        assert not list((tmp_path / f"run-{number}").glob("**/assessment.json"))
