"""The desk on which the stand-in lies: a wire whose near end the rig takes, and a switch that gives power. Nothing of it
knows the rig."""

import array
import contextlib
import fcntl
import os
import pathlib
import shutil
import signal
import socket
import socketserver
import struct
import subprocess
import sys
import threading

HERE = pathlib.Path(__file__).resolve().parent
MAC = "02:5e:0d:00:00:42"
LOGIN = "admin:s3cret-of-the-phone"
REDIRECTION = "redirect.standin.example"


def offloads_off(interface):
    """As a real network card sends: every checksum whole."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as control:
        for command in (0x17, 0x19, 0x1F, 0x24, 0x2C):
            order = array.array("I", [command, 0])
            request = struct.pack("16sP16x", interface.encode(), order.buffer_info()[0])
            with contextlib.suppress(OSError):
                fcntl.ioctl(control, 0x8946, request)


class Desk:
    """A stand-in in a network namespace of its own. `near` is the end of its wire that is free."""

    def __init__(self, folder, binary, boot=(3.0, 6.0), model="S-1", firmware="1.0.7", mutant=None, reboot_after=None, seed=None, restarts=False, forgets=False, vlan=None):
        self.folder = pathlib.Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.binary = str(shutil.copy(binary, self.folder / "sip"))
        self.wire = f"tls{os.getpid() % 100000}"
        self.vlan = vlan
        self.near = f"{self.wire}.{vlan}" if vlan else self.wire
        self.log = self.folder / "phone.log"
        self.socket = self.folder / "switch"
        self.phone = self.switch = None
        self.lock = threading.Lock()
        words = ["--flash", str(self.folder), "--mac", MAC, "--binary", self.binary, "--model", model, "--firmware", firmware]
        words += ["--redirection", REDIRECTION, "--login", LOGIN, "--boot", *map(str, boot)]
        for name, value in (("--mutant", mutant), ("--reboot-after", reboot_after), ("--seed", seed)):
            words += [name, str(value)] if value is not None else []
        self.words = words + ["--restarts"] * restarts + ["--forgets"] * forgets

    def inside(self, *words):
        return ["nsenter", f"--net=/proc/{self.room.pid}/ns/net", *words]

    def __enter__(self):
        self.room = subprocess.Popen(
            ["unshare", "--net", "sh", "-c", "echo ready; exec sleep infinity"], stdout=subprocess.PIPE, text=True
        )
        assert self.room.stdout.readline() == "ready\n"
        port = "port" if self.vlan else "eth0"
        subprocess.run(["ip", "link", "add", self.wire, "type", "veth", "peer", "name", port, "netns", str(self.room.pid)], check=True)
        setup = f"link set lo up\nlink set {port} address {MAC}\nlink set {port} up\n"
        if self.vlan:
            tagged = f"type vlan id {self.vlan}"
            subprocess.run(["ip", "link", "add", "link", self.wire, "name", self.near, *tagged.split()], check=True)
            subprocess.run(["ip", "link", "set", self.wire, "up"], check=True)
            setup += f"link add link {port} name eth0 {tagged}\nlink set eth0 up\n"
        subprocess.run(self.inside("ip", "-batch", "-"), input=setup, text=True, check=True)
        switch_off = f"import sys; sys.path.insert(0, {str(HERE)!r}); import bench; bench.offloads_off('eth0')"
        subprocess.run(self.inside(sys.executable, "-c", switch_off), check=True)
        with contextlib.suppress(OSError):
            for which in ("all", "default", "eth0"):
                rule = f"/proc/sys/net/ipv4/conf/{which}/rp_filter"
                subprocess.run(self.inside("sh", "-c", f"echo 0 > {rule}"), check=False)
        desk = self

        class Order(socketserver.StreamRequestHandler):
            def handle(self):
                order = self.rfile.readline().decode().strip()
                desk.power(order)
                self.wfile.write(b"done\n")

        self.switch = socketserver.ThreadingUnixStreamServer(str(self.socket), Order)
        threading.Thread(target=self.switch.serve_forever, daemon=True).start()
        return self

    def power(self, order):
        with self.lock:
            if self.phone:
                os.killpg(self.phone.pid, signal.SIGKILL)
                self.phone.wait()
                self.phone = None
                subprocess.run(self.inside("ip", "addr", "flush", "dev", "eth0"), check=True)
            if order == "on":
                with self.log.open("a") as log:
                    self.phone = subprocess.Popen(
                        self.inside(sys.executable, str(HERE / "phone.py"), *self.words),
                        stdout=log,
                        stderr=log,
                        start_new_session=True,
                    )

    def __exit__(self, *_):
        if self.switch:
            self.switch.shutdown()
            self.switch.server_close()
        self.power("off")
        self.room.kill()
        self.room.wait()
        subprocess.run(["ip", "link", "del", self.wire], check=False, stderr=subprocess.DEVNULL)

    def device_file(self, **changes):
        """A device file for it, as its owner would write one."""
        power = f"""{{off: [{sys.executable}, {HERE / "switch.py"}, {self.socket}, "off"],
          on: [{sys.executable}, {HERE / "switch.py"}, {self.socket}, "on"]}}"""
        facts = {"interface": self.near, "mac": MAC, "model": "S-1", "firmware": "1.0.7", "server": "http", "power": power, "settles": "0 s", "memory": "keeps", "more": ""}
        facts.update(changes)
        text = (HERE / "standin.yaml").read_text()
        for name, value in facts.items():
            text = text.replace(f"@{name}@", value)
        file = self.folder / "standin.yaml"
        file.write_text(text)
        return file
