"""`rig/certify --campaign FILE`: the words, the exit codes, and what is said at the end."""
import argparse
import json
import os
import sys

import pytest

from twinline_lanes import native

from . import campaign_file, index, place, summary
from .night import Night


def arguments(words):
    parser = argparse.ArgumentParser(prog="rig/certify", add_help=False)
    parser.add_argument("--campaign")
    parser.add_argument("--resume", action="store_true")
    parser.add_argument("--hook")
    parser.add_argument("--out")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--rebuild-index")
    return parser.parse_args(words)


def main(words):
    given = arguments(words)
    if given.rebuild_index:
        return index.rebuild(given.rebuild_index)
    try:
        twinline = native.module()
    except pytest.UsageError as missing:
        return refuse(missing, 69)
    try:
        told = campaign_file.load(given.campaign)
        night = Night(told, given.out, given.resume)
    except campaign_file.BadCampaign as bad:
        return refuse(bad, 65)
    except twinline.BadInput as bad:
        return refuse(bad, 65)
    except (twinline.UsageError, ValueError) as wrong:
        return refuse(wrong, 64)
    except place.Refused as refused:
        return refuse(refused, refused.code)
    if given.json:
        # Standard output is for the document alone.
        kept = os.dup(1)
        os.dup2(2, 1)
    try:
        summed = night.play()
    except place.Refused as refused:
        return refuse(refused, refused.code)
    print("\n" + summary.text(summed), file=sys.stderr if given.json else sys.stdout, flush=True)
    text = json.dumps(summed, indent=2, ensure_ascii=False) + "\n"
    if given.json:
        with os.fdopen(kept, "w", encoding="utf-8") as out:
            out.write(text)
    if given.hook and (failed := summary.call_hook(given.hook, text)):
        print(f"rig/certify: {failed}", file=sys.stderr)
    print(f"campaign: {os.path.relpath(night.folder / place.FILE)}", file=sys.stderr if given.json else sys.stdout)
    return summed["exit_code"]


def refuse(why, code):
    print(f"rig/certify: {why}" if code != 65 else str(why), file=sys.stderr)
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
