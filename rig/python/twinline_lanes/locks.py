"""What lanes wait for each other for: a device of which there is one, and the start of a lab. A lock goes with the process
that holds it."""
import contextlib
import fcntl
import os
import time

GATE = ".start-"
LANES = ".lanes"


@contextlib.contextmanager
def alone(device_file):
    """Holds the device, also against other runs; without a file, nothing."""
    if not device_file:
        yield
        return
    file = os.open(device_file, os.O_RDONLY | os.O_CLOEXEC)
    try:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
    finally:
        os.close(file)


def only_run(folder, seconds):
    """Holds a run directory against other runs; None: there is one. What a run that was killed leaves may take a moment to go. An open file."""
    file = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    deadline = time.monotonic() + seconds
    while True:
        with contextlib.suppress(BlockingIOError):
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return file
        if time.monotonic() > deadline:
            os.close(file)
            return None
        time.sleep(0.02)


def gate(folder):
    """As many labs of a run start at once as there are cores: servers that start in a crowd answer too late. A locked file."""
    names = [os.path.join(folder, f"{GATE}{number}") for number in range(os.cpu_count() or 1)]
    for name in names:
        file = os.open(name, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return file
        except BlockingIOError:
            os.close(file)
    file = os.open(names[os.getpid() % len(names)], os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    fcntl.flock(file, fcntl.LOCK_EX)
    return file


def remove_gates(folder):
    for name in os.listdir(folder):
        if name.startswith(GATE):
            os.remove(os.path.join(folder, name))


def presence(folder):
    """Tells that a lane still works in a run directory: held by it and by all that it forks. An open file."""
    file = os.open(os.path.join(folder, LANES), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    fcntl.flock(file, fcntl.LOCK_SH)
    return file


def nobody_works_in(folder, seconds):
    """Whether all lanes of a run that was killed have gone, which may take them a moment."""
    deadline = time.monotonic() + seconds
    try:
        file = os.open(os.path.join(folder, LANES), os.O_RDWR | os.O_CLOEXEC)
    except FileNotFoundError:
        return True
    try:
        while True:
            with contextlib.suppress(BlockingIOError):
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return True
            if time.monotonic() > deadline:
                return False
            time.sleep(0.02)
    finally:
        os.close(file)
