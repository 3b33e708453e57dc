"""Tells the switch that gives the stand-in its power: switch.py SOCKET on|off."""

import socket
import sys

with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
    line.settimeout(10)
    line.connect(sys.argv[1])
    line.sendall(sys.argv[2].encode() + b"\n")
    assert line.recv(16) == b"done\n"
