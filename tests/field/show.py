"""What the README promises of field captures, as a rehearsal: phones with one known defect in surroundings that no other test
plays, captured as a site would, explained by the clause that they break, and brought back as a small scenario."""

import concurrent.futures
import dataclasses
import json
import os
import pathlib
import random
import re
import subprocess

import site_captures
import yaml

ROOT = pathlib.Path(__file__).resolve().parents[2]
TWINLINE = os.environ.get("TWINLINE", str(ROOT / "build" / "twinline"))
FIXTURES = ROOT / "fixtures"
PUBLIC = "203.0.113.77"


@dataclasses.dataclass(frozen=True)
class Case:
    scenario: str  # that the surroundings begin as
    mutant: str
    lasts: int  # seconds until all of it has happened
    taken: tuple = ()  # "no-dns", "late", "nat", "two"


# Each breaks another clause. They were chosen among phones that `explain` could name in virtual time, not drawn; what is drawn by lot are
# the seed and the troubles behind the scenario. So what they give says how much surroundings matter, not how many phones are recognised.
CASES = (
    Case("generic/call/large-request", "sends-large-datagrams", 11),
    Case("yealink/config/port-of-tls", "keeps-its-cseq", 5),
    Case("yealink/dns/built-all", "asks-over-udp-only", 5),
    Case("generic/register/boot-failover-silent-primary", "turns-priorities-round", 37, ("two",)),
    Case("generic/register/boot-failover-silent-primary", "reuses-branch", 37, ("no-dns",)),
    Case("generic/register/boot-failover-silent-primary", "begins-another-registration-at-the-next-server", 37, ("no-dns",)),
    Case("generic/register/boot", "changes-its-call-id", 10, ("no-dns",)),
    Case("generic/register/boot", "registers-at-its-user", 10, ("nat",)),
    Case("generic/register/naptr-preference", "never-asks-naptr", 60),
    Case("generic/call/failover-silent-primary", "dials-four-times", 41, ("late",)),
    Case("generic/call/made-and-ended", "never-acknowledges-an-answer", 9, ("late",)),
    Case("aastra/outbound-disabled/primary-first", "calls-the-backup-first", 60, ("no-dns",)),
    Case("aastra/srv/priorities", "highest-priority-number-first", 37, ("two",)),
    Case("audiocodes/failover/default-timeout", "impatient", 37, ("no-dns",)),
    Case("audiocodes/failover/default-timeout", "stops-sending-early", 37, ("nat",)),
    Case("audiocodes/failover/port-closed", "begins-at-the-end-of-the-list", 5),
    Case("yealink/invite/registers-first", "never-registers-first", 22, ("two",)),
    Case("yealink/dns/negative-answer", "keeps-negative-answers-for-a-day", 46),
    Case("yealink/static-dns/real-time", "caches-in-real-time", 48),
    Case("yealink/failback/invite-only-registration", "registers-before-every-request", 38, ("nat",)),
)


def run(*words, timeout=600):
    return subprocess.run([TWINLINE, *map(str, words)], capture_output=True, text=True, timeout=timeout)


def mutants():
    return {m["id"].removeprefix("mutant/"): m["clauses"][0] for m in json.loads(run("list", "mutants", "--json").stdout)}


def steps(hosts, lasts, lot):
    """After what the scenario is about all is well again, and the phone's user registers anew twice: in a trouble that a phone
    gets over at once, and in one that it may not get over."""
    yield from ((lasts, f"heal {host}") for host in hosts)
    brief = lot.choice([("silence {}", 3), ("slow {} 700 ms", 12)])
    for at, (trouble, length) in ((lasts + 2, brief), (lasts + 26, lot.choice([("silence {}", 20), ("refuse {}", 14), ("reject {} 503 REGISTER", 14)]))):
        host, again = lot.choice(hosts), at + lot.randint(3, 6)
        yield from ((at, "unregister"), (again - 1, trouble.format(host)), (again, "register again"), (again - 1 + length, f"heal {host}"))
    yield lasts + 54, "end"


def surroundings(case, seed, folder):
    """The scenario with more troubles behind it, drawn by lot, as a file of its own."""
    text = (FIXTURES / "scenarios" / f"{case.scenario}.yaml").read_text()
    known = yaml.safe_load(text)
    topology = yaml.safe_load((FIXTURES / "topologies" / f"{known['topology']}.yaml").read_text())
    hosts = [role for role, host in topology["hosts"].items() if host.get("runs", "kamailio") == "kamailio"]
    more = [f"  - {{at: power-on + {at} s, do: {do}}}" for at, do in steps(hosts, case.lasts, random.Random(f"{case.mutant} {seed}"))]
    text = re.sub(r"(?m)^  - \{at: .*, do: end\}$", "\n".join(more), text)
    text = re.sub(r"(?m)^limit: .*$", f"limit: {case.lasts + 80} s", text)
    text = re.sub(r"(?m)^id: .*$", f"id: {known['vendor']}/{known['feature']}/{case.mutant}", text)
    file = folder / f"{case.mutant}.yaml"
    file.write_text(re.sub(r"(?m)^catalogue: .*\n", "", text))
    return file, known, topology


def captured_in_virtual_time(case, seed, folder):
    file, known, topology = surroundings(case, seed, folder)
    capture, config = folder / "virtual.pcapng", folder / "device.cfg"
    done = run("sim", file, "--device", f"mutant/{case.mutant}", "--seed", seed, "--capture", capture)
    assert capture.exists(), done.stdout + done.stderr
    config.write_text(known["config"])
    return capture, config, None, topology


def captured_in_the_lab(case, seed, folder):
    file, known, topology = surroundings(case, seed, folder)
    out = folder / "lab"
    done = run("run", file, "--device", f"mutant/{case.mutant}", "--seed", seed, "--out", out)
    record = next(out.rglob("record"), None)
    assert record, done.stdout + done.stderr
    return record / "capture.pcapng", record / "device.cfg", record / "keys.log", topology


def as_taken(case, capture, topology, path):
    """The capture as the site has it, and the address at which it shows the phone."""
    subjects = topology.get("subjects", {})
    phone = subjects.get("device", {}).get("phone", "198.51.100.100")
    twin = subjects.get("twin", {}).get("phone", "198.51.100.101")
    packets = site_captures.of_phones(site_captures.read(capture), [phone, twin] if "two" in case.taken else [phone])
    if "no-dns" in case.taken:
        packets = site_captures.without_dns(packets)
    if "late" in case.taken:
        packets = site_captures.begun_late(packets)
    if "nat" in case.taken:
        packets = site_captures.behind_nat(packets, phone, PUBLIC)
    site_captures.write(path, packets)
    return PUBLIC if "nat" in case.taken else phone


@dataclasses.dataclass
class Shown:
    case: Case
    clause: str
    told: str = ""  # the clause by which it is named; else what is said instead
    others: tuple = ()  # clauses by which a conforming phone of the capture is blamed
    stimuli: tuple = ()  # of the capture, and of the scenario made of it
    reference: int = -1  # exit codes of that scenario
    mutant: int = -1
    said: str = ""

    def is_named(self):
        return self.told == self.clause

    def is_wrong(self):
        return bool(self.others) or (re.fullmatch(r"[A-Z]+-.*", self.told) is not None and not self.is_named())

    def comes_back(self):
        return self.is_named() and (self.reference, self.mutant) == (0, 1) and self.stimuli[1] * 2 <= self.stimuli[0]

    def row(self):
        stimuli = "{} -> {}".format(*self.stimuli) if self.stimuli else self.said.strip().splitlines()[-1:]
        taken = " ".join(self.case.taken)
        return f"{self.clause:16} {self.told:16.60} {self.case.mutant:44} {self.case.scenario:48} {taken:12} {self.reference:2} {self.mutant:2} {stimuli}"


def outcome(phone):
    divergence = phone["divergence"]
    if divergence is None:
        return phone["outcome"]
    return divergence["clause"] or "one of " + ", ".join(divergence["candidates"])


def show(case, clause, seed, folder, captured):
    folder.mkdir(parents=True)
    capture, config, keys, topology = captured(case, seed, folder)
    site = folder / "site.pcap"
    address = as_taken(case, capture, topology, site)
    words = [site, "--config", config, *(["--keys", keys] if keys else [])]
    firmware = yaml.safe_load((FIXTURES / "scenarios" / f"{case.scenario}.yaml").read_text()).get("firmware")
    words += ["--firmware", firmware] if firmware else []
    explained = run("explain", *words, "--json")
    shown = Shown(case, clause, said=explained.stderr)
    phones = json.loads(explained.stdout)["phones"]
    shown.told = next((outcome(p) for p in phones if p["address"] == address), "no phone")
    shown.others = tuple(p["divergence"]["clause"] for p in phones if p["address"] != address and p["divergence"])
    if shown.is_named():
        bring_back(shown, words, folder)
    return shown


def bring_back(shown, words, folder):
    again = folder / "again.yaml"
    made = run("reproduce", *words, "-o", again)
    shown.said = made.stdout + made.stderr
    if made.returncode == 0 and again.exists():
        shown.stimuli = tuple(map(int, re.search(r"stimuli +(\d+) -> (\d+)", made.stdout).groups()))
        shown.reference = run("sim", again, "--strict").returncode
        shown.mutant = run("sim", again, "--device", f"mutant/{shown.case.mutant}", "--strict").returncode


def rehearsed(cases, seed, folder, captured, at_once):
    """Those in the lab wait most of the time."""
    clauses = mutants()
    with concurrent.futures.ThreadPoolExecutor(at_once) as pool:
        return list(pool.map(lambda case: show(case, clauses[case.mutant], seed, folder / case.mutant, captured), cases))


def check(rows):
    """Nine of ten are named and each of those comes back, and nobody is blamed for what he did not do."""
    table = "\n".join(row.row() for row in rows)
    print(table)
    assert not [row for row in rows if row.is_wrong()], table
    named = [row for row in rows if row.is_named()]
    assert len(named) * 10 >= len(rows) * 9, table
    assert all(row.comes_back() for row in named), table
