"""`twinline lab`: orders on standard input, the phones' story on standard output."""

import subprocess

from conftest import TWINLINE


def keep(orders, *arguments, timeout=120):
    return subprocess.run(
        [TWINLINE, "lab", *map(str, arguments)], input="\n".join(orders), capture_output=True, text=True, timeout=timeout
    )


def test_orders_take_effect_one_after_the_other(tmp_path, leftovers):
    capture = tmp_path / "all.pcapng"
    done = keep(
        ["# a comment", "power on", "wait 2 s", "status", "silence primary", "wait 1 s", "status", "twin dial 2000", "wait 2 s", "twin hang up",
         "heal primary", "reload", "quit", "power on"],
        "--capture", capture,
    )
    assert done.returncode == 0, done.stderr
    said = done.stdout
    served, silenced = said.split("silence of primary on")
    assert "1001 -> sip:1001@198.51.100.101:5060" in served and "for twin:" not in served
    assert "for twin: silence" in silenced
    assert silenced.index("INVITE (send 2)") < silenced.index("silence of primary off")
    assert "the name servers answer from" in said and "0 lost" in said
    assert said.count("power on") == 1, "what follows quit is not done"
    assert capture.stat().st_size > 4000


def test_a_capture_that_was_not_named_replaces_none(tmp_path, leftovers):
    for _ in range(2):
        done = subprocess.run([TWINLINE, "lab"], input="wait 1 s", capture_output=True, text=True, timeout=120, cwd=tmp_path)
        assert done.returncode == 0, done.stderr
    captures = sorted(tmp_path.glob("twinline-lab-*.pcapng"))
    assert len(captures) == 2 and captures[-1].name in done.stdout


def test_two_phones_are_treated_apart(tmp_path, leftovers):
    done = keep(
        ["device silence primary", "power on", "wait 3 s", "status"], "--device", "mutant/skips-secondary", "--capture", tmp_path / "two.pcapng"
    )
    assert done.returncode == 0, done.stderr
    assert "for device: silence" in done.stdout and "for twin:" not in done.stdout
    assert "1001 -> sip:1001@198.51.100.101:5060" in done.stdout
    assert "-> sip:1001@198.51.100.100:5060" not in done.stdout, "it is bound nowhere"


def test_what_cannot_be_done_is_refused_and_the_lab_goes_on(tmp_path, leftovers):
    done = keep(
        ["silence nobody", "notify dns terminated", "fly", "lose primary some", "silence primary", "refuse primary", "end", "wait long", "status"],
        "--topology", "two-registrars-notify", "--capture", tmp_path / "x.pcapng",
    )
    assert done.returncode == 64
    assert done.stderr.count("refused: ") == 7
    for said in ("nobody", "unknown action", "cannot notify", "says not what is lost", "heal primary first", "only a scenario has an end", "wait"):
        assert said in done.stderr
    assert "for twin: silence" in done.stdout


def test_what_it_needs_is_told_before_the_lab_is_there(tmp_path):
    assert keep([], "--topology", "nowhere").returncode == 64
    (tmp_path / "bad.cfg").write_text("account.1.port = 99999\n")
    done = keep([], "--config", tmp_path / "bad.cfg")
    assert done.returncode == 65 and "bad.cfg:1: " in done.stderr
