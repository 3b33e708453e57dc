"""The firmware of the stand-in: from power to SIP as a real handset gets there. It shares nothing with the rig but a wire;
its SIP is the reference phone's, or a mutant's."""

import argparse
import base64
import contextlib
import http.server
import json
import os
import pathlib
import random
import socket
import socketserver
import ssl
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.parse
import urllib.request

import dhcp

INTERFACE = "eth0"
PLUG_AND_PLAY = ("224.0.1.75", 5060)
KEYS = {"OK": "answer", "CANCEL": "hang_up", "F_HOLD": "hold", "F_RESUME": "resume", "UNREGISTER": "unregister"}
KEYS |= {"UPGRADE": "upgrade_firmware", "SKIP": "skip"}
# What says where its configuration is, unless its network says so.
SOURCES = ("provisioning.", "static.auto_provision.", "http server", "https server", "ftp server", "tftp server", "download protocol")
SIGNS = {"generic": " = ", "yealink": " = ", "aastra": ": ", "audiocodes": "="}
UNSET = ("", "%NULL%")


class Clock:
    """Wrong by a random amount until the network has told the time."""

    def __init__(self, rng):
        self.behind = rng.uniform(-10, 10) * 365 * 86400

    def now(self):
        return time.time() - self.behind


class Flash:
    """What outlives the power: parameters of every file that it was ever given, and whether it has rebooted."""

    def __init__(self, folder):
        self.file = pathlib.Path(folder) / "flash.json"
        self.changed, self.told = False, {}
        self.content = json.loads(self.file.read_text()) if self.file.exists() else {"parameters": {}, "marks": []}

    def save(self):
        self.file.write_text(json.dumps(self.content))

    def mark(self, what):
        """Whether this is the first time."""
        if what in self.content["marks"]:
            return False
        self.content["marks"].append(what)
        self.save()
        return True

    def take(self, text):
        """Merges a file; what it does not mention stays. Returns the vendor, the firmware and the whole configuration."""
        vendor, firmware = "generic", "0"
        self.told = {}
        for line in text.splitlines():
            for name in ("flash", "ca"):
                if line.startswith(f"# {name}:"):
                    self.told[name] = line.split(":", 1)[1].split()
            if line.startswith("# vendor:"):
                vendor = line.split(":", 1)[1].strip()
            if line.startswith("# firmware:"):
                firmware = line.split(":", 1)[1].strip()
        sign = SIGNS[vendor]
        kept = self.content["parameters"].setdefault(vendor, {})
        before = dict(kept)
        for line in text.splitlines():
            key, found, value = line.partition(sign.strip())
            if line.startswith("#") or not found:
                continue
            kept[key.strip()] = value.strip()
        self.changed = kept != before
        self.content["last"] = [vendor, firmware]
        self.save()
        return self.known()

    def known(self, forgets=False):
        """The vendor, the firmware, and the whole configuration."""
        vendor, firmware = self.content["last"]
        if forgets:
            kept = {key: value for key, value in self.content["parameters"][vendor].items() if key.startswith(SOURCES)}
            self.content["parameters"][vendor] = kept
        lines = [key + SIGNS[vendor] + value for key, value in self.content["parameters"][vendor].items() if value not in UNSET]
        return vendor, firmware, "\n".join(lines) + "\n"


class Pages(http.server.ThreadingHTTPServer):
    """Python's own asks the DNS for its name when it begins, which no phone does."""

    def server_bind(self):
        socketserver.TCPServer.server_bind(self)
        self.server_name, self.server_port = self.server_address[:2]


class Phone:
    def __init__(self, options):
        self.options = options
        self.rng = random.Random(options.seed)
        self.clock = Clock(self.rng)
        self.flash = Flash(options.flash)
        self.mac = bytes.fromhex(options.mac.replace(":", ""))
        self.name = f"Standin {options.model} {self.flash.content.get('firmware', options.firmware)} {options.mac}"
        self.shown = list(self.flash.content.get("errors", []))  # of an earlier boot
        self.sip = None
        self.log_server = None
        self.lock = threading.Lock()

    def say(self, text):
        stamp = time.strftime("%b %d %H:%M:%S", time.gmtime(self.clock.now()))
        print(stamp, text, flush=True)
        if self.log_server:
            with contextlib.suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as out:
                out.sendto(f"<134>{stamp} standin {text}".encode(), (self.log_server, 514))

    def boot(self):
        subprocess.run(["ip", "addr", "flush", "dev", INTERFACE], check=True)
        time.sleep(self.rng.uniform(*self.options.boot))
        self.address, self.given = dhcp.lease(INTERFACE, self.mac)
        ip = ["ip", "-batch", "-"]
        router = dhcp.addresses(self.given[3])[0]
        orders = f"addr flush dev {INTERFACE}\naddr add {self.address}/24 brd + dev {INTERFACE}\nroute add default via {router}\n"
        subprocess.run(ip, input=orders, text=True, check=True)
        self.names = dhcp.addresses(self.given.get(6))
        self.log_server = dhcp.addresses(self.given.get(7))[0]
        behind = dhcp.time_from(dhcp.addresses(self.given[42])[0], self.clock.now)
        self.clock.behind -= behind
        self.say(f"clock was off by {behind:.0f} s and is set")
        self.call_home()
        self.configure()

    def call_home(self):
        subscribe = (
            f"SUBSCRIBE sip:MAC@224.0.1.75 SIP/2.0\r\nVia: SIP/2.0/UDP {self.address}:5059;branch=z9hG4bKhome\r\n"
            f"From: <sip:MAC@224.0.1.75>;tag=1\r\nTo: <sip:MAC@224.0.1.75>\r\nCall-ID: home@{self.address}\r\nCSeq: 1 SUBSCRIBE\r\n"
            "Event: ua-profile\r\nContent-Length: 0\r\n\r\n"
        )
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as out:
            out.bind((self.address, 5059))
            out.sendto(subscribe.encode(), PLUG_AND_PLAY)
        service = dhcp.address_of(self.options.redirection, self.names[0]) if self.names else None
        if service is None:
            return self.say("nobody knows the redirection service")
        request = urllib.request.Request(f"http://{service}/", headers={"Host": self.options.redirection})
        try:
            urllib.request.urlopen(request, timeout=5)
            self.say("redirected")
        except urllib.error.URLError as error:
            self.say(f"not redirected: {error}")

    def configure(self):
        if 66 in self.given:
            vendor, firmware, whole = self.flash.take(self.fetch(f"{self.mac.hex()}.cfg").decode())
            self.upgrade(*self.flash.told.get("flash", []))
            whole = "".join(line for line in whole.splitlines(True) if not line.startswith(SOURCES))
        else:
            vendor, firmware, whole = self.flash.known(self.options.forgets)
            self.say("nobody tells where its configuration is: as it was told before")
        if vendor == "generic":  # its firmware's name over SIP is nobody's to choose
            whole += f"sip.user_agent = {self.name}\n"
        file = pathlib.Path(self.options.flash) / "effective.cfg"
        file.write_text(whole)
        self.say(f"configured: {len(whole.splitlines())} parameters are set")
        words = [self.options.binary, "--config", str(file), "--vendor", vendor, "--firmware", firmware, "--address", self.address]
        words += [word for server in self.names for word in ("--dns", server)] + ["--seed", str(self.rng.getrandbits(32))]
        if self.options.mutant:
            words += ["--mutant", self.options.mutant]
        if trusted := self.flash.told.get("ca"):
            authority = file.with_name("ca.pem")
            authority.write_bytes(self.fetch(trusted[0].rsplit("/", 1)[1]))
            words += ["--ca", str(authority)]
        self.sip = subprocess.Popen([*words, "--power-on"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        threading.Thread(target=self.read_sip, daemon=True).start()

    def read_sip(self):
        for line in self.sip.stdout:
            with contextlib.suppress(ValueError):
                said = json.loads(line)
                if said.get("kind") == "error-message":
                    self.shown.append(said["text"])

    def upgrade(self, url=None, version=None):
        """A firmware that it has already it does not fetch."""
        if url is None or version in self.name.split():
            return
        image = self.fetch(url.rsplit("/", 1)[1]).decode()
        self.say(f"flashing {image}")
        self.flash.content["firmware"] = image.split()[-1]
        self.flash.save()
        time.sleep(1.0)
        self.reboot()

    def fetch(self, name):
        url = urllib.parse.urlsplit(self.given[66].decode().rstrip("\0"))
        if url.scheme == "tftp":
            content = dhcp.over_tftp(url.hostname, name)
        else:
            request = urllib.request.Request(url.geturl() + name, headers={"User-Agent": self.name})
            # As it left the factory it believes whoever speaks TLS.
            trusting = ssl._create_unverified_context() if url.scheme == "https" else None
            content = urllib.request.urlopen(request, timeout=10, context=trusting).read()
        self.say(f"{len(content)} octets of {name} came")
        return content

    def tell(self, what, number=None):
        order = {"do": what} | ({"number": number} if number else {})
        with self.lock:
            self.sip.stdin.write(json.dumps(order) + "\n")
            self.sip.stdin.flush()

    def reboot(self):
        """As the whole machine does: nothing of it goes on."""
        if self.sip:
            self.sip.kill()
            self.sip.wait()
        os.execv(sys.executable, [sys.executable, *sys.argv])

    def serve(self):
        phone = self

        class Keys(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                url = urllib.parse.urlsplit(self.path)
                wanted = "Basic " + base64.b64encode(phone.options.login.encode()).decode()
                if self.headers.get("Authorization") != wanted:
                    self.send_response(401)
                    self.send_header("WWW-Authenticate", 'Basic realm="phone"')
                    self.send_header("Content-Length", "0")
                    return self.end_headers()
                key = dict(urllib.parse.parse_qsl(url.query)).get("key", "")
                known = url.path == "/servlet" and (key.startswith("number=") or key in KEYS or key in ("Reboot", "Reset"))
                page = "".join(f"<tr><td>{number}<td><b>{text}</b></tr>" for number, text in enumerate(phone.shown))
                page = f"<html><head><style>b {{color: red}}</style></head><table>{page}</table>" if url.path == "/errors.html" else ""
                self.send_response(200 if known or page else 404)
                self.send_header("Content-Length", str(len(page)))
                self.end_headers()
                self.wfile.write(page.encode())
                self.wfile.flush()
                if key.startswith("number="):
                    phone.tell("dial", key.removeprefix("number="))
                elif key in KEYS:
                    phone.tell(KEYS[key])
                elif key == "Reset":
                    phone.say("forgets everything")
                    phone.flash.content["parameters"] = {}
                    phone.flash.save()
                    threading.Timer(0.2, phone.reboot).start()
                elif key == "Reboot":
                    threading.Timer(0.2, phone.reboot).start()

            def log_message(self, *_):
                pass

        if self.options.restarts and self.flash.changed:
            threading.Timer(1.0, self.reboot).start()
        server = Pages((self.address, 80), Keys)
        after = self.options.reboot_after
        if after and self.flash.mark("rebooted"):
            threading.Timer(after, self.reboot).start()
        server.serve_forever()


def main():
    parser = argparse.ArgumentParser()
    for name in ("flash", "mac", "binary", "model", "firmware", "redirection", "login"):
        parser.add_argument(f"--{name}", required=True)
    parser.add_argument("--boot", type=float, nargs=2, required=True)
    parser.add_argument("--seed", type=int)
    parser.add_argument("--mutant")
    parser.add_argument("--restarts", action="store_true", help="after a configuration with news in it")
    parser.add_argument("--forgets", action="store_true", help="what nobody tells it again")
    parser.add_argument("--reboot-after", type=float)
    phone = Phone(parser.parse_args())
    phone.boot()
    phone.serve()


if __name__ == "__main__":
    main()
