#!/usr/bin/env python3
"""A second opinion on names: compares the server names and DNS answers that the program finds in real captures with
what Wireshark's tshark finds.

Usage: names.py PROGRAM SOURCE [-v] [FILE...]

The captures are in shared/captures/protocols next to the source folder; without them, or without tshark, the test is
skipped. Every name and every answered address that tshark shows must be found, and no other. name_reasons.txt lists
the intended differences, one per line; a line that is no longer needed fails the test."""
import concurrent.futures
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile

SKIPPED = 77
PREFIXES = ("quic", "dtls", "tls", "dns", "443-", "http", "no_sni", "dropbox", "6in4", "4in6", "vxlan", "selfsigned",
            "smtp-starttls", "ssl-", "long_tls", "rdp", "malformed_dns", "capwap", "stun_dtls")
GREETINGS = {"tls", "dtls", "quic"}
ADDRESS_TYPES = {"1": 0, "28": 1}
LEAST_FILES, LEAST_FACTS = 30, 50


def tshark(path, display_filter, *fields):
    """The matching packets, each as a list of lists: the values of each field."""
    command = ["tshark", "-r", path, "-Y", display_filter, "-T", "fields"]
    for field in fields:
        command += ["-e", field]
    lines = subprocess.run(command, capture_output=True, check=False).stdout.decode(errors="replace").splitlines()
    return [[cell.split(",") if cell else [] for cell in line.split("\t")] for line in lines]


def server_names(path):
    packets = tshark(path, "tls.handshake.extensions_server_name", "tls.handshake.extensions_server_name")
    return {name.lower() for packet in packets for name in packet[0]}


def answered_addresses(path):
    """The addresses in the answer sections: tshark lists the records of all sections together."""
    display_filter = "dns.flags.response == 1 && dns.flags.rcode == 0 && dns.count.answers > 0 && !mdns && !llmnr && !nbns"
    found = set()
    for counts, types, *addresses in tshark(path, display_filter, "dns.count.answers", "dns.resp.type", "dns.a", "dns.aaaa"):
        left = [list(column) for column in addresses]
        for record in types[: int(counts[0]) if len(counts) == 1 else None]:
            if record in ADDRESS_TYPES and left[ADDRESS_TYPES[record]]:
                found.add(left[ADDRESS_TYPES[record]].pop(0))
    return found


def found_by(program, path):
    """The same two sets, from the program."""
    with tempfile.TemporaryDirectory() as folder:
        evidence = pathlib.Path(folder, "evidence")
        subprocess.run([program, "audit", path, "--no-hash", "--save-evidence", evidence, "-o", pathlib.Path(folder, "r")],
                       capture_output=True, check=False)
        lines = [json.loads(line) for line in evidence.read_text().splitlines()] if evidence.exists() else []
    names = {line["name"] for line in lines if line["type"] in ("conversation", "loose")
             and line["name"] and line["application"] in GREETINGS}
    addresses = {line["address"] for line in lines if line["type"] == "name" and line["source"] in ("dns", "unasked")}
    return names, addresses


def compare(program, path):
    """Differences as 'FILE: who WHAT', and the number of facts compared."""
    names, addresses = found_by(program, path)
    differences = []
    for ours, theirs in ((names, server_names(path)), (addresses, answered_addresses(path))):
        differences += [f"{path.name}: misses {fact}" for fact in sorted(theirs - ours)]
        differences += [f"{path.name}: adds {fact}" for fact in sorted(ours - theirs)]
    return differences, len(names) + len(addresses)


def read_reasons(path):
    """'FILE: misses FACT: why', one per line; '*' stands for every fact of the file. # begins a comment."""
    reasons = {}
    for line in path.read_text().splitlines():
        if line.strip() and not line.startswith("#"):
            name, what, reason = (part.strip() for part in line.split(": ", 2))
            if not reason:
                sys.exit(f"name_reasons.txt: no reason in '{line}'")
            reasons[f"{name}: {what}"] = reason
    return reasons


def main():
    arguments = [argument for argument in sys.argv[1:] if argument != "-v"]
    program, source = str(pathlib.Path(arguments[0]).resolve()), pathlib.Path(arguments[1]).resolve()
    folder = source.parent / "shared" / "captures" / "protocols"
    if not folder.is_dir():
        print("skipped: names: there is no folder with real captures at", folder)
        return SKIPPED
    if shutil.which("tshark") is None:
        print("skipped: names: tshark is not installed")
        return SKIPPED
    wanted = arguments[2:]
    paths = [path for path in sorted(folder.iterdir())
             if (path.name in wanted if wanted else path.name.startswith(PREFIXES))]
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        results = list(pool.map(lambda path: compare(program, path), paths))
    differences = [difference for result in results for difference in result[0]]
    facts = sum(result[1] for result in results)
    print(f"{len(paths)} files, {facts} names and addresses, {len(differences)} differences")
    if wanted:
        print("\n".join(differences))
        return 0
    reasons = read_reasons(pathlib.Path(__file__).with_name("name_reasons.txt"))
    used = set()
    faults = []
    for difference in differences:
        name, what = difference.split(": ", 1)
        wide = f"{name}: {what.split()[0]} *"
        reason = next((key for key in (difference, wide) if key in reasons), None)
        if reason is None:
            faults.append(f"{difference}, and name_reasons.txt does not say why")
        else:
            used.add(reason)
    faults += [f"name_reasons.txt: '{line}' is not needed" for line in sorted(set(reasons) - used)]
    if len(paths) < LEAST_FILES or facts < LEAST_FACTS:
        faults.append("too few captures to say anything")
    for fault in faults:
        print("FAULT:", fault)
    return 1 if faults else 0


sys.exit(main())
