"""The rehearsal of field captures in virtual time: a sample of it, the whole with --tier all. tests/lab plays it in the lab."""

import os

import show

SEED = int(os.environ.get("TWINLINE_SEED", "20261122"))
FULL = os.environ.get("TWINLINE_TIER") == "all"
# In virtual time TLS is shown deciphered; keys are for the lab.
SAMPLE = ("registers-at-its-user", "changes-its-call-id", "never-acknowledges-an-answer", "begins-at-the-end-of-the-list")


def test_broken_phones_of_field_captures_are_named_and_come_back(tmp_path):
    cases = [case for case in show.CASES if FULL or case.mutant in SAMPLE]
    show.check(show.rehearsed(cases, SEED, tmp_path, show.captured_in_virtual_time, at_once=2))
