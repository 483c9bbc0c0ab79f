"""Copies of captures in which TCP and UDP ports give no hint: every port below 32768 is raised by 32768, frame by
frame. Right checksums stay right, and wrong ones wrong. Tunnel ports stay, because they identify the tunnel."""
import struct

TUNNELS = {1701, 2152, 3544, 4789, 6081, 8472}
MOVED = 32768
TCP, UDP, IPV4_IN_IP, IPV6_IN_IP = 6, 17, 4, 41
CHECKSUM_AT = {TCP: 16, UDP: 6}
ETHERNET, VLAN_TYPES = 1, {0x8100, 0x88A8, 0x9100}
IPV4_TYPE, IPV6_TYPE, PPPOE_TYPE = 0x0800, 0x86DD, 0x8864
PPP_TYPES = {0x0021: IPV4_TYPE, 0x0057: IPV6_TYPE}
EXTENSIONS = {0, 43, 60}


def move_ports(frame, at, checksum_at):
    """The two ports at `at`."""
    ends = [struct.unpack_from(">H", frame, at + offset)[0] for offset in (0, 2)] if at + 4 <= len(frame) else []
    if not ends or TUNNELS & set(ends):
        return
    for offset, port in zip((0, 2), ends):
        if port < MOVED:
            struct.pack_into(">H", frame, at + offset, port + MOVED)
            raise_checksum(frame, at + checksum_at)


def raise_checksum(frame, at):
    """The checksum at `at`, after a word that it covers was raised by MOVED (RFC 1624, 3). Zero: UDP has none."""
    old = struct.unpack_from(">H", frame, at)[0] if at + 2 <= len(frame) else 0
    if old != 0:
        total = (~old & 0xFFFF) + MOVED
        struct.pack_into(">H", frame, at, ~((total & 0xFFFF) + (total >> 16)) & 0xFFFF)


def move_ip(frame, at):
    """The IP packet at `at`, and the packets inside it."""
    version = frame[at] >> 4 if at < len(frame) else 0
    if version == 4 and at + 20 <= len(frame):
        if struct.unpack_from(">H", frame, at + 6)[0] & 0x1FFF == 0:
            move_above(frame, at + (frame[at] & 15) * 4, frame[at + 9])
    elif version == 6 and at + 40 <= len(frame):
        protocol, at = frame[at + 6], at + 40
        while protocol in EXTENSIONS and at + 8 <= len(frame):
            protocol, at = frame[at], at + (frame[at + 1] + 1) * 8
        if protocol == 44 and at + 8 <= len(frame):
            if struct.unpack_from(">H", frame, at + 2)[0] & 0xFFF8:
                return
            protocol, at = frame[at], at + 8
        move_above(frame, at, protocol)


def move_above(frame, at, protocol):
    if protocol in (TCP, UDP):
        move_ports(frame, at, CHECKSUM_AT[protocol])
    elif protocol in (IPV4_IN_IP, IPV6_IN_IP):
        move_ip(frame, at)


def move_type(frame, at, kind):
    """What the EtherType says is at `at`."""
    while kind in VLAN_TYPES and at + 4 <= len(frame):
        kind, at = struct.unpack_from(">H", frame, at + 2)[0], at + 4
    if kind == PPPOE_TYPE and at + 8 <= len(frame):
        kind, at = PPP_TYPES.get(struct.unpack_from(">H", frame, at + 6)[0]), at + 8
    if kind in (IPV4_TYPE, IPV6_TYPE):
        move_ip(frame, at)


# Offset of the next protocol's type, and where that protocol begins, by link type: Ethernet, HDLC, two of Linux.
TYPED = {ETHERNET: (12, 14), 104: (2, 4), 113: (14, 16), 276: (0, 20)}
# Link types with no header, or with one of that many bytes, in front of IP: BSD loopback, raw IP, OpenBSD loopback.
UNTYPED = {0: 4, 12: 0, 14: 0, 101: 0, 108: 4, 228: 0, 229: 0}


def moved(frame, link_type):
    frame = bytearray(frame)
    if link_type in TYPED:
        where, then = TYPED[link_type]
        if then <= len(frame):
            move_type(frame, then, struct.unpack_from(">H", frame, where)[0])
    elif link_type in UNTYPED:
        move_ip(frame, UNTYPED[link_type])
    elif link_type == 9:
        at = 2 if frame[:2] == b"\xff\x03" else 0
        if at + 2 <= len(frame):
            move_type(frame, at + 2, PPP_TYPES.get(struct.unpack_from(">H", frame, at)[0]))
    return bytes(frame)


def move_pcap(data, order):
    link_type = struct.unpack_from(order + "I", data, 20)[0] & 0xFFFF
    header = 24 if struct.unpack_from(order + "I", data)[0] == 0xA1B2CD34 else 16
    at = 24
    while at + header <= len(data):
        size = struct.unpack_from(order + "I", data, at + 8)[0]
        begin, end = at + header, at + header + size
        if end > len(data):
            break
        data[begin:end] = moved(data[begin:end], link_type)
        at = end


def move_pcapng(data):
    at, order, link_types = 0, "<", []
    while at + 12 <= len(data):
        if data[at : at + 4] == b"\x0a\x0d\x0d\x0a":
            order = "<" if data[at + 8 : at + 12] == b"\x4d\x3c\x2b\x1a" else ">"
            link_types = []
        kind, length = struct.unpack_from(order + "II", data, at)
        if length < 12 or at + length > len(data):
            break
        if kind == 1:
            link_types.append(struct.unpack_from(order + "H", data, at + 8)[0])
        if kind in (2, 3, 6) and link_types:
            interface = {2: struct.unpack_from(order + "H", data, at + 8)[0], 3: 0}.get(
                kind, struct.unpack_from(order + "I", data, at + 8)[0])
            begin = at + (12 if kind == 3 else 28)
            size = length - 16 if kind == 3 else struct.unpack_from(order + "I", data, at + 20)[0]
            if interface < len(link_types) and begin + size <= at + length - 4:
                data[begin : begin + size] = moved(data[begin : begin + size], link_types[interface])
        at += length


def without_ports(data):
    """The bytes of a capture file with moved ports; unchanged if its format is neither pcap nor pcapng."""
    data = bytearray(data)
    magic = bytes(data[:4])
    if magic == b"\x0a\x0d\x0d\x0a":
        move_pcapng(data)
    elif magic in (b"\xa1\xb2\xc3\xd4", b"\xa1\xb2\x3c\x4d", b"\xa1\xb2\xcd\x34"):
        move_pcap(data, ">")
    elif magic[::-1] in (b"\xa1\xb2\xc3\xd4", b"\xa1\xb2\x3c\x4d", b"\xa1\xb2\xcd\x34"):
        move_pcap(data, "<")
    return bytes(data)
