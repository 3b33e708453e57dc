"""What lanes wait for each other for: a device of which there is one, and the start of a lab. Lanes of other runs of this
user count too; a lock goes with the process that holds it."""
import contextlib
import fcntl
import os
import re
import tempfile


def _open(name):
    path = os.path.join(tempfile.gettempdir(), f"twinline-{os.getuid()}-{name}.lock")
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)


@contextlib.contextmanager
def alone(device):
    """Holds the device; without a name, nothing."""
    if not device:
        yield
        return
    file = _open(re.sub(r"\W", "-", device))
    try:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
    finally:
        os.close(file)


def gate():
    """As many labs start at once as there are cores: servers that start in a crowd answer too late. The file is locked."""
    cores = os.cpu_count() or 1
    for number in range(cores):
        file = _open(f"start-{number}")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return file
        except BlockingIOError:
            os.close(file)
    file = _open(f"start-{os.getpid() % cores}")
    fcntl.flock(file, fcntl.LOCK_EX)
    return file
