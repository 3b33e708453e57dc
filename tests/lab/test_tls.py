"""SIP over TLS is judged like SIP over UDP: the servers tell their keys, and the phone is offered nothing less."""

import hashlib
import json

from conftest import read_assessment

PORT = "yealink/config/port-of-tls"


def events_of(out, scenario):
    attempt = out / scenario / "attempt-1"
    return list(map(json.loads, (attempt / "timeline.jsonl").read_text().splitlines()))


def test_the_reference_passes_over_tls_and_its_record_holds_the_keys(twinline, tmp_path, leftovers):
    out = tmp_path / "run"
    done = twinline("run", PORT, "--device", "reference", "--out", out)
    assert done.returncode == 0, done.stdout + done.stderr
    assessment = read_assessment(out, PORT)
    assert {f["verdict"] for f in assessment["findings"]} == {"ok"}
    assert assessment["control"]["healthy"] is True
    events = events_of(out, PORT)
    for subject in ("device", "twin"):
        own = [e for e in events if e.get("subject") == subject]
        asked = [e for e in own if e["kind"] == "sip.request"]
        assert asked and all(e["fields"]["transport"] == "tls" and e["frame"] for e in asked)
        assert any(e["kind"] == "sip.response" and e["fields"]["status"] == "200" for e in own)
        assert [e["fields"]["version"] for e in own if e["kind"] == "tls.established"] == ["1.3"]
    assert not any(e["kind"] == "tls.unreadable" for e in events)

    # Without the keys nothing can be said of the device, neither good nor bad.
    record = out / PORT / "attempt-1" / "record"
    keys, sums = record / "keys.log", record / "SHA256SUMS"
    text = keys.read_text()
    assert "CLIENT_TRAFFIC_SECRET_0 " in text
    digest = hashlib.sha256(text.encode()).hexdigest()
    assert f"{digest}  keys.log\n" in sums.read_text()
    assert twinline("judge", out).returncode == 0
    keys.write_text("")
    changed = twinline("judge", out)
    assert changed.returncode == 65 and "keys.log" in changed.stderr
    sums.write_text(sums.read_text().replace(digest, hashlib.sha256(b"").hexdigest()))
    blind = twinline("judge", out)
    assert blind.returncode in (2, 3), blind.stdout + blind.stderr


def test_a_broken_phone_fails_over_tls(twinline, tmp_path, leftovers):
    out = tmp_path / "run"
    done = twinline("run", PORT, "--device", "mutant/keeps-its-cseq", "--out", out)
    assert done.returncode == 1, done.stdout + done.stderr
    named = [f for f in read_assessment(out, PORT)["findings"] if f["clause"] == "RFC-3261-102"]
    assert any(f["verdict"] == "fail" and f["frames"] for f in named)
