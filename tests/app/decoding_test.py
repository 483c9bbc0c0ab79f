#!/usr/bin/env python3
"""The decoding options on the command line: tunnels kept or opened to a depth, VLANs that distinguish flows, Community
IDs, and the copies in an nstrace as the sums of a report count them.

Usage: decoding_test.py PROGRAM SOURCE"""
import json
import pathlib
import socket
import struct
import subprocess
import sys
import tempfile

GRE, UDP, IP_IN_IP, IPV4 = 47, 17, 4, b"\x08\x00"


def ip(protocol, source, destination, payload):
    return struct.pack(">BBHHHBBH4s4s", 0x45, 0, 20 + len(payload), 1, 0, 64, protocol, 0, socket.inet_aton(source),
                       socket.inet_aton(destination)) + payload


def udp(source, destination, payload=b"?"):
    return struct.pack(">HHHH", source, destination, 8 + len(payload), 0) + payload


def ethernet(packet, vlan=None):
    tag = b"" if vlan is None else b"\x81\x00" + struct.pack(">H", vlan)
    return bytes(6) + b"\x02" + bytes(5) + tag + IPV4 + packet


def pcap(frames):
    records = (struct.pack("<IIII", 1_795_161_600 + n, 0, len(frame), len(frame)) + frame
               for n, frame in enumerate(frames))
    return struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1) + b"".join(records)


INNER = ip(UDP, "10.2.0.1", "10.2.0.2", udp(5000, 53))
MIDDLE = ip(IP_IN_IP, "10.1.0.1", "10.1.0.2", INNER)
OUTER = ip(GRE, "10.0.0.1", "10.0.0.2", bytes(2) + IPV4 + MIDDLE)
FAULTS = []


def expect(what, found, expected):
    print("ok:   " if found == expected else "FAULT:", what)
    if found != expected:
        FAULTS.append(what)
        print("        found", found, "\n        not  ", expected)


class Program:
    def __init__(self, path, folder):
        self.path, self.folder = str(pathlib.Path(path).resolve()), folder

    def run(self, *arguments):
        return subprocess.run([self.path, *map(str, arguments)], cwd=self.folder, capture_output=True, timeout=60, check=False)

    def flows(self, *arguments):
        done = self.run("flows", *arguments, "-T", "ndjson")
        return [json.loads(line) for line in done.stdout.splitlines()]

    def report(self, *arguments):
        return json.loads(self.run("audit", *arguments, "-T", "json", "--no-hash", "--reproducible").stdout)


def ends(flows):
    return [(flow["transport"], flow["initiator"]["address"], flow["tunnel"]) for flow in flows]


def check_tunnels(program):
    (program.folder / "tunnel.pcap").write_bytes(pcap([ethernet(OUTER)]))
    innermost = ("udp", "10.2.0.1", ["gre", "4in4"])
    carriers = [("47", "10.0.0.1", []), ("4", "10.1.0.1", ["gre"])]
    expect("tunnels are opened, and listed", ends(program.flows("tunnel.pcap")), [*carriers, innermost])
    expect("as what they are", [flow.get("carrier") for flow in program.flows("tunnel.pcap")], [True, True, None])
    expect("--keep-tunnels keeps them closed", ends(program.flows("tunnel.pcap", "--keep-tunnels")), [("47", "10.0.0.1", [])])
    for depth, expected in ((1, carriers), (2, [*carriers, innermost]), (3, [*carriers, innermost])):
        expect(f"--tunnel-depth {depth}", ends(program.flows("tunnel.pcap", "--tunnel-depth", depth)), expected)
    judged = lambda *options: program.report("tunnel.pcap", *options)
    transports = lambda report: sorted(conversation["transport"] for conversation in report["conversations"])
    expect("an audit judges the traffic inside and the tunnels", transports(judged()), ["gre", "ip-4", "udp"])
    expect("but counts a frame once", judged()["totals"]["conversation_packets"], 1)
    expect("and the tunnels besides", judged()["accounting"]["carriers"], 2)
    expect("and names them", [row["transport"] for row in judged()["carriers"]], ["ip-4", "gre"])
    expect("with --keep-tunnels it judges the outermost", transports(judged("--keep-tunnels")), ["gre"])
    expect("with --tunnel-depth 1 one more", transports(judged("--tunnel-depth", 1)), ["gre", "ip-4"])
    expect("a depth that is not a number is refused", program.run("flows", "tunnel.pcap", "--tunnel-depth", "x").returncode, 64)


def check_vxlan_ports(program):
    inside = b"\x08" + bytes(5) + b"\x07\x00" + ethernet(INNER)
    (program.folder / "vxlan.pcap").write_bytes(pcap([ethernet(ip(UDP, "10.0.0.1", "10.0.0.2", udp(40000, 8473, inside)))]))
    closed = program.report("vxlan.pcap")
    expect("VXLAN on an unknown port is a gap", [(line["kind"], line["number"]) for line in closed["inputs"][0]["unread"]],
           [("unread-carrier", 8473)])
    expect("--vxlan-port opens it", ends(program.flows("vxlan.pcap", "--vxlan-port", 1, "--vxlan-port", 8473)),
           [("udp", "10.0.0.1", []), ("udp", "10.2.0.1", ["vxlan:7"])])
    expect("then it is no gap", "unread" in program.report("vxlan.pcap", "--vxlan-port", 8473)["inputs"][0], False)
    for wrong in ("0", "65536", "x", "1,2", ""):
        expect(f"'{wrong}' is not a port", program.run("flows", "vxlan.pcap", "--vxlan-port", wrong).returncode, 64)
    nine = [word for port in range(1, 10) for word in ("--vxlan-port", port)]
    expect("nine ports are too many", program.run("flows", "vxlan.pcap", *nine).returncode, 64)


def check_vlans(program):
    (program.folder / "vlans.pcap").write_bytes(pcap([ethernet(INNER, 10), ethernet(INNER, 20), ethernet(INNER, 10)]))
    expect("VLANs do not distinguish flows", [flow["packets"] for flow in program.flows("vlans.pcap")], [3])
    keyed = program.flows("vlans.pcap", "--key-vlan")
    expect("--key-vlan does", [(flow["vlan"], flow["packets"]) for flow in keyed], [([10], 2), ([20], 1)])
    expect("an audit counts one flow", program.report("vlans.pcap")["totals"]["flows"], 1)
    expect("and two with --key-vlan", program.report("vlans.pcap", "--key-vlan")["totals"]["flows"], 2)


def check_without_ports(program):
    cut = ethernet(ip(6, "10.2.0.1", "10.2.0.2", b"abc"))
    (program.folder / "cut.pcap").write_bytes(pcap([cut, ethernet(INNER)]))
    flows = program.flows("cut.pcap")
    expect("a packet without ports is listed", [(flow["transport"], flow["community_id"] is None) for flow in flows],
           [("udp", False), ("6", True)])
    report = program.report("cut.pcap")
    expect("and rejected", report["accounting"]["rejected"], {"cut-headers": 1})
    expect("and a gap", report["gaps"]["undecoded"], 1)
    expect("with a name", [(line["kind"], line["count"], line["first_frame"]) for line in report["inputs"][0]["unread"]],
           [("cut-headers", 1, 1)])
    expect("and not judged", report["totals"]["conversation_packets"], 1)


def check_copies(program, source):
    report = program.report(source / "tests/fuzz/corpus/nstrace/3.5-copies")
    accounting = report["accounting"]
    copies = accounting["no_flow"].get("copy", 0)
    expect("a trace has copies", copies, 2)
    expect("which are frames", accounting["frames"], report["inputs"][0]["packets"])
    expect("which are decoded", accounting["decoded"], accounting["in_flows"] + sum(accounting["no_flow"].values()))
    expect("which are duplicates", report["gaps"]["duplicates"], copies)
    expect("which are in no conversation", report["totals"]["conversation_packets"], accounting["in_flows"])


def check_community_ids(program, source):
    """The values published with the specification, if its captures are available."""
    folder = source.parent / "shared" / "captures" / "community-id"
    if not folder.exists():
        print("skipped: Community IDs of the specification: there is no folder at", folder)
        return
    ports = {"tcp": 6, "udp": 17, "sctp": 132}
    numbers = ports | {"icmp": 1, "icmpv6": 58}
    published = {(one["proto"], one["saddr"], one["daddr"], one["sport"], one["dport"]): one["communityid"]
                 for one in json.loads((folder / "baseline.json").read_text())}
    checked = 0
    for capture in sorted(folder.glob("*.pcap")):
        for flow in program.flows(capture):
            here, there, number = flow["initiator"], flow["responder"], numbers.get(flow["transport"])
            if flow["community_id"] is None:
                continue
            told = {1: (8, 0), 58: (128, 129)}.get(number, (here["port"], there["port"]))
            expect(f"{capture.name} {flow['transport']} {here['address']}", flow["community_id"],
                   published.get((number, here["address"], there["address"], *told)))
            checked += 1
    expect("every flow with an ID is published", checked, 6)


def main():
    source = pathlib.Path(sys.argv[2]).resolve()
    with tempfile.TemporaryDirectory(prefix="portproof-cli-") as folder:
        program = Program(sys.argv[1], pathlib.Path(folder))
        check_tunnels(program)
        check_vxlan_ports(program)
        check_vlans(program)
        check_without_ports(program)
        check_copies(program, source)
        check_community_ids(program, source)
    print(f"{len(FAULTS)} fault(s)" if FAULTS else "all as expected")
    return 1 if FAULTS else 0


sys.exit(main())
