#!/usr/bin/env python3
"""Mirrors that carry only one direction: one direction between two networks is removed from a whole capture, and the
report must name that direction, once, and no other.

Usage: one_way.py PROGRAM SOURCE"""
import ipaddress
import json
import re
import sys

from harness import Runs
from missed_bytes import frames_of

INVENTORY = ["-I", "samples/estate.toml"]
USERS, DESKTOPS, SERVERS = "10.20.5.0/24", "10.20.4.0/24", "10.20.2.0/24"


def ends(record):
    """Source and destination of an IPv4 packet, tagged or not; otherwise None."""
    frame = record[16:]
    at = 16 if frame[12:14] == b"\x81\x00" else 12
    if frame[at:at + 2] != b"\x08\x00":
        return None
    return tuple(ipaddress.ip_address(frame[at + 2 + offset:at + 6 + offset]) for offset in (12, 16))


def without(records, source, destination):
    """The records left if nothing that `source` sends to `destination` was mirrored; None stands for any network."""
    def lies_in(address, network):
        return network is None or address in ipaddress.ip_network(network)

    def is_missing(record):
        addresses = ends(record)
        return addresses and lies_in(addresses[0], source) and lies_in(addresses[1], destination)
    return [record for record in records if not is_missing(record)]


def check(runs, header, records, source, destination):
    """The mirror is named in JSON and in text, it is a reason not to pass, and no attempt is claimed on it."""
    path = runs.file("one-way.pcap")
    path.write_bytes(header + b"".join(without(records, source, destination)))
    report = json.loads(runs.run("audit", path, *INVENTORY, "-T", "json", expect=(1, 2)))
    found = [(mirror["from"], mirror["to"]) for mirror in report["one_way_mirrors"]]
    print(f"without what {source} sends to {destination}: {report['one_way_mirrors']}, {report['gaps']['one_way']} packets, "
          f"{report['result']}")
    if found != [(source, destination)]:
        runs.fault(f"what {source} sends to {destination} is missing; found {found}")
    # If something is flagged, that alone is the reason: a broad rule covers only conversations that were answered.
    if report["result"] != "fail" and not any("only one direction was captured" in reason for reason in report["result_reasons"]):
        runs.fault(f"no reason not to pass: {report['result_reasons']}")
    words = " ".join(["what", *([source, "sends"] if source else ["is sent"]), *(["to", destination] if destination else [])])
    text = re.sub(r"\s+", " ", runs.run("audit", path, *INVENTORY, expect=(1, 2)).decode())
    if text.count(f"one way {words} was not captured") != 1:
        runs.fault(f"the text does not say exactly once that {words} is missing")
    for conversation in report["conversations"]:
        asked, answering = conversation["initiator"]["address"], conversation["responder"]["address"]
        affected = all(network is None or ipaddress.ip_address(address) in ipaddress.ip_network(network)
                       for address, network in ((answering, source), (asked, destination)))
        if affected and (conversation["state"] == "attempted" or "not-answered" in conversation["qualifiers"]):
            runs.fault(f"called an attempt: {asked} to {answering}, {conversation['port']}")


def main():
    runs = Runs(*sys.argv[1:])
    header, records = frames_of((runs.source / "samples" / "estate-clean.pcap").read_bytes())
    for name in ("estate", "estate-clean"):
        whole = json.loads(runs.run("audit", f"samples/{name}.pcap", *INVENTORY, "-T", "json", expect=(0, 1)))
        if whole["one_way_mirrors"]:
            runs.fault(f"{name} is mirrored both ways; found {whole['one_way_mirrors']}")
    check(runs, header, records, DESKTOPS, USERS)
    check(runs, header, records, USERS, DESKTOPS)
    check(runs, header, records, SERVERS, DESKTOPS)
    check(runs, header, records, DESKTOPS, None)
    check(runs, header, records, None, DESKTOPS)
    runs.finish()


main()
