"""A handset's way into the lab, walked by a stand-in that shares nothing with the rig but a wire: power, DHCP, time,
configuration, SIP, verdict."""

import json
import os
import random
import signal
import subprocess
import sys
import time

import pytest
from conftest import ROOT, TWINLINE, read_assessment
from handsets import BOOT, FULL, SEED, bench, certify, desk, everything_in, events, is_here, only_root, tells_the_login  # noqa: F401
from test_lanes import BOOTS, play, verdicts

sys.path[:0] = [str(ROOT / "tests" / "python")]
import nights  # noqa: E402

CALL = "generic/call/made-and-ended"
YEALINK = "yealink/register/refused/code-403"
NAMELESS = "yealink/static-dns/no-server"

pytestmark = only_root


def test_from_power_to_verdicts(desk, certify, twinline, tmp_path, leftovers):
    """Two vendors' scenarios after each other, and before them a file whose every parameter would show."""
    phone = desk()
    old = {"sip.t1_ms": "3000", "account.2.user": "7", "account.2.registrar": "old.test"}
    flash = {"parameters": {"generic": old}, "marks": []}
    flash["parameters"]["yealink"] = {"account.1.sip_server.1.expires": "40", "account.3.enable": "1"}
    (phone.folder / "flash.json").write_text(json.dumps(flash))
    done = certify(phone.device_file(), BOOT, YEALINK)
    assert done.returncode == 0, done.stdout + done.stderr
    out = tmp_path / "run"
    for scenario in (BOOT, YEALINK):
        assert read_assessment(out, scenario)["verdict"] == "pass"
    run = json.loads((out / "run.json").read_text())
    assert run["handset"] == {
        "vendor": "Standin", "model": "S-1", "firmware": "1.0.7", "mac": bench.MAC, "interface": phone.near,
    }  # fmt: skip
    assert bench.MAC in (out / "report.html").read_text()
    (out / "report.html").unlink()
    assert twinline("report", out).returncode == 0
    assert bench.MAC in (out / "report.html").read_text(), "the record knows it too"
    said = [e["text"] for e in events(out, BOOT, "rig.syslog")]
    assert any("clock was off by" in text for text in said)
    assert {e["service"] for e in events(out, BOOT, "rig.call_home")} == {"224.0.1.75", bench.REDIRECTION}
    assert any(e["source"] == "GET" and e["matches"] == "yes" for e in events(out, BOOT, "rig.identity"))
    assert "rig.reboot" not in (out / BOOT / "attempt-1" / "record" / "rig.jsonl").read_text()
    assert is_here(phone.near), "the interface goes back"


def has_vlans():
    trial = "ip link add one type veth peer name other && ip link add link one name one.7 type vlan id 7"
    return subprocess.run(["unshare", "--net", "sh", "-c", trial], capture_output=True).returncode == 0


def test_it_may_hang_on_a_vlan(desk, certify, leftovers):
    if not has_vlans():
        pytest.skip("this kernel has no VLANs")
    phone = desk(vlan=7)
    done = certify(phone.device_file(), BOOT)
    assert done.returncode == 0, done.stdout + done.stderr
    assert is_here(phone.near), "the interface goes back"


def test_where_no_name_server_is_dhcp_offers_none(desk, certify, tmp_path, leftovers):
    done = certify(desk().device_file(), NAMELESS)
    assert done.returncode == 0, done.stdout + done.stderr
    assert read_assessment(tmp_path / "run", NAMELESS)["verdict"] == "pass"
    said = [e["text"] for e in events(tmp_path / "run", NAMELESS, "rig.syslog")]
    assert any("nobody knows the redirection service" in text for text in said), said


def test_a_breach_is_told_with_its_clause(desk, certify, tmp_path, leftovers):
    done = certify(desk(mutant="keeps-its-cseq").device_file(), BOOT)
    assert done.returncode == 1, done.stdout + done.stderr
    assert read_assessment(tmp_path / "run", BOOT)["reason"].startswith("RFC-3261-102: ")


def test_it_is_dialled_over_its_own_interface(desk, certify, tmp_path, leftovers):
    """With credentials that nobody finds afterwards; and over TFTP this time."""
    phone = desk()
    done = certify(phone.device_file(server="tftp"), CALL)
    assert done.returncode == 0, done.stdout + done.stderr
    assert not tells_the_login(tmp_path / "run")
    assert bench.LOGIN.split(":")[1] not in done.stdout + done.stderr


def test_one_that_does_not_obey_is_no_breach(desk, certify, tmp_path, leftovers):
    done = certify(desk().device_file(), CALL, password="another-one")
    assert done.returncode == 3, done.stdout + done.stderr
    assert "could not be told to dial" in read_assessment(tmp_path / "run", CALL)["reason"]
    assert b"another-one" not in everything_in(tmp_path / "run")


def test_a_reboot_of_its_own_is_a_finding(desk, certify, tmp_path, leftovers):
    """And over HTTPS, by the way."""
    done = certify(desk(reboot_after=4.0).device_file(server="https"), BOOT)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "booted by itself" in read_assessment(tmp_path / "run", BOOT)["reason"]


def test_one_that_restarts_for_news_is_booted_twice(desk, certify, tmp_path, leftovers):
    done = certify(desk(restarts=True).device_file(settles="4 s"), BOOT)
    assert done.returncode == 0, done.stdout + done.stderr
    assert len(events(tmp_path / "run", BOOT, "rig.boot")) == 3, "the news, the restart for them, and the boot that counts"


def test_it_is_rebooted_by_a_request(desk, certify, leftovers):
    """It is on, and was in the lab before; the first time a person would have to switch it on."""
    phone = desk()
    assert certify(phone.device_file(), BOOT).returncode == 0
    done = certify(phone.device_file(power="{by: request}"), BOOT)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "***" not in done.stderr, "nobody was asked"


def test_lanes_take_turns_at_it(desk, tmp_path, monkeypatch, leftovers):
    """There is one wire: the second lane waits until the first has given the interface back."""
    phone = desk()
    monkeypatch.setenv("STANDIN_USER", bench.LOGIN.split(":")[0])
    monkeypatch.setenv("STANDIN_PASSWORD", bench.LOGIN.split(":")[1])
    done = play(tmp_path / "run", device=phone.device_file(), scenarios=BOOTS[:2])
    assert done.returncode == 0, done.stdout + done.stderr
    assert verdicts(tmp_path / "run") == dict.fromkeys(BOOTS[:2], "pass")
    assert json.loads((tmp_path / "run" / "run.json").read_text())["handset"]["mac"] == bench.MAC
    assert is_here(phone.near)


def test_a_campaign_plays_it_and_sets_it_aside_once_it_hangs(desk, tmp_path, monkeypatch, leftovers):
    """Each boot switches it off and on; after two that came to nothing the rest is not played."""
    for name, value in zip(("STANDIN_USER", "STANDIN_PASSWORD"), bench.LOGIN.split(":")):
        monkeypatch.setitem(nights.ENVIRONMENT, name, value)
    phone = desk()
    well = f"  - {{device: {phone.device_file()}, name: stand-in, firmware: '1.0.7'}}\n"
    night = nights.write(tmp_path, "lanes: 2", "budget: 10 min", devices=well, scenarios=BOOTS[:1], mode="lab")
    done = nights.play(night, tmp_path / "well")
    assert done.returncode == 0, done.stdout + done.stderr
    (run,) = nights.told(tmp_path / "well")["runs"]
    assert run["verdicts"] == {"pass": 1} and not run["set_aside"] and not run["not_played"]
    hung = tmp_path / "hung.yaml"
    hung.write_text(phone.device_file().read_text().replace("boot: 30 s", "boot: 500 ms"))  # it takes a second at least
    devices = f"  - {{device: {hung}, name: stand-in, firmware: '1.0.8'}}\n"
    night = nights.write(tmp_path, "set_aside_after: 2", devices=devices, scenarios=BOOTS[:3], mode="lab")
    done = nights.play(night, tmp_path / "hung")
    assert done.returncode == 3, done.stdout + done.stderr
    (run,) = nights.told(tmp_path / "hung")["runs"]
    assert "2 boots in a row ended in error" in run["set_aside"] and "did not take its configuration" in run["set_aside"]
    assert run["verdicts"] == {"error": 2} and [left["kind"] for left in run["not_played"]] == ["set aside"]
    assert is_here(phone.near)


def test_a_person_is_asked_where_nothing_else_gives_power(desk, tmp_path, monkeypatch, leftovers):
    phone = desk()
    monkeypatch.setenv("STANDIN_USER", "x")
    monkeypatch.setenv("STANDIN_PASSWORD", "y")
    words = [TWINLINE, "run", BOOT, "--device", phone.device_file(power="{by: person}"), "--out", tmp_path / "run"]
    rig = subprocess.Popen([str(word) for word in words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    for line in rig.stderr:
        if line.startswith("*** switch the stand-in off and on again"):
            phone.power("on")
            break
    said, _ = rig.communicate(timeout=120)
    assert rig.returncode == 0, said


def test_another_phone_than_the_file_says_is_refused(desk, certify, tmp_path, leftovers):
    done = certify(desk(model="S-2").device_file(), BOOT)
    assert done.returncode == 3, done.stdout + done.stderr
    assert "Standin S-2 1.0.7" in read_assessment(tmp_path / "run", BOOT)["reason"]


def test_one_that_stays_dark_is_an_error(desk, certify, tmp_path, leftovers):
    phone = desk(boot=(600.0, 601.0))
    file = phone.device_file()
    file.write_text(file.read_text().replace("boot: 30 s", "boot: 3 s"))
    assert certify(file, BOOT).returncode == 3
    assert "did not take its configuration within 3 s" in read_assessment(tmp_path / "run", BOOT)["reason"]


def test_where_another_dhcp_server_answers_nothing_is_handed_out(desk, certify, tmp_path, leftovers):
    phone = desk()
    subprocess.run(phone.inside("ip", "addr", "add", "10.9.9.1/24", "dev", "eth0"), check=True)
    words = ["dnsmasq", "--no-daemon", "--conf-file=/dev/null", "--port=0", "--user=root", "--group=root", "--pid-file=",
             "--leasefile-ro", "--no-ping", "--dhcp-range=10.9.9.10,10.9.9.20"]  # fmt: skip
    other = subprocess.Popen(phone.inside(*words), stderr=subprocess.PIPE, text=True)
    try:
        for line in other.stderr:
            if "IP range" in line:
                break
        file = phone.device_file()
        # Its power would take that server's address away with its own.
        file.write_text(file.read_text().replace('"off"]', '"nothing"]'))
        done = certify(file, BOOT)
    finally:
        other.kill()
        other.wait()
    assert done.returncode == 69, done.stdout + done.stderr
    assert "a DHCP server answers" in done.stderr and "10.9.9.1" in done.stderr and "remedy: " in done.stderr


@pytest.mark.parametrize("how, code", [(signal.SIGKILL, -9), (signal.SIGINT, 130)])
def test_a_rig_that_is_ended_gives_the_interface_back(desk, tmp_path, monkeypatch, leftovers, how, code):
    phone = desk()
    monkeypatch.setenv("STANDIN_USER", "x")
    monkeypatch.setenv("STANDIN_PASSWORD", "y")
    words = [TWINLINE, "run", BOOT, "--device", phone.device_file(), "--out", tmp_path / "run"]
    rig = subprocess.Popen([str(word) for word in words], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + 30
    while is_here(phone.near):
        assert time.monotonic() < deadline, "it never took the interface"
        time.sleep(0.02)
    time.sleep(random.Random(SEED).uniform(0, 5))
    rig.send_signal(how)
    assert rig.wait(timeout=30) == code
    deadline = time.monotonic() + 10
    while not is_here(phone.near):
        assert time.monotonic() < deadline, "it never gave the interface back"
        time.sleep(0.02)


def test_what_is_missing_is_said_with_its_remedy(desk, twinline, certify, tmp_path, monkeypatch):
    phone = desk()
    done = certify(phone.device_file(interface='""'), BOOT)
    assert done.returncode == 65, "an empty value is a fault of the file"
    done = certify("yealink-t46g", YEALINK)
    assert done.returncode == 64 and "--interface" in done.stderr
    done = twinline("run", BOOT, "--device", "baresip", "--interface", phone.near)
    assert done.returncode == 64 and "is a program" in done.stderr
    done = certify(phone.device_file(interface="none0"), BOOT)
    assert done.returncode == 69 and "there is no interface none0" in done.stderr
    subprocess.run(["ip", "addr", "add", "203.0.113.7/24", "dev", phone.near], check=True)
    done = certify(phone.device_file(), BOOT)
    assert done.returncode == 69 and "has an address of its own" in done.stderr
    subprocess.run(["ip", "addr", "flush", "dev", phone.near], check=True)
    monkeypatch.delenv("STANDIN_PASSWORD")
    done = twinline("run", BOOT, "--device", phone.device_file(), "--out", tmp_path / "run")
    assert done.returncode == 69 and "export STANDIN_PASSWORD=" in done.stderr
    assert is_here(phone.near)


def test_without_root_it_is_refused(desk, tmp_path):
    phone = desk()
    file = phone.device_file()
    for folder in (tmp_path, *tmp_path.parents[:3], phone.folder):
        folder.chmod(folder.stat().st_mode | 0o755)
    words = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", TWINLINE, "run", BOOT, "--device", str(file)]
    done = subprocess.run(
        [*words, "--out", str(tmp_path / "none")], capture_output=True, text=True, timeout=60,
        env={**os.environ, "STANDIN_USER": "x", "STANDIN_PASSWORD": "y"},
    )  # fmt: skip
    assert done.returncode == 69, done.stdout + done.stderr
    assert "only root may do that" in done.stderr and "remedy: start the rig as root" in done.stderr


@pytest.mark.skipif(not FULL, reason="minutes of boots: --tier all")
@pytest.mark.parametrize("seed", range(SEED, SEED + 3))
def test_it_may_take_its_time(desk, certify, leftovers, seed):
    phone = desk(boot=(20.0, 90.0), seed=seed)
    file = phone.device_file()
    file.write_text(file.read_text().replace("boot: 30 s", "boot: 100 s"))
    done = certify(file, "generic/register/boot-failover-silent-primary", timeout=400)
    assert done.returncode == 0, done.stdout + done.stderr
