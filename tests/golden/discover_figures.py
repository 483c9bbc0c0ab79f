#!/usr/bin/env python3
"""Runs `discover` on estates whose inventory is known: how many of their roles it finds, and how many it gives that the
inventory does not. Usage: discover_figures.py PROGRAM SOURCE MAKE_OFFICE

A role counts once for each address that took part in an answered conversation. The roles that it implies count with
it; a group in the true inventory is found with any of its members; roles that every inside address has by default
count neither way. Roles that the site defines itself, and silent ones (no conversation on any service that a rule
documents for them), cannot be found and are counted separately."""
import ipaddress
import json
import pathlib
import subprocess
import sys
import tomllib

from harness import Runs

BAR = 0.8


def blocks(line):
    for text in line.get("addresses", []):
        if "-" in text:
            first, last = (ipaddress.ip_address(part) for part in text.split("-"))
            yield int(first), int(last), first.version
        else:
            network = ipaddress.ip_network(text)
            yield int(network[0]), int(network[-1]), network.version


class Inventory:
    """Host lines by address; the most specific counts, equally specific ones add up."""

    def __init__(self, path):
        data = tomllib.loads(pathlib.Path(path).read_text())
        self.own = {role["id"] for role in data.get("role", [])}
        self.default = set(data.get("site", {}).get("internal_roles", []))
        self.lines = [(last - first, first, last, version, line["roles"])
                      for line in data.get("host", []) for first, last, version in blocks(line)]

    def roles(self, address):
        address = ipaddress.ip_address(address)
        holding = [(size, roles) for size, first, last, version, roles in self.lines
                   if version == address.version and first <= int(address) <= last]
        least = min((size for size, _ in holding), default=0)
        return {role for size, roles in holding if size == least for role in roles}


class Roles:
    def __init__(self, runs):
        catalog = json.loads(runs.run("catalog", "list", "-T", "json", expect=0))
        self.by_id = {role["id"]: role for role in catalog["roles"]}

    def held(self, role):
        known = self.by_id.get(role, {})
        found = {role}
        for other in (known.get("implies") or []) + (known.get("members") or []):
            found |= self.held(other)
        return found

    def members(self, role):
        return set(self.by_id.get(role, {}).get("members") or [role])


def talkers(runs, capture):
    """Addresses that took part in a conversation that was answered, or that needs no answer."""
    file = runs.file(capture.name + ".evidence")
    runs.run("audit", capture, "--save-evidence", file, "-o", runs.file("report.txt"), expect=(0, 1, 2))
    found = set()
    for line in file.read_text().splitlines():
        entry = json.loads(line)
        if entry["type"] == "conversation" and (entry["answered"] or entry["protocol"] == 17):
            found |= {entry["initiator"], entry["responder"]}
        if entry["type"] == "loose":
            sides = [entry["low_side"], entry["high_side"]]
            if all(side["packets"] for side in sides) or entry["protocol"] == 17:
                found |= {entry["low"]["address"], entry["high"]["address"]}
    return found


class Traffic:
    """The roles of an address that had any traffic: a conversation on a service that a rule documents for the role."""

    def __init__(self, runs, roles, capture):
        catalog = json.loads(runs.run("catalog", "list", "-T", "json", expect=0))
        report = json.loads(runs.run("audit", capture, "-T", "json", "--max-conversations", "100000", expect=(0, 1, 2)))
        services = {"from": {}, "to": {}}
        for c in report["conversations"]:
            if c["state"] in ("attempted", "refused"):
                continue
            services["from"].setdefault(c["initiator"]["address"], set()).add((c["transport"], c["port"]))
            services["to"].setdefault(c["responder"]["address"], set()).add((c["transport"], c["port"]))
        self.services = services
        self.rules = {}
        for rule in catalog["rules"]:
            for side in ("from", "to"):
                other = "to" if side == "from" else "from"
                for role in rule[side]:
                    for member in roles.members(role) | {role}:
                        known = self.rules.setdefault(member, [])
                        known.append((side, rule))
                        if rule.get("both_ways"):
                            known.append((other, rule))
        self.roles = roles

    def any_of(self, address, role):
        for held in self.roles.held(role):
            for side, rule in self.rules.get(held, []):
                for transport, port in self.services[side].get(address, ()):
                    if transport in rule["transport"] and self.covers(rule["ports"], port):
                        return True
        return False

    @staticmethod
    def covers(ports, port):
        for text in ports:
            first, _, last = text.partition("-")
            if text == "any" or int(first) <= port <= int(last or first):
                return True
        return False


def hold(runs, roles, name, capture, inventory):
    proposed_file = runs.file(name + "-proposed.toml")
    runs.run("discover", capture, "-o", proposed_file, expect=0)
    # The program must read its own proposal.
    runs.run("audit", capture, "-I", proposed_file, "-o", runs.file("report.txt"), expect=(0, 1, 2))
    text = proposed_file.read_text()
    for word in ("\n[[allow]]", "\n[[waiver]]", "\n[versions]"):
        if word in text:
            runs.fault(f"{name}: the proposal holds {word.strip()}")

    true, proposed = Inventory(inventory), Inventory(proposed_file)
    seen = talkers(runs, capture)
    traffic = Traffic(runs, roles, capture)
    found, missed, wrong, silent, own = [], [], [], [], []
    addresses = seen | {str(ipaddress.ip_address(first) if version == 4 else ipaddress.IPv6Address(first))
                        for size, first, last, version, _ in true.lines if size == 0}
    for address in sorted(addresses, key=lambda text: (ipaddress.ip_address(text).version, ipaddress.ip_address(text))):
        real, guess = true.roles(address), proposed.roles(address)
        guessed = set().union(*(roles.held(role) for role in guess)) if guess else set()
        held = set().union(*(roles.held(role) for role in real)) if real else set()
        for role in sorted(real):
            if role in true.own:
                own.append((address, role))
            elif address not in seen:
                silent.append((address, role))
            elif roles.members(role) & guessed or role in guessed:
                found.append((address, role))
            elif roles.by_id[role]["kind"] == "cloud" and address in text:
                found.append((address, role))
            elif not traffic.any_of(address, role):
                silent.append((address, role))
            else:
                missed.append((address, role))
        if address not in seen:
            continue
        wrong += [(address, role) for role in sorted(guess)
                  if role not in held and role not in true.default and not roles.held(role) & held]
    share = len(found) / max(1, len(found) + len(missed))
    print(f"{name}: {len(found)} of {len(found) + len(missed)} roles found ({share:.1%}), {len(wrong)} contradicted; "
          f"{len(silent)} without any traffic, {len(own)} defined by the site")
    for what, pairs in (("missed", missed), ("contradicted", wrong), ("silent", silent), ("own", own)):
        for address, role in pairs:
            print(f"  {what}: {address} {role}")
    if share < BAR:
        runs.fault(f"{name}: fewer than {BAR:.0%} of the roles were found")
    if wrong:
        runs.fault(f"{name}: roles were proposed that the inventory does not give")


def main():
    program, source, make_office = sys.argv[1:]
    make_office = str(pathlib.Path(make_office).resolve())
    runs = Runs(program, source)
    roles = Roles(runs)
    hold(runs, roles, "estate", runs.source / "samples" / "estate.pcap",
         runs.source / "samples" / "estate.toml")
    hold(runs, roles, "estate-clean", runs.source / "samples" / "estate-clean.pcap",
         runs.source / "samples" / "estate.toml")
    office = runs.file("office")
    office.mkdir()
    subprocess.run([make_office, str(office)], check=True)
    hold(runs, roles, "office", office / "office.pcap", runs.source / "tests" / "golden" / "office.toml")
    runs.finish()


main()
