"""What a handset is given beside a boot: its configuration from the scenario's servers, a firmware, a factory reset, somebody
to trust; and what is read off its pages."""

import json
import os
import shutil
import threading
import time

import pytest
from conftest import ROOT, read_assessment
from handsets import BOOT, FULL, bench, certify, desk, events, only_root, tells_the_login  # noqa: F401

# How long each takes is its own servers' business: a refusal is quick.
FROM_SERVERS = ["aastra/configuration/first-dead/fault-refuse", "yealink/config/auto-provisioning"]
FROM_SERVERS += ["aastra/configuration/each-protocol/protocol-tftp"] if FULL else []
FIRST_ADDRESS = "aastra/configuration/first-address"
AFTER_A_DOWNGRADE = """\
events:
  home: {response: 200, of: REGISTER, from: primary}
  home-again: {response: 200, of: REGISTER, from: primary, after: home}
timeline:
  - {at: start, do: power on}
  - {at: home + 1 s, do: flash 1.0.7}
  - {at: home-again + 1 s, do: end}
limit: 3 min
expect:
  - clause: RFC-3261-102
    says: the phone is home again with its older firmware
    see: home-again
"""
SHOWN = "aastra/configuration/error-messages"

pytestmark = only_root


def says_slowly(out, text):
    """A keyboard whose person takes three seconds to read what is asked."""
    here, there = os.pipe()

    def person():
        with os.fdopen(there, "w") as keyboard:
            until = time.monotonic() + 120
            while not any(b"rig.prompt" in file.read_bytes() for file in out.rglob("rig.jsonl")):
                if time.monotonic() > until:
                    return
                time.sleep(0.2)
            time.sleep(3)
            keyboard.write(text)

    threading.Thread(target=person, daemon=True).start()
    return here


@pytest.mark.parametrize("scenario", FROM_SERVERS)
def test_it_takes_its_configuration_from_the_servers_of_the_scenario(desk, certify, tmp_path, leftovers, scenario):
    """It is told of them by the rig once, and then finds them as its vendor says; what the rig alone knows is not told there."""
    forgets = scenario.startswith("aastra")
    file = desk(forgets=forgets).device_file(memory="forgets" if forgets else "keeps")
    file.write_text(file.read_text().replace("    {{complete}}\n", "    {{complete}}\n    # login: {{env:STANDIN_PASSWORD}}\n"))
    done = certify(file, scenario)
    assert done.returncode == 0, done.stdout + done.stderr
    assert read_assessment(tmp_path / "run", scenario)["verdict"] == "pass"
    assert [e["text"] for e in events(tmp_path / "run", scenario, "rig.boot")][:2] == ["has its configuration", "has its address"]
    assert not tells_the_login(tmp_path / "run")


@pytest.mark.skipif(not FULL, reason="three minutes, to the limit of its scenario: --tier all")
def test_a_breach_of_how_it_fetches_is_told(desk, certify, tmp_path, leftovers):
    done = certify(desk(mutant="last-address-first").device_file(), FIRST_ADDRESS)
    assert done.returncode == 1, done.stdout + done.stderr
    assert read_assessment(tmp_path / "run", FIRST_ADDRESS)["reason"].startswith("AA-CFG-01: ")


def test_its_page_is_read(desk, certify, tmp_path, leftovers):
    """And what it shows counts, not what the reference would."""
    done = certify(desk().device_file(), SHOWN)
    assert done.returncode == 0, done.stdout + done.stderr
    assert any("192.0.2.31" in e["text"] for e in events(tmp_path / "run", SHOWN, "rig.error-message"))


@pytest.mark.skipif(not FULL, reason="the picture below is a breach too: --tier all")
def test_a_page_that_says_nothing_is_a_breach(desk, certify, tmp_path, leftovers):
    done = certify(desk(mutant="names-no-address").device_file(), SHOWN)
    assert done.returncode == 1, done.stdout + done.stderr
    assert read_assessment(tmp_path / "run", SHOWN)["reason"].startswith("AA-CFG-11: ")


def test_what_its_page_had_on_it_before_proves_nothing(desk, certify, tmp_path, leftovers):
    phone = desk(mutant="names-no-address")
    old = {"parameters": {"generic": {}}, "marks": [], "errors": ["192.0.2.31 is dead", "192.0.2.32 is used"]}
    (phone.folder / "flash.json").write_text(json.dumps(old))
    done = certify(phone.device_file(), SHOWN)
    assert done.returncode != 0, done.stdout + done.stderr
    told = read_assessment(tmp_path / "run", SHOWN)
    assert told["verdict"] == "inconc" and "on it before the scenario began" in told["reason"], told


def test_a_picture_is_read_by_a_program_and_a_person_is_asked(desk, tmp_path, certify, leftovers):
    phone = desk()
    file = phone.device_file()
    seen = "error messages: {get: \"http://{{address}}/errors.html\"}"
    text = file.read_text()
    assert seen in text
    file.write_text(text.replace(seen, seen[:-1] + ", through: [sed, 's/192.0.2/198.18.0/g', \"{{file}}\"]}"))
    assert certify(file, SHOWN).returncode == 1, "it shows other addresses"
    file.write_text(text.replace(seen, "error messages: {by: person}"))
    shutil.rmtree(tmp_path / "run")
    done = certify(file, SHOWN, stdin=says_slowly(tmp_path / "run", "192.0.2.31 is dead\n192.0.2.32 is used\n\n"))
    assert done.returncode == 0, done.stdout + done.stderr
    assert "*** what does the stand-in show as error messages?" in done.stderr


def test_it_forgets_what_nobody_tells_it_again(desk, certify, leftovers):
    """A parameter that no file of ours knows is gone after its reset, and stays without one."""
    phone = desk()
    flash = phone.folder / "flash.json"
    unknown = {"parameters": {"generic": {"beyond.our.knowledge": "1"}}, "marks": []}
    flash.write_text(json.dumps(unknown))
    assert certify(phone.device_file(), BOOT).returncode == 0
    assert "beyond.our.knowledge" in flash.read_text()
    done = certify(phone.device_file(more="factory_reset: {by: request}"), BOOT)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "beyond.our.knowledge" not in flash.read_text()


def test_it_is_given_the_firmware_that_is_wanted(desk, certify, tmp_path, leftovers):
    """Up by the command line, and down and up again by steps of a scenario; the next run finds what it wants."""
    phone = desk()
    for version in ("1.0.7", "1.0.8"):
        (phone.folder / f"standin-{version}.img").write_text(f"firmware {version}")
    file = phone.device_file(more="firmwares: {1.0.7: standin-1.0.7.img, 1.0.8: standin-1.0.8.img}")
    own = tmp_path / "own" / "downgrade.yaml"
    own.parent.mkdir()
    text = (ROOT / "fixtures" / "scenarios" / f"{BOOT}.yaml").read_text()
    text = text.replace(f"id: {BOOT}", "id: generic/register/downgrade").replace("catalogue: ", "# catalogue: ")
    own.write_text(text.split("events:\n")[0] + AFTER_A_DOWNGRADE)
    done = certify(file, own, firmware="1.0.8")
    assert done.returncode == 0, done.stdout + done.stderr
    told = [e["firmware"] for e in events(tmp_path / "run", "generic/register/downgrade", "rig.flash")]
    assert told == ["1.0.8", "1.0.7"]
    assert json.loads((tmp_path / "run" / "run.json").read_text())["handset"]["firmware"] == "1.0.8"
    done = certify("baresip", BOOT, firmware="1.0.8")
    assert done.returncode == 64 and "is a program" in done.stderr


def test_it_trusts_the_authority_that_its_configuration_names(desk, certify, leftovers):
    done = certify(desk().device_file(), "generic/register/wrong-certificate/certificate-foreign")
    assert done.returncode == 0, done.stdout + done.stderr
