#!/usr/bin/env python3
"""Who opened a connection if its opening was not captured: all SYN and SYN-ACK segments are removed from real captures
and from the sample estate, as if every connection had been picked up mid-stream.

Usage: without_openings.py PROGRAM SOURCE [-v]

Of the TCP flows whose opening was seen and whose responder's port is below 49152, nearly all must keep their
initiator. In the estate, where the catalog can help, nearly all conversations must keep their initiator and their
verdict. The captures are in shared/captures/protocols next to the source folder; without them that half is skipped."""
import json
import pathlib
import subprocess
import sys

NO_OPENINGS = "not (ip and tcp[13] & 2 != 0) and not (ip6 and ip6[6] == 6 and ip6[53] & 2 != 0)"
FIRST_DYNAMIC_PORT = 49152
LEAST_FLOWS = 0.90
LEAST_CONVERSATIONS = 0.98


def run(program, *arguments):
    return subprocess.run([program, *map(str, arguments)], capture_output=True, check=False).stdout


def tcp_flows(program, path, *more):
    """By its two ends: who began, who answered, and how that is known."""
    flows = {}
    for line in run(program, "flows", path, "-T", "ndjson", *more).splitlines():
        flow = json.loads(line)
        if flow["transport"] != "tcp":
            continue
        ends = [(flow[side]["address"], flow[side]["port"]) for side in ("initiator", "responder")]
        flows[tuple(sorted(ends))] = (*ends, flow["direction_basis"])
    return flows


def real_captures(program, folder, verbose):
    """How many flows there are to compare, and how many keep their initiator."""
    compared = kept = 0
    for path in sorted(folder.iterdir()):
        opened = {
            ends: flow
            for ends, flow in tcp_flows(program, path).items()
            if flow[2] in ("syn", "syn-ack") and flow[1][1] < FIRST_DYNAMIC_PORT
        }
        if not opened:
            continue
        without = tcp_flows(program, path, "-f", NO_OPENINGS)
        for ends, (initiator, responder, _) in opened.items():
            if ends not in without:
                continue  # it had nothing but its opening
            compared += 1
            if without[ends][0] == initiator:
                kept += 1
            elif verbose:
                print(f"  reversed: {path.name} {initiator} -> {responder}, by {without[ends][2]}")
    return compared, kept


def conversations(program, samples, *more):
    """For the sample estate, over TCP: the verdicts for each pair and port, whatever the name and application."""
    arguments = ["audit", samples / "estate.pcap", "-I", samples / "estate.toml", "-T", "json", *more]
    found = {}
    for conversation in json.loads(run(program, *arguments))["conversations"]:
        if conversation["transport"] != "tcp" or conversation["state"] in ("attempted", "refused"):
            continue  # those have nothing but their opening
        key = (conversation["initiator"]["address"], conversation["responder"]["address"], conversation["port"])
        found.setdefault(key, set()).add((conversation["verdict"], conversation["reason"] or ""))
    return found


def estate(program, samples, verbose):
    """The number of conversations, and how many of them keep their initiator, and their verdict as well."""
    whole = conversations(program, samples)
    without = conversations(program, samples, "-f", NO_OPENINGS)
    kept = [key for key in whole if key in without]
    same = [key for key in kept if whole[key] == without[key]]
    if verbose:
        for key in sorted(set(whole) - set(same)):
            print(f"  differs: {key} {sorted(whole[key])} -> {sorted(without.get(key, []))}")
    return len(whole), len(kept), len(same)


def main():
    program, source = sys.argv[1], pathlib.Path(sys.argv[2])
    verbose = "-v" in sys.argv[3:]
    ok = True

    count, kept, same = estate(program, source / "samples", verbose)
    print(f"estate without openings: of {count} conversations {kept} keep their initiator, {same} their verdict too")
    ok = ok and count > 50 and same >= LEAST_CONVERSATIONS * count

    folder = source.resolve().parent / "shared" / "captures" / "protocols"
    if folder.is_dir():
        compared, kept = real_captures(program, folder, verbose)
        print(f"real captures without openings: {kept} of {compared} flows keep their initiator ({kept / compared:.1%})")
        ok = ok and compared > 50 and kept >= LEAST_FLOWS * compared
    else:
        print(f"real captures: skipped, there is no {folder}")
    return 0 if ok else 1


if __name__ == "__main__":
    sys.exit(main())
