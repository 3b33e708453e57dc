"""Reads a source tree: its files, their text, and what the C++ includes."""
import re
import subprocess
from pathlib import Path

CPP = {".cc", ".hh"}
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')
SKIPPED = {".git", "build", "twinline-runs", "__pycache__", ".pytest_cache"}


def tracked(root):
    """The files of the tree: what git knows, or everything where there is no git."""
    root = Path(root)
    listing = subprocess.run(["git", "-C", str(root), "ls-files", "-z"], capture_output=True, check=False)
    if listing.returncode == 0 and (root / ".git").exists():
        names = [Path(name) for name in listing.stdout.decode().split("\0") if name]
        return sorted(name for name in names if (root / name).is_file())
    return sorted(
        file.relative_to(root)
        for file in root.rglob("*")
        if file.is_file() and not SKIPPED & set(file.relative_to(root).parts)
    )


def lines_of(root, name):
    """The lines of a text file; none for a binary one."""
    content = (Path(root) / name).read_bytes()
    return [] if b"\0" in content else content.decode("utf-8", "replace").splitlines()


def code_of(text):
    """C++ without its comments and the inside of its literals, with the same lines."""
    pattern = re.compile(r'//[^\n]*|/\*.*?\*/|R"(\w*)\(.*?\)\1"|"(?:\\.|[^"\\\n])*"|(?<!\w)\'(?:\\.|[^\'\\\n])+\'', re.S)
    return pattern.sub(lambda match: "\n" * match.group().count("\n") or '""', text)


class Tree:
    """The C++ of a source tree and what each file includes."""

    def __init__(self, root):
        self.root = Path(root)
        self.files = [f for f in tracked(root) if f.suffix in CPP]
        self._includes = {}

    def includes(self, name):
        """(line, is it <...>, the included name); a project file is named from the root."""
        if name not in self._includes:
            found = []
            for number, line in enumerate(lines_of(self.root, name), 1):
                match = INCLUDE.match(line)
                if match:
                    beside = Path(name).parent / match[2]
                    path = beside if match[1] == '"' and (self.root / beside).is_file() else Path(match[2])
                    found.append((number, match[1] == "<", path))
            self._includes[name] = found
        return self._includes[name]

    def reached(self, name):
        """Each included name that `name` reaches, with the line of `name` and the way that leads there."""
        seen, open_ends = {name}, [(name, None, [])]
        while open_ends:
            current, line, way = open_ends.pop()
            for number, system, path in self.includes(current):
                if path in seen:
                    continue
                seen.add(path)
                yield path, line or number, [*way, str(path)]
                if not system and (self.root / path).is_file():
                    open_ends.append((path, line or number, [*way, str(path)]))
