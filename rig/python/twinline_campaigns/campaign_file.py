"""The file that says what a campaign plays: strict YAML, where each fault is told as FILE:LINE with what is allowed."""
import hashlib
import pathlib
import re
from dataclasses import dataclass, field

import yaml

NAME = re.compile(r"^[a-z0-9][a-z0-9.-]*$")
UNITS = {"s": 1, "min": 60, "h": 3600}
SIZES = {"KB": 1000, "MB": 1000**2, "GB": 1000**3}
KEYS = (
    "name", "devices", "select", "scenarios", "mode", "repeats", "budget", "lanes", "captures", "retries", "set_aside_after",
    "keep_free", "strict", "strict_config", "seed",
)  # fmt: skip


class BadCampaign(Exception):
    """All that is wrong with a campaign file, a line each."""


@dataclass
class Phone:
    device: str  # as --device has it
    name: str  # of the phone, whatever its firmware
    firmware: str


@dataclass
class CampaignFile:
    path: pathlib.Path
    name: str
    phones: list
    select: str = ""
    scenarios: list = field(default_factory=list)  # ids, and paths of files and folders of the user's
    mode: str = "lab"
    repeats: int = 1
    budget: float = None  # seconds
    lanes: int = 1
    captures: str = "all"
    retries: int = 0
    set_aside_after: int = 3
    keep_free: int = 100 * SIZES["MB"]
    strict: bool = False
    strict_config: bool = False
    seed: int = 1
    digest: str = ""


def load(path):
    """Throws BadCampaign."""
    path = pathlib.Path(path)
    try:
        text = path.read_text(encoding="utf-8")
        document = yaml.compose(text, Loader=yaml.SafeLoader)
    except (OSError, UnicodeDecodeError) as wrong:
        raise BadCampaign(f"{path}: cannot be read: {getattr(wrong, 'strerror', None) or wrong}") from None
    except yaml.MarkedYAMLError as wrong:
        line = wrong.problem_mark.line + 1 if wrong.problem_mark else 1
        raise BadCampaign(f"{path}:{line}: is no YAML: {wrong.problem}") from None
    except yaml.YAMLError as wrong:
        raise BadCampaign(f"{path}:1: is no YAML: {wrong}") from None
    reader = _Reader(path)
    result = reader.campaign(document)
    if reader.faults:
        raise BadCampaign("\n".join(reader.faults))
    result.digest = hashlib.sha256(text.encode()).hexdigest()
    return result


class _Reader:
    def __init__(self, path):
        self.path, self.faults = path, []

    def fault(self, node, text):
        line = node.start_mark.line + 1 if node is not None else 1
        self.faults.append(f"{self.path}:{line}: {text}")

    def campaign(self, node):
        members = self.members(node, KEYS, "a campaign")
        result = CampaignFile(self.path, self.path.stem, [])
        readers = {
            "name": lambda n: self.matching(n, "name", NAME, "a-z, 0-9, dots and hyphens"),
            "select": lambda n: self.text(n, "select"),
            "scenarios": lambda n: self.texts(n, "scenarios"),
            "mode": lambda n: self.word(n, "mode", ("lab", "sim")),
            "repeats": lambda n: self.number(n, "repeats", 1, 1000),
            "budget": lambda n: self.measured(n, "budget", UNITS, "a time as 8 h, 30 min or 90 s"),
            "lanes": lambda n: self.number(n, "lanes", 1, 999),
            "captures": lambda n: self.word(n, "captures", ("all", "failed")),
            "retries": lambda n: self.number(n, "retries", 0, 20),
            "set_aside_after": lambda n: self.number(n, "set_aside_after", 1, 1000),
            "keep_free": lambda n: int(self.measured(n, "keep_free", SIZES, "a size as 500 MB or 2 GB")),
            "strict": lambda n: self.word(n, "strict", ("yes", "no")) == "yes",
            "strict_config": lambda n: self.word(n, "strict_config", ("yes", "no")) == "yes",
            "seed": lambda n: self.number(n, "seed", 0, 2**63 - 1),
        }
        for key, read in readers.items():
            if key in members:
                setattr(result, key, read(members[key]))
        if not NAME.match(result.name) and "name" not in members:
            self.fault(node, f'"{result.name}" of the file\'s own name is no name of a campaign; give name: with a-z, 0-9, dots and hyphens')
        result.phones = self.phones(members.get("devices"), node)
        return result

    def phones(self, node, document):
        if not isinstance(node, yaml.SequenceNode) or not node.value:
            self.fault(node or document, "devices is missing or no list; allowed is a list of {device: NAME, firmware: LABEL}")
            return []
        phones = []
        for entry in node.value:
            members = self.members(entry, ("device", "name", "firmware"), "a device")
            told = {key: self.text(member, key) for key, member in members.items()}
            if not told.get("device"):
                self.fault(entry, "device is missing; allowed is a name in fixtures/devices, a device file, reference or mutant/ID")
                continue
            stem = pathlib.PurePath(told["device"]).stem if told["device"].endswith((".yaml", ".yml")) else told["device"]
            phone = Phone(told["device"], told.get("name") or stem, told.get("firmware", ""))
            if any((phone.name, phone.firmware) == (p.name, p.firmware) for p in phones):
                self.fault(entry, f'{phone.name} with firmware "{phone.firmware}" stands here twice; give another name or firmware')
            phones.append(phone)
        return phones

    def members(self, node, keys, what):
        if not isinstance(node, yaml.MappingNode):
            self.fault(node, f"{what} is a map; allowed are {', '.join(keys)}")
            return {}
        found = {}
        for key, value in node.value:
            name = key.value if isinstance(key, yaml.ScalarNode) else "?"
            if name not in keys:
                self.fault(key, f'unknown key "{name}"; allowed are {", ".join(keys)}')
            elif name in found:
                self.fault(key, f'"{name}" stands here twice')
            else:
                found[name] = value
        return found

    def text(self, node, key):
        if not isinstance(node, yaml.ScalarNode) or not node.value.strip():
            self.fault(node, f"{key} is empty or no text")
            return ""
        return node.value.strip()

    def texts(self, node, key):
        if not isinstance(node, yaml.SequenceNode) or not node.value:
            self.fault(node, f"{key} is no list; allowed are scenario ids, files and folders")
            return []
        return [self.text(entry, key) for entry in node.value]

    def matching(self, node, key, pattern, allowed):
        text = self.text(node, key)
        if text and not pattern.match(text):
            self.fault(node, f'{key} "{text}" is no name; allowed are {allowed}')
        return text

    def word(self, node, key, words):
        text = self.text(node, key)
        if text and text not in words:
            self.fault(node, f'{key} "{text}" is not known; allowed are {", ".join(words)}')
        return text

    def number(self, node, key, least, most):
        text = self.text(node, key)
        if not re.fullmatch(r"\d{1,19}", text) or not least <= int(text) <= most:
            self.fault(node, f'{key} "{text}" is out of range; allowed is {least} to {most}')
            return least
        return int(text)

    def measured(self, node, key, units, allowed):
        text = self.text(node, key)
        match = re.fullmatch(r"(\d{1,6}(?:\.\d{1,3})?) ?([a-zA-Z]+)", text)
        if not match or match[2] not in units:
            self.fault(node, f'{key} "{text}" is not understood; allowed is {allowed}')
            return 0
        return float(match[1]) * units[match[2]]
