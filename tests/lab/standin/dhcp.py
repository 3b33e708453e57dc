"""What a handset's firmware asks its network for while it boots: an address (RFC 2131), the time (RFC 5905), a name
(RFC 1035) and a file over TFTP (RFC 1350). Small, and none of the rig's code."""

import os
import socket
import struct
import time

COOKIE = b"\x63\x82\x53\x63"
FROM_1900_TO_1970 = 2208988800


def options_of(packet):
    found, rest = {}, packet[240:]
    while rest and rest[0] != 255:
        if rest[0] == 0:
            rest = rest[1:]
            continue
        length = rest[1]
        found[rest[0]] = rest[2 : 2 + length]
        rest = rest[2 + length :]
    return found


def message(kind, xid, mac, more=b""):
    head = struct.pack("!BBBBIHH4s4s4s4s16s192x", 1, 1, 6, 0, xid, 0, 0x8000, b"", b"", b"", b"", mac)
    return head + COOKIE + bytes([53, 1, kind]) + more + bytes([55, 7, 1, 3, 6, 7, 42, 66, 160, 255])


def lease(interface, mac, within=20.0):
    """The address and the options that the network's DHCP server gives."""
    discover, offer, request, acknowledge = 1, 2, 3, 5
    client = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    client.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, interface.encode())
    client.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
    client.bind(("0.0.0.0", 68))
    client.settimeout(1.0)
    xid = struct.unpack("!I", os.urandom(4))[0]
    deadline = time.monotonic() + within
    said, wanted = message(discover, xid, mac), offer
    with client:
        while time.monotonic() < deadline:
            client.sendto(said, ("255.255.255.255", 67))
            try:
                packet = client.recv(4096)
            except TimeoutError:
                continue
            options = options_of(packet)
            if packet[4:8] != struct.pack("!I", xid) or options.get(53) != bytes([wanted]):
                continue
            address = socket.inet_ntoa(packet[16:20])
            if wanted == acknowledge:
                return address, options
            more = bytes([50, 4]) + packet[16:20] + bytes([54, 4]) + options[54]
            said, wanted = message(request, xid, mac, more), acknowledge
    raise TimeoutError("no DHCP server answers")


def addresses(option):
    return [socket.inet_ntoa(option[i : i + 4]) for i in range(0, len(option or b""), 4)]


def time_from(server, own_time):
    """By how much our own clock is behind the server's."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
        client.settimeout(2.0)
        client.sendto(b"\x23" + bytes(47), (server, 123))
        answer = client.recv(512)
    seconds, fraction = struct.unpack("!II", answer[40:48])
    return seconds - FROM_1900_TO_1970 + fraction / 2**32 - own_time()


def address_of(name, server):
    """The first A record; None when there is none."""
    question = b"".join(bytes([len(label)]) + label.encode() for label in name.split(".")) + b"\0\0\1\0\1"
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
        client.settimeout(2.0)
        client.sendto(os.urandom(2) + b"\1\0\0\1\0\0\0\0\0\0" + question, (server, 53))
        answer = client.recv(512)
    if answer[7] == 0:
        return None
    return socket.inet_ntoa(answer[-4:]) if answer[6:8] == b"\0\1" and answer[10:12] == b"\0\0" else None


def over_tftp(server, name):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
        client.settimeout(2.0)
        client.sendto(b"\0\1" + name.encode() + b"\0octet\0", (server, 69))
        content, block = b"", 1
        while True:
            packet, peer = client.recvfrom(1024)
            code, number = struct.unpack("!HH", packet[:4])
            if code == 5:
                raise FileNotFoundError(packet[4:].decode(errors="replace"))
            if code == 3 and number == block & 0xFFFF:
                content += packet[4:]
                client.sendto(struct.pack("!HH", 4, number), peer)
                block += 1
                if len(packet) < 516:
                    return content
