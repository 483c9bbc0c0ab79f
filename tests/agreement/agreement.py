#!/usr/bin/env python3
"""A second opinion: compares the flows that the program finds in real captures with the flows that Wireshark finds.

Usage: agreement.py PROGRAM SOURCE [-v] [FILE...]; with files, only those, and every difference is shown.

The captures and the expectation (expected.ndjson) are in shared/captures next to the source folder; without them the
test is skipped. A file agrees if the innermost flows are the same, with the same packet counts. Nearly all flows and
nearly all files must agree; reasons.txt names each file that does not, with the standard that says why, and a line
there that is no longer needed fails the test.

In addition, for every file: no crash, under ten seconds, every frame accounted for, and as many frames as Wireshark
counts if it read the file to its end."""
import concurrent.futures
import json
import pathlib
import subprocess
import sys
import time
from collections import Counter, defaultdict

SKIPPED = 77
SECONDS = 10
LEAST_FLOWS = 0.99
LEAST_FILES = 0.98
MOST_REASONS = 30
PORTS = {"tcp", "udp", "sctp"}
NAMED = PORTS | {"icmp", "icmpv6"}


def endpoints(address, port, other_address, other_port):
    """Two ends, in an order that both sides of the comparison share."""
    return tuple(sorted(((address, int(port)), (other_address, int(other_port)))))


def expected_flows(flows):
    """'tcp A|1 B|2': 7 in the expectation becomes (transport, ends): 7."""
    counted = Counter()
    for text, packets in flows.items():
        transport, *ends = text.split()
        counted[transport, endpoints(*(part for end in ends for part in end.rsplit("|", 1)))] += packets
    return counted


def found_flows(output):
    """The same from the program's output. There, a protocol without a name is 'ip', as it has no ports, and the outer
    packets of tunnels are no flows."""
    counted = Counter()
    for line in output.splitlines():
        flow = json.loads(line)
        if flow.get("carrier"):
            continue
        transport = flow["transport"] if flow["transport"] in NAMED else "ip"
        ends = [flow[side][what] for side in ("initiator", "responder") for what in ("address", "port")]
        if transport not in PORTS:
            ends[1] = ends[3] = 0
        counted[transport, endpoints(*ends)] += flow["packets"]
    return counted


def take_unread(expected, rejected):
    """Removes entries that are not flows because they lack two addresses: '?' marks an address that Wireshark could not
    read. Returns whether the program rejected as many frames: `rejected` in this file."""
    unread = [flow for flow in expected if any(address == "?" for address, _ in flow[1])]
    return sum(expected.pop(flow) for flow in unread) <= rejected


def map_placed_fragments(expected, found):
    """With reassembly off, Wireshark does not know which flow a later fragment belongs to, and lists it as 'ip',
    without ports, between its two addresses. The program counts it towards the flow of the first fragment, if it
    has seen that one (same addresses, protocol and identification: RFC 791, 3.2; RFC 8200, 4.5). So packets that
    are missing from 'ip' may be in a flow with ports, or of ICMP, that Wireshark knows too between the same two
    addresses, and nowhere else."""
    pairs = defaultdict(list)
    for flow in set(expected) | set(found):
        transport, ends = flow
        pairs[tuple(sorted(address for address, _ in ends))].append(flow)
    for addresses, flows in sorted(pairs.items()):
        ip = ("ip", endpoints(addresses[0], 0, addresses[1], 0))
        missing = expected[ip] - found[ip]
        more = {flow: found[flow] - expected[flow] for flow in flows if flow != ip and found[flow] > expected[flow] > 0}
        if 0 < sum(more.values()) == missing:
            for flow, packets in more.items():
                found[flow] -= packets
                found[ip] += packets
    return +expected, +found


def law_fault(accounting):
    """What violates the accounting law, or nothing."""
    frames, decoded = accounting["frames"], accounting["decoded"]
    rejected = sum(accounting["rejected"].values())
    no_flow = sum(accounting.get("no_flow", {}).values())
    if frames != decoded + rejected:
        return f"{frames} frames are not {decoded} decoded and {rejected} rejected"
    if decoded != accounting["in_flows"] + no_flow:
        return f"{decoded} decoded are not {accounting['in_flows']} in flows and {no_flow} without"
    if accounting["flows_opened"] != sum(accounting["flows_closed"].values()):
        return "flows opened are not flows closed"
    return None


class Case:
    """One file, and its result."""

    def __init__(self, expectation):
        self.name = expectation["file"]
        self.expectation = expectation
        self.faults = []
        self.pending = False
        self.same = self.flows = 0
        self.way = "rest"  # how it agrees
        self.differences = []

    def run(self, program, folder, *arguments, again=True):
        """Standard output; a crash, a sanitizer's report and a slow run are faults. A busy machine may make one run
        slow; a slow program is slow twice."""
        begin = time.monotonic()
        try:
            done = subprocess.run([program, *arguments], cwd=folder, capture_output=True, timeout=6 * SECONDS, check=False)
        except subprocess.TimeoutExpired:
            self.faults.append("does not finish")
            return b"", b""
        seconds = time.monotonic() - begin
        if done.returncode < 0 or done.returncode == 70 or b"Sanitizer" in done.stderr or b"runtime error" in done.stderr:
            self.faults.append(f"crashed: {done.returncode} {done.stderr.decode(errors='replace')[:2000]}")
        if seconds > SECONDS and again and not self.faults:
            return self.run(program, folder, *arguments, again=False)
        if seconds > SECONDS:
            self.faults.append(f"took {seconds:.1f} s")
        return done.stdout, done.stderr

    def check(self, program, folder):
        output, messages = self.run(program, folder, "flows", self.name, "-T", "ndjson")
        if b"cannot be read yet" in messages:
            self.pending = True
            return self
        expected, found = expected_flows(self.expectation["inner"]), found_flows(output)
        if expected == found:
            self.way = "raw"
        report, _ = self.run(program, folder, "audit", self.name, "-T", "json", "--no-hash")
        accounting = json.loads(report)["inputs"][0]["accounting"] if report else None
        if accounting:
            self.check_accounting(accounting)
            addressed = all("?" not in (low[0], high[0]) for _, (low, high) in expected)
            if not take_unread(expected, sum(accounting["rejected"].values())):
                self.differences.append("frames without addresses are not rejected")
            mapped_expected, mapped_found = map_placed_fragments(expected, found)
            self.compare(mapped_expected, mapped_found)
            if self.way != "raw" and not self.differences:
                self.way = "mapped" if addressed else "unread"
        return self

    def check_accounting(self, accounting):
        fault = law_fault(accounting)
        if fault:
            self.faults.append(fault)
        if self.expectation["tshark_exit"] == 0 and self.expectation["frames"] != accounting["frames"]:
            # Wireshark counts no frames in a file whose link layer it does not know.
            if self.expectation["frames"] != 0:
                self.faults.append(f"{accounting['frames']} frames, not {self.expectation['frames']}")

    def compare(self, expected, found):
        flows = set(expected) | set(found)
        self.flows = len(flows)
        self.same = sum(1 for flow in flows if expected[flow] == found[flow])
        for flow in sorted(flows):
            if expected[flow] != found[flow]:
                transport, (low, high) = flow
                self.differences.append(f"{transport} {low[0]}|{low[1]} {high[0]}|{high[1]}: "
                                        f"{found[flow]} packets, Wireshark {expected[flow]}")


def read_reasons(path):
    """'FILE: the standard that makes us right', one per line; # begins a comment."""
    reasons = {}
    for line in path.read_text().splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        name, _, reason = line.partition(":")
        if not reason.strip():
            sys.exit(f"reasons.txt: no reason in '{line}'")
        reasons[name.strip()] = reason.strip()
    if len(reasons) > MOST_REASONS:
        sys.exit(f"reasons.txt: {len(reasons)} reasons, at most {MOST_REASONS}")
    return reasons


def judge(cases, reasons):
    """What is wrong with all of them together."""
    faults = [f"{case.name}: {fault}" for case in cases for fault in case.faults]
    read = [case for case in cases if not case.pending]
    agree = [case for case in read if not case.differences]
    flows, same = sum(case.flows for case in read), sum(case.same for case in read)
    ways = Counter(case.way for case in read)
    print(f"flows: {same} of {flows} agree ({same / flows:.3%}); files: {len(agree)} of {len(read)} "
          f"({len(agree) / len(read):.3%}): {ways['raw']} as they are, {ways['mapped']} with later fragments counted towards "
          f"the flow of their first, {ways['unread']} except for frames without addresses; {ways['rest']} do not; "
          f"{len(cases) - len(read)} cannot be read yet")
    if same < LEAST_FLOWS * flows:
        faults.append(f"fewer than {LEAST_FLOWS:.0%} of the flows agree")
    if len(agree) < LEAST_FILES * len(read):
        faults.append(f"fewer than {LEAST_FILES:.0%} of the files agree")
    differing = {case.name for case in read if case.differences}
    for name in sorted(differing - set(reasons)):
        faults.append(f"{name}: differs, and reasons.txt does not say why")
    for name in sorted(set(reasons) - differing - {case.name for case in cases if case.pending}):
        faults.append(f"reasons.txt: {name} needs no reason")
    return faults


def main():
    arguments = [argument for argument in sys.argv[1:] if argument != "-v"]
    program, source = str(pathlib.Path(arguments[0]).resolve()), pathlib.Path(arguments[1]).resolve()
    folder = source.parent / "shared" / "captures"
    if not (folder / "expected.ndjson").exists():
        print("skipped: agreement: there is no folder with real captures at", folder)
        return SKIPPED
    expectations = [json.loads(line) for line in (folder / "expected.ndjson").read_text().splitlines()]
    wanted = set(arguments[2:])
    cases = [Case(entry) for entry in expectations if not wanted or entry["file"] in wanted]
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda case: case.check(program, folder), cases))
    if wanted or "-v" in sys.argv:
        for case in cases:
            for text in case.faults + case.differences:
                print(f"  {case.name}: {text}")
    if wanted:
        return 0
    faults = judge(cases, read_reasons(pathlib.Path(__file__).with_name("reasons.txt")))
    for fault in faults:
        print("FAULT:", fault)
    return 1 if faults else 0


sys.exit(main())
