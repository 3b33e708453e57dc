"""Runs one piece of work in a child process, so that whatever ends it ends nothing else."""
import json
import os
import select
import signal
import tempfile
import time
from dataclasses import dataclass, field

from . import native


@dataclass
class Ended:
    """How a child ended: with what it gave, or with what it died of."""

    result: dict = field(default_factory=dict)
    death: str = ""


def call(work, seconds):
    """What `work`, a function without arguments that returns what JSON can say, gives in a child."""
    reader, writer = os.pipe()
    with tempfile.TemporaryFile() as said:
        parent = os.getpid()
        child = os.fork()
        if child == 0:
            _be_child(work, writer, said.fileno(), parent)
        os.close(writer)
        try:
            with os.fdopen(reader, "rb") as pipe:
                text, late = _read_all(pipe, time.monotonic() + seconds)
        except BaseException:
            _end(child)
            raise
        if late:
            _end(child)
            return Ended(death=f"its process had not ended after {seconds:.0f} s")
        _, status = os.waitpid(child, 0)
        if text:
            return Ended(result=json.loads(text))
        said.seek(0)
        return Ended(death=_death(status, said.read()))


def _be_child(work, writer, said, parent):
    code = 1
    try:
        os.setpgid(0, 0)  # an interrupt of all lanes is the lane's to hear, which then ends its child: no scenario died of it
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.SIG_DFL)
        native.module().die_with(parent)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os.dup2(said, 1)
        os.dup2(said, 2)
        text = json.dumps(_told(work)).encode()
        while text:
            text = text[os.write(writer, text) :]
        code = 0
    finally:
        os._exit(code)


def _told(work):
    twinline = native.module()
    try:
        return work()
    except twinline.Interrupted:
        return {"error": "its process was told to end"}
    except Exception as error:  # told as the scenario's, whatever it is
        return {"error": str(error) or repr(error)}


def _read_all(pipe, deadline):
    text = b""
    while True:
        ready, _, _ = select.select([pipe], [], [], max(0.0, deadline - time.monotonic()))
        if not ready:
            return text, True
        part = os.read(pipe.fileno(), 65536)
        if not part:
            return text, False
        text += part


def _end(child):
    """Lets it take its lab down; the kernel does it where it does not."""
    deadline = time.monotonic() + 3
    os.kill(child, signal.SIGTERM)
    while time.monotonic() < deadline:
        if os.waitpid(child, os.WNOHANG)[0]:
            return
        time.sleep(0.01)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)


def _death(status, said):
    code = os.waitstatus_to_exitcode(status)
    # What ends the process inside the lab is handed on as an exit code above 128.
    number = -code if code < 0 else code - 128
    how = f"exit code {code}"
    if number > 0:
        how = f"signal {number}"
        if number in set(signal.Signals):
            how = f"signal {number} ({signal.Signals(number).name})"
    last = said.decode(errors="replace").strip().splitlines()[-3:]
    return "its process was ended by " + how + (": " + " | ".join(last) if last else "")
