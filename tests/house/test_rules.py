"""The rules of the house find a breach where there is one: a fake tree for each."""
import pytest
import rules
from source_tree import Tree


@pytest.fixture(name="fake")
def fake_tree(tmp_path):
    """Writes files into an otherwise clean tree and gives its root."""

    def write(files):
        clean = {
            "reference_impl/wire/uri.hh": "// Why.\n#pragma once\n#include <string>\n",
            "reference_impl/phone/phone.hh": '// Why.\n#include "reference_impl/wire/uri.hh"\n',
            "rig/judge/judge.cc": '// Why: now() is only talked about.\n#include "probes/timeline/event.hh"\n',
            "probes/timeline/event.hh": "// Why.\n#include <chrono>\n",
            "rig/cli/main.cc": '// Why.\n#include "reference_impl/phone/phone.hh"\n#include <thread>\n',
            "reports/assets/report.css": "/* Why. */\n",
        }
        for name, text in {**clean, **files}.items():
            file = tmp_path / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
        return tmp_path

    return write


def breaches(root):
    tree = Tree(root)
    return [
        *rules.impurities(tree),
        *rules.sights_of_reference(tree),
        *rules.wrong_edges(tree),
        *rules.silent_openings(root),
        *rules.machine_paths(root),
        *rules.forbidden_words(root),
        *rules.long_files(root, {}),
    ]


def test_a_clean_tree_has_no_breach(fake):
    assert not breaches(fake({}))


@pytest.mark.parametrize(
    "line",
    [
        "#include <boost/asio/io_context.hpp>",
        "#include <boost/asio.hpp>",
        "#include <pcap/pcap.h>",
        "#include <pcap.h>",
        "#include <thread>",
        "#  include <mutex>",
        "auto t = std::chrono::steady_clock::now();",
        "auto t = Clock :: now ();",
        "std::this_thread::sleep_for(d);",
        "::usleep(10);",
        "std::random_device seed{};",
        "auto t = std::time(nullptr);",
    ],
)
def test_a_pure_room_is_pure(fake, line):
    found = breaches(fake({"reference_impl/wire/clock.cc": f"// Why.\n{line}\n"}))
    assert len(found) == 1 and found[0].startswith("reference_impl/wire/clock.cc:2: a pure room"), found


@pytest.mark.parametrize("line", ["// std::chrono::now()", 'auto s = "sleep(1)";', "Duration time(d);", "known(x);"])
def test_talking_of_time_is_no_breach(fake, line):
    assert not breaches(fake({"reference_impl/wire/clock.cc": f"// Why.\n{line}\n"}))


def test_impurity_is_followed_through_headers(fake):
    found = breaches(
        fake(
            {
                "reference_impl/wire/a.cc": '// Why.\n#include "reference_impl/wire/b.hh"\n',
                "reference_impl/wire/b.hh": '// Why.\n#include "c.hh"\n',
                "reference_impl/wire/c.hh": "// Why.\n#include <thread>\n",
            }
        )
    )
    assert any(f.startswith("reference_impl/wire/a.cc:2:") and "c.hh -> thread" in f for f in found), found


def test_a_live_room_may_use_threads(fake):
    assert not breaches(fake({"reference_impl/live/driver.cc": "// Why.\n#include <thread>\n#include <boost/asio.hpp>\n"}))


@pytest.mark.parametrize("room", ["rig/judge", "probes/decode", "reports"])
def test_the_reference_is_out_of_sight(fake, room):
    found = list(
        rules.sights_of_reference(
            Tree(
                fake(
                    {
                        f"{room}/a.cc": '// Why.\n#include "rig/scenario/b.hh"\n',
                        "rig/scenario/b.hh": '// Why.\n#include "reference_impl/wire/uri.hh"\n',
                    }
                )
            )
        )
    )
    assert any(f.startswith(f"{room}/a.cc:2: must not see the reference: rig/scenario/b.hh -> ") for f in found)


@pytest.mark.parametrize(
    "file, included",
    [
        ("reference_impl/wire/a.cc", "reference_impl/phone/phone.hh"),
        ("rig/scenario/a.cc", "probes/decode/sip.hh"),
        ("rig/judge/a.cc", "rig/dns/zone.hh"),
        ("rig/testbed/a.cc", "reference_impl/live/driver.hh"),
        ("rig/run/a.cc", "rig/shadow/shadow.hh"),
    ],
)
def test_edges_are_kept(fake, file, included):
    found = list(rules.wrong_edges(Tree(fake({file: f'// Why.\n#include "{included}"\n'}))))
    assert len(found) == 1 and "may not include" in found[0]


@pytest.mark.parametrize("included", ["reference_impl/wire/uri.hh", "rig/dns/zone.hh", "rig/world/world.hh"])
def test_edges_reach_on(fake, included):
    tree = Tree(fake({"rig/shadow/a.cc": f'// Why.\n#include "{included}"\n'}))
    assert not list(rules.wrong_edges(tree))


@pytest.mark.parametrize(
    "name, text, what",
    [
        ("rig/scenario/a.cc", "#include <string>\n", "open with a comment"),
        ("rig/tool", "#!/bin/sh\nset -e\n", "open with a comment"),
        ("tests/a/test_a.py", "import os\n", "open with a comment"),
        ("rig/a.md", "See /home" + "/me/notes\n", "machine path"),
        ("rig/a.yaml", "log: /tmp" + "/x\n", "machine path"),
        ("rig/dns/a.cc", "// Why.\n// TO" + "DO: more\n", "forbidden word"),
        ("rig/dns/a.cc", "// Why.\n" * 400, "longer than"),
    ],
)
def test_looks_are_kept(fake, name, text, what):
    found = breaches(fake({name: text}))
    assert len(found) == 1 and what in found[0], found


def test_a_long_file_needs_a_reason(fake):
    root = fake({"rig/dns/a.cc": "// Why.\n" * 400})
    assert not list(rules.long_files(root, {"rig/dns/a.cc": "a generated table"}))
    assert list(rules.long_files(root, {"rig/dns/a.cc": ""}))
    assert list(rules.long_files(root, {"rig/dns/a.cc": "a table", "rig/dns/b.cc": "gone"}))
