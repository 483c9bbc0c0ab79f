#!/usr/bin/env python3
"""Scans and floods: each is one group in the report, and everything planted before, during and after it is found.

Usage: attacks.py PROGRAM SOURCE MAKE_ATTACK [--full]

By default small, with limits to match, so that the same code runs. With --full, full-size and with the default limits:
65,535 ports on 1,000 hosts, and a flood from 1,000,000 addresses; prints the time and memory that they take, and allows
3 GiB of memory (docs/reference/memory.md)."""
import json
import os
import pathlib
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "golden"))
from harness import Runs  # noqa: E402

INVENTORY = ["-I", "samples/estate.toml"]
JSON = ["-T", "json", "--no-hash", "--reproducible", "--seed", "1", "--max-conversations", "2000000"]
MOST_MEMORY = 3 << 20  # KiB


def planted():
    """By ends, transport and port: verdict, reason, state, sessions and packets (tests/bench/traffic/attacks.hpp)."""
    found = {}
    for moment in range(3):
        def plant(initiator, responder, port, *says, transport="tcp", moment=moment):
            address, _, last = initiator.rpartition(".")
            found[f"{address}.{int(last) + moment}", responder, transport, port] = says

        plant("10.20.7.10", "10.20.2.20", 443, "documented", None, "established", 1, 8)
        plant("10.20.7.10", "10.20.4.11", 1494, "documented", None, "established", 1, 8)
        plant("10.20.7.50", "10.20.2.10", 3389, "undocumented", "undocumented-port", "established", 1, 8)
        plant("10.20.7.60", "10.20.2.10", 5985, "undocumented", "undocumented-port", "attempted", 1, 1)
        plant("10.20.7.70", "10.20.4.11", 8888, "undocumented", "citrix-on-undocumented-port", "established", 1, 8)
        plant("203.0.113.90", "10.20.2.10", 443, "unexpected", "unexpected-source", "established", 1, 8)
        plant("10.20.7.80", "10.20.2.11", 4444, "undocumented", "undocumented-port", "established", 1, 2, transport="udp")
    # Open from before the attack until after it.
    found["10.20.7.20", "10.20.4.11", "tcp", 1494] = ("documented", None, "established", 1, 12)
    return found


class Attack:
    def __init__(self, name, sizes, attempts):
        self.name = name
        self.capture = None
        self.sizes = sizes
        self.attempts = attempts  # conversations that are never established

    def make(self, make_attack, path, *hour):
        self.capture = path
        with open(path, "wb") as file:
            subprocess.run([make_attack, self.name, *map(str, self.sizes), *map(str, hour)], stdout=file, check=True)

    def is_part(self, conversation):
        """Does the conversation belong to the attack?"""
        ends = conversation["initiator"]["address"], conversation["responder"]["address"]
        if conversation["state"] not in ("attempted", "refused"):
            return False
        if self.name == "scan":
            return ends[0] == "10.20.99.66"
        return ends[0].startswith("45.") and ends[1] == "10.20.2.20"


def scan(hosts, ports):
    open_port = 1 if hosts > 2 * 256 + 200 and ports >= 3389 else 0
    return Attack("scan", [hosts, ports], hosts * ports - open_port)


def flood(addresses):
    return Attack("flood", [addresses], addresses)


def check_planted(runs, what, report, times=1):
    expected = planted()
    for conversation in report["conversations"]:
        key = (conversation["initiator"]["address"], conversation["responder"]["address"], conversation["transport"],
               conversation["port"])
        if key in expected:
            says = tuple(conversation[word] for word in ("verdict", "reason", "state", "sessions", "packets"))
            verdict, reason, state, sessions, packets = expected.pop(key)
            if says != (verdict, reason, state, times * sessions, times * packets):
                runs.fault(f"{what}: {key} is {says}")
    for key in expected:
        runs.fault(f"{what}: {key} is missing")


def check_attack(runs, what, attack, report, folded):
    """One group, whose sessions all belong to the attack."""
    groups = [group for group in report["groups"] if "folded" in group]
    attacking = [conversation for conversation in report["conversations"] if attack.is_part(conversation)]
    if not folded:
        if groups or len(attacking) != attack.attempts:
            runs.fault(f"{what}: {len(groups)} groups are folded, {len(attacking)} attempts are listed")
        return
    if len(groups) != 1 or len(attacking) != 1:
        runs.fault(f"{what}: {len(groups)} groups and {len(attacking)} conversations stand for the attack, not one")
        return
    group, record = groups[0], groups[0]["folded"]
    if record["kind"] != attack.name or not record["conversations"] == group["sessions"] == attack.attempts:
        runs.fault(f"{what}: {record}, {group['sessions']} sessions")
    if report["limits_hit"]["attempts"] != attack.attempts:
        runs.fault(f"{what}: limits_hit is {report['limits_hit']}")
    if group["verdict"] not in ("undocumented", "unexpected"):
        runs.fault(f"{what}: the attack is {group['verdict']}")
    if attack.name == "scan":
        ends, ports = attack.sizes
        if (record["ends"], record["more_ends"], record["ports"]) != (ends, False, f"1-{ports}"):
            runs.fault(f"{what}: {record}")


def check_frames(runs, what, report):
    """Every packet is in a conversation: folded ones are counted."""
    totals = report["totals"]
    if totals["packets"] != totals["conversation_packets"] or totals["bytes"] != totals["conversation_bytes"]:
        runs.fault(f"{what}: {totals}")


def in_small(runs, make_attack):
    for attack in (scan(100, 120), flood(12_000)):
        attack.make(make_attack, runs.file(f"{attack.name}.pcap"))
        capture = attack.capture
        # The default; far below the size of the attack; so close to it that some shards alone would keep their part.
        for limit in (None, 400, 1000, 11_000, 11_500):
            what = f"{attack.name}, --max-attempts {limit}"
            more = [] if limit is None else ["--max-attempts", limit]
            report = runs.run("audit", capture, *INVENTORY, *JSON, *more, expect=1)
            for threads in (2, 3, 8):
                again = runs.run("audit", capture, *INVENTORY, *JSON, *more, "--threads", threads, expect=1)
                runs.same(f"{what}: 1 and {threads} threads", report, again)
            report = json.loads(report)
            check_planted(runs, what, report)
            check_attack(runs, what, attack, report, limit is not None)
            check_frames(runs, what, report)
        few_flows(runs, attack)
        saved(runs, attack, make_attack)


def few_flows(runs, attack):
    """A table that is far too small: the long session is still one conversation, because sessions are evicted last."""
    what = f"{attack.name}, --max-flows 200"
    more = ["--max-flows", 200, "--max-attempts", 400, "--max-loose-flows", 400]
    report = json.loads(runs.run("audit", attack.capture, *INVENTORY, *JSON, *more, expect=1))
    check_planted(runs, what, report)
    check_attack(runs, what, attack, report, True)
    check_frames(runs, what, report)
    if "flows" not in report["limits_hit"]:
        runs.fault(f"{what}: limits_hit is {report['limits_hit']}")


def saved(runs, attack, make_attack):
    """Evidence with folded attempts: judged as it was audited, and merged with attempts of the same scan or flood two
        hours later that were kept one by one."""
    limit = ["--max-attempts", 400]
    listed = ["-T", "json", "--reproducible", "--max-conversations", "2000000"]
    file, later, both = (runs.file(f"{name}.evidence") for name in ("attack", "later", "both"))
    report = runs.run("audit", attack.capture, *INVENTORY, *JSON, *limit, "--save-evidence", file, expect=1)
    runs.same(f"{attack.name}: audit and judge", report, runs.run("judge", file, *INVENTORY, *listed, *limit, expect=1))
    attack.make(make_attack, runs.file("later.pcap"), 2)
    runs.run("audit", attack.capture, "--no-hash", "--save-evidence", later, expect=(0, 1, 2))
    runs.run("merge", file, later, *limit, "-o", both, expect=0)
    merged = runs.run("judge", both, *INVENTORY, *listed, *limit, expect=1)
    runs.same(f"{attack.name}: merged and judged together", merged,
              runs.run("judge", file, later, *INVENTORY, *listed, *limit, expect=1))
    report = json.loads(merged)
    groups = [group for group in report["groups"] if "folded" in group]
    attacking = [conversation for conversation in report["conversations"] if attack.is_part(conversation)]
    if len(groups) != 1 or len(attacking) != 1 or groups[0]["sessions"] != 2 * attack.attempts:
        runs.fault(f"{attack.name}: merged with attempts one by one, {len(groups)} groups are folded, "
                   f"{len(attacking)} attempts are listed")
    check_planted(runs, f"{attack.name}, merged", report, 2)


def several(runs, make_attack):
    """Four captures, with any number of threads: the same report, in which each attack is still one group."""
    attacks = (scan(100, 30), flood(3000), scan(100, 40), flood(2500))
    for number, attack in enumerate(attacks):
        attack.make(make_attack, runs.file(f"several-{number}.pcap"), 2 + 2 * number)
    captures = [attack.capture for attack in attacks]
    answers = {}
    for threads in (1, 2, 3, 8):
        answers[threads] = runs.run("audit", *captures, *INVENTORY, *JSON, "--max-attempts", 2600, "--threads", threads,
                                    expect=1)
        runs.same(f"four captures: 1 and {threads} threads", answers[1], answers[threads])
    report = json.loads(answers[1])
    check_planted(runs, "four captures", report, 4)
    kinds = sorted(group["folded"]["kind"] for group in report["groups"] if "folded" in group)
    attempts = sum(group["sessions"] for group in report["groups"] if "folded" in group)
    if kinds != ["flood", "scan"] or attempts != 7000 + 5500:
        runs.fault(f"four captures: {kinds} with {attempts} sessions")


def in_words(runs):
    text = runs.run("audit", runs.file("scan.pcap"), *INVENTORY, "--max-attempts", 400, expect=1).decode()
    for words in ("a scan: 12,000 attempts to 100 responders, ports 1 to 120", "attempts"):
        if words not in " ".join(text.split()):
            runs.fault(f"the text does not say '{words}'")
    text = runs.run("audit", runs.file("flood.pcap"), *INVENTORY, "--max-attempts", 400, expect=1).decode()
    if "a flood: 12,000 attempts from 1,024 initiators and more, port 443" not in " ".join(text.split()):
        runs.fault("the text does not mention the flood")
    for value in ("15", "-1", "1000000001", "many"):
        runs.run("audit", runs.file("scan.pcap"), "--max-attempts", value, expect=64)


def in_full(runs, make_attack):
    for attack in (scan(1000, 65_535), flood(1_000_000)):
        output = runs.file("full.json")
        command = [runs.program, "audit", "-", *INVENTORY, *JSON, "-o", str(output)]
        maker = subprocess.Popen([make_attack, attack.name, *map(str, attack.sizes)], stdout=subprocess.PIPE)
        begin = time.monotonic()
        auditor = subprocess.Popen(command, stdin=maker.stdout, cwd=runs.source)
        maker.stdout.close()
        _, _, usage = os.wait4(auditor.pid, 0)
        auditor.returncode = 0
        maker.wait()
        report = json.loads(output.read_text())
        what = f"{attack.name} in full"
        print(f"{what}: {report['totals']['packets']} packets, {time.monotonic() - begin:.0f} s, of the processor "
              f"{usage.ru_utime + usage.ru_stime:.0f} s, {usage.ru_maxrss // 1024} MiB at most, {report['limits_hit']}")
        if usage.ru_maxrss > MOST_MEMORY:
            runs.fault(f"{what}: takes {usage.ru_maxrss} KiB")
        check_planted(runs, what, report)
        check_frames(runs, what, report)
        if attack.attempts > 4_000_000:
            check_attack(runs, what, attack, report, True)
            continue
        groups = [group for group in report["groups"] if group["sessions"] == attack.attempts]
        if len(groups) != 1:
            runs.fault(f"{what}: {len(groups)} groups")


def main():
    runs = Runs(sys.argv[1], sys.argv[2])
    make_attack = str(pathlib.Path(sys.argv[3]).resolve())
    if "--full" in sys.argv[4:]:
        in_full(runs, make_attack)
    else:
        in_small(runs, make_attack)
        several(runs, make_attack)
        in_words(runs)
    runs.finish()


main()
