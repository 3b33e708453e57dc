"""Synthetic traffic as a pcap file: phones that register, refresh and call, and ask a name server in between. Seeded: the same
words give the same octets."""

import random
import struct

LIBPCAP_HEADER = struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262144, 1)
ETHERNET = bytes.fromhex("020000000002020000000001") + b"\x08\x00"
PROXIES = [f"192.0.2.{last}" for last in range(11, 15)]
NAME_SERVER = "192.0.2.53"
CODECS = ((0, "PCMU"), (8, "PCMA"), (9, "G722"), (101, "telephone-event"))


def packed(address):
    return bytes(map(int, address.split(".")))


def ipv4(source, destination, protocol, payload):
    head = struct.pack(">BBHHHBBH4s4s", 0x45, 0, 20 + len(payload), 0, 0x4000, 64, protocol, 0, source, destination)
    total = sum(struct.unpack(">10H", head))
    total = (total & 0xFFFF) + (total >> 16)
    checksum = ~((total & 0xFFFF) + (total >> 16)) & 0xFFFF
    return ETHERNET + head[:10] + checksum.to_bytes(2, "big") + head[12:] + payload


def datagram(source, source_port, destination, destination_port, payload):
    return ipv4(source, destination, 17, struct.pack(">HHHH", source_port, destination_port, 8 + len(payload), 0) + payload)


def record(at, frame):
    """`at`: microseconds since 1970."""
    return struct.pack("<IIII", at // 1_000_000, at % 1_000_000, len(frame), len(frame)) + frame


class Phone:
    def __init__(self, number, lot):
        self.number = 100000 + number
        self.host = f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"
        self.address, self.lot = packed(self.host), lot
        self.proxy = lot.choice(PROXIES)
        self.proxy_address = packed(self.proxy)
        self.agent = f"Deskphone S-{lot.randrange(300, 309)} 66.86.0.{lot.randrange(5, 20)}"

    def word(self):
        return f"{self.lot.getrandbits(48):012x}"

    def sent(self, text):
        return datagram(self.address, 5060, self.proxy_address, 5060, text.encode())

    def heard(self, text):
        return datagram(self.proxy_address, 5060, self.address, 5060, text.encode())

    def request(self, method, uri, to, call, cseq, tags, more="", body=""):
        return self.sent(
            f"{method} {uri} SIP/2.0\r\nVia: SIP/2.0/UDP {self.host}:5060;branch=z9hG4bK{call[:12]}-{cseq}{method};rport\r\n"
            f"From: \"{self.number}\" <sip:{self.number}@pbx.example.com>;tag={tags[0]}\r\nTo: {to}\r\nCall-ID: {call}\r\n"
            f"CSeq: {cseq} {method}\r\nContact: <sip:{self.number}@{self.host}:5060>\r\n{more}Max-Forwards: 70\r\n"
            f"User-Agent: {self.agent}\r\nContent-Length: {len(body)}\r\n\r\n{body}"
        )

    def response(self, status, method, to, call, cseq, tags, more="", body=""):
        return self.heard(
            f"SIP/2.0 {status}\r\nVia: SIP/2.0/UDP {self.host}:5060;branch=z9hG4bK{call[:12]}-{cseq}{method};rport=5060;received={self.host}\r\n"
            f"From: \"{self.number}\" <sip:{self.number}@pbx.example.com>;tag={tags[0]}\r\nTo: {to}\r\nCall-ID: {call}\r\n"
            f"CSeq: {cseq} {method}\r\n{more}Server: registrar 5.6\r\nContent-Length: {len(body)}\r\n\r\n{body}"
        )

    def credentials(self, uri, nonce):
        return (
            f"Authorization: Digest username=\"{self.number}\", realm=\"pbx.example.com\", nonce=\"{nonce}\", uri=\"{uri}\", "
            f"response=\"{self.lot.getrandbits(128):032x}\", algorithm=MD5\r\n"
        )

    def registration(self, refreshes):
        """Challenged once, then kept up."""
        uri, call, nonce, tag = "sip:pbx.example.com", f"{self.word()}@{self.host}", self.word() * 2, self.word()
        to = f"<sip:{self.number}@pbx.example.com>"
        yield self.request("REGISTER", uri, to, call, 1, [tag], "Expires: 3600\r\n")
        challenge = f"WWW-Authenticate: Digest realm=\"pbx.example.com\", nonce=\"{nonce}\", algorithm=MD5\r\n"
        yield self.response("401 Unauthorized", "REGISTER", f"{to};tag={self.word()}", call, 1, [tag], challenge)
        for cseq in range(2, 3 + refreshes):
            yield self.request("REGISTER", uri, to, call, cseq, [tag], self.credentials(uri, nonce) + "Expires: 3600\r\n")
            kept = f"Contact: <sip:{self.number}@{self.host}:5060>;expires=3600\r\n"
            yield self.response("200 OK", "REGISTER", f"{to};tag={self.word()}", call, cseq, [tag], kept)

    def description(self):
        port = 2 * self.lot.randrange(5000, 32000)
        lines = "".join(f"a=rtpmap:{number} {name}/8000\r\n" for number, name in CODECS)
        return (
            f"v=0\r\no=- {port} {port} IN IP4 {self.host}\r\ns=-\r\nc=IN IP4 {self.host}\r\nt=0 0\r\n"
            f"m=audio {port} RTP/AVP 0 8 9 101\r\n{lines}a=sendrecv\r\n"
        )

    def call(self, other):
        uri, call, tag, far = f"sip:{other}@pbx.example.com", f"{self.word()}@{self.host}", self.word(), self.word()
        to, answered = f"<{uri}>", f"<{uri}>;tag={far}"
        sdp = "Content-Type: application/sdp\r\n"
        yield self.request("INVITE", uri, to, call, 1, [tag], sdp + "Supported: replaces, 100rel\r\n", self.description())
        yield self.response("100 Trying", "INVITE", to, call, 1, [tag])
        contact = f"Contact: <sip:{other}@{self.proxy}:5060>\r\n"
        yield self.response("180 Ringing", "INVITE", answered, call, 1, [tag], contact)
        yield self.response("200 OK", "INVITE", answered, call, 1, [tag], contact + sdp, self.description())
        yield self.request("ACK", uri, answered, call, 1, [tag])
        yield self.request("BYE", uri, answered, call, 2, [tag])
        yield self.response("200 OK", "BYE", answered, call, 2, [tag])


def name(labels):
    return b"".join(bytes([len(label)]) + label.encode() for label in labels.split(".")) + b"\0"


def lookup(phone, lot):
    """A question and its answer."""
    number, port, server = lot.getrandbits(16), lot.randrange(1025, 65535), packed(NAME_SERVER)
    kind = lot.choice((1, 1, 33))
    asked = name("_sip._udp.pbx.example.com" if kind == 33 else f"sip-{lot.randrange(1, 5)}.pbx.example.com")
    question = asked + struct.pack(">HH", kind, 1)
    yield datagram(phone.address, port, server, 53, struct.pack(">HHHHHH", number, 0x0100, 1, 0, 0, 0) + question)
    if kind == 33:
        targets = [struct.pack(">HHH", order, 10, 5060) + name(f"sip-{order}.pbx.example.com") for order in (1, 2)]
    else:
        targets = [packed(lot.choice(PROXIES))]
    answers = b"".join(struct.pack(">HHHIH", 0xC00C, kind, 1, 300, len(target)) + target for target in targets)
    head = struct.pack(">HHHHHH", number, 0x8180, 1, len(targets), 0, 0)
    yield datagram(server, 53, phone.address, port, head + question + answers)


def signalling(packets, phones=20000, dns=0.17, calls=0.5, refreshes=1, at_once=2000, seed=8):
    """Frames: of SIP, with `calls` of its sessions calls and the others registrations; and DNS, that share of all."""
    lot = random.Random(seed)
    people = [Phone(number, lot) for number in range(phones)]

    def session():
        phone = lot.choice(people)
        return phone.call(100000 + lot.randrange(phones)) if lot.random() < calls else phone.registration(refreshes)

    running, asking, told = [session() for _ in range(at_once)], None, 0
    while told < packets:
        if lot.random() < dns:
            frame = next(asking, None) if asking else None
            if frame is None:
                asking = lookup(lot.choice(people), lot)
                frame = next(asking)
        else:
            place = int(lot.random() * at_once)
            frame = next(running[place], None)
            if frame is None:
                running[place] = session()
                frame = next(running[place])
        told += 1
        yield frame


def write(path, frames, start=1_700_000_000_000_000, apart=400):
    """One frame every `apart` microseconds."""
    with open(path, "wb") as file:
        file.write(LIBPCAP_HEADER)
        for number, frame in enumerate(frames):
            file.write(record(start + number * apart, frame))
