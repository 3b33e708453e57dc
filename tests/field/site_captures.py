"""What a site's capture is like, made of one from the lab or of virtual time: one phone or two of all that were there, without
the DNS, begun late, or taken behind a NAT. Packets are pairs of nanoseconds and octets."""

import struct

NANOSECOND_PCAP = struct.pack("<IHHiIII", 0xA1B23C4D, 2, 4, 0, 0, 262144, 1)
ICMP, TCP, UDP, DNS = 1, 6, 17, 53


def read(pcapng):
    data, at, units = pcapng.read_bytes(), 0, 1000
    while at < len(data):
        kind, length = struct.unpack_from("<II", data, at)
        if kind == 1:
            option = at + 16
            while option < at + length - 4:
                code, size = struct.unpack_from("<HH", data, option)
                if code == 9:
                    units = 10 ** (9 - data[option + 4])
                option += 4 + (size + 3) // 4 * 4
        elif kind == 6:
            high, low, captured = struct.unpack_from("<III", data, at + 12)
            yield (high << 32 | low) * units, data[at + 28 : at + 28 + captured]
        at += length


def write(path, packets):
    with open(path, "wb") as file:
        file.write(NANOSECOND_PCAP)
        for at, octets in packets:
            file.write(struct.pack("<IIII", at // 10**9, at % 10**9, len(octets), len(octets)) + octets)


def packed(address):
    return bytes(map(int, address.split(".")))


class Packet:
    """IPv4 over Ethernet, in place; `ports` of a first fragment."""

    def __init__(self, octets):
        self.octets = bytearray(octets)
        self.is_ip = octets[12:14] == b"\x08\x00"
        self.source, self.destination = octets[26:30], octets[30:34]
        self.protocol = octets[23] if self.is_ip else 0
        self.at = 14 + (octets[14] & 15) * 4 if self.is_ip else 0  # of what IP carries
        first = self.is_ip and not struct.unpack_from(">H", octets, 20)[0] & 0x1FFF
        self.ports = struct.unpack_from(">HH", octets, self.at) if first and self.protocol in (TCP, UDP) else ()

    def move_quoted(self, outside, ports):
        """In the packet that an ICMP error quotes, whose sender is the NAT as far as its server knows (RFC 5508)."""
        quoted = self.at + 8
        ports_at = quoted + (self.octets[quoted] & 15) * 4
        self.octets[quoted + 12 : quoted + 16] = outside
        port = ports.get((self.octets[quoted + 9], struct.unpack_from(">H", self.octets, ports_at)[0]))
        if port:
            struct.pack_into(">H", self.octets, ports_at, port)
        message = bytes(self.octets[self.at : 14 + struct.unpack_from(">H", self.octets, 16)[0]])
        message = message[:2] + b"\0\0" + message[4:] + b"\0" * (len(message) % 2)
        total = sum(struct.unpack(f">{len(message) // 2}H", message))
        while total >> 16:
            total = (total & 0xFFFF) + (total >> 16)
        struct.pack_into(">H", self.octets, self.at + 2, ~total & 0xFFFF)

    def move(self, at, new):
        """Octets that the checksums cover, as a router changes them (RFC 1624)."""
        for offset in range(0, len(new), 2):
            old = struct.unpack_from(">H", self.octets, at + offset)[0]
            self.octets[at + offset : at + offset + 2] = new[offset : offset + 2]
            now = struct.unpack_from(">H", self.octets, at + offset)[0]
            sums = [24] if at < self.at else []
            if self.protocol == TCP:
                sums.append(self.at + 16)
            elif self.protocol == UDP and self.octets[self.at + 6 : self.at + 8] != b"\0\0":
                sums.append(self.at + 6)
            for sum_at in sums:
                total = (~struct.unpack_from(">H", self.octets, sum_at)[0] & 0xFFFF) + (~old & 0xFFFF) + now
                while total >> 16:
                    total = (total & 0xFFFF) + (total >> 16)
                struct.pack_into(">H", self.octets, sum_at, ~total & 0xFFFF)


def of_phones(packets, addresses):
    """What these phones sent and heard, and nothing that others say over IP, the rig's probes among them."""
    own = {packed(address) for address in addresses}
    for at, octets in packets:
        packet = Packet(octets)
        if not packet.is_ip or own & {packet.source, packet.destination}:
            yield at, octets


def without_dns(packets):
    return ((at, octets) for at, octets in packets if DNS not in Packet(octets).ports)


def begun_late(packets):
    """From the first registration on, which is not in it."""
    late = False
    for at, octets in packets:
        if late:
            yield at, octets
        late = late or (b"SIP/2.0 200 " in octets and b" REGISTER\r\n" in octets)


def behind_nat(packets, phone, public):
    """As seen beyond a NAT that masquerades: another source address, a port of its own for each of the phone's, and not an octet
    of what is said changed."""
    inside, outside, ports = packed(phone), packed(public), {}
    for at, octets in packets:
        packet = Packet(octets)
        is_sent = packet.source == inside
        if packet.is_ip and (is_sent or packet.destination == inside):
            packet.move(26 if is_sent else 30, outside)
            if packet.ports:
                own = packet.ports[0 if is_sent else 1]
                port = ports.setdefault((packet.protocol, own), 40000 + 7 * len(ports))
                packet.move(packet.at + (0 if is_sent else 2), struct.pack(">H", port))
            elif packet.protocol == ICMP and not is_sent:
                packet.move_quoted(outside, ports)
        yield at, bytes(packet.octets)
