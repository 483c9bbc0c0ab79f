"""Checks reports against the schema: validate_report.py SCHEMA REPORT...

    validate_report.py report/schema/portproof-report-1.json report.json
    validate_report.py report/schema/portproof-report-1.json --run portproof audit estate.pcap -T json

With --run, the rest of the line is a command whose standard output is the report. Also checks that the sums in the
report agree, and that the schema is strict: a report that lacks a key, or has an extra one, must not pass. Exit
status 0: the reports are valid; 1: they are not; 77: the jsonschema module is missing, so nothing was checked."""
import copy
import json
import subprocess
import sys

try:
    import jsonschema
except ImportError:
    print("skipped: the Python module jsonschema is missing")
    sys.exit(77)

OPTIONAL = {"run"}
# Likewise, of an input, a conversation or a group.
OPTIONAL_IN_ROWS = {"unread", "later_applications", "carries", "folded"}


def sums(report):
    """The accounting law and the totals, as (what, left, right)."""
    accounts = [("report", report["accounting"])]
    accounts += [(entry["path"], entry["accounting"]) for entry in report["inputs"]]
    for where, account in accounts:
        yield where + ": frames", account["frames"], account["decoded"] + sum(account["rejected"].values())
        yield where + ": decoded", account["decoded"], account["in_flows"] + sum(account["no_flow"].values())
        yield where + ": flows", account["flows_opened"], sum(account["flows_closed"].values())
    totals = report["totals"]
    yield "packets of inputs", totals["packets"], sum(entry["packets"] for entry in report["inputs"])
    yield "conversations by verdict", totals["conversations"], sum(totals["by_verdict"].values())
    yield "conversations in groups", totals["conversations"], sum(row["conversations"] for row in report["groups"])
    yield "conversations listed and omitted", totals["conversations"], (
        len(report["conversations"]) + report["omitted"]["conversations"])
    # Outer packets of tunnels are in groups as well, and only there.
    yield "bytes in groups", totals["conversation_bytes"] + report["accounting"].get("carrier_bytes", 0), (
        sum(row["bytes"] for row in report["groups"]))


def spoilt(report):
    """Reports with one error each, as (what, report)."""
    for key in report:
        if key in OPTIONAL:
            continue
        lacking = copy.copy(report)
        del lacking[key]
        yield "without " + key, lacking
    yield "with an extra key", {**report, "surprise": 1}
    for rows in ("inputs", "conversations", "groups"):
        if not report[rows]:
            continue
        for key in report[rows][0].keys() - OPTIONAL_IN_ROWS:
            row = {name: value for name, value in report[rows][0].items() if name != key}
            yield f"{rows} without {key}", {**report, rows: [row]}
        yield f"{rows} with an extra key", {**report, rows: [{**report[rows][0], "surprise": 1}]}


def check(validator, name, text):
    if not text.endswith("}\n") or text.endswith("\n\n") or not text.isascii():
        yield f"{name}: is not ASCII that ends with one newline"
    report = json.loads(text)
    faults = sorted(validator.iter_errors(report), key=lambda fault: list(map(str, fault.absolute_path)))
    for fault in faults[:10]:
        yield f"{name}: {'/'.join(map(str, fault.absolute_path))}: {fault.message[:300]}"
    if faults:
        return
    for what, left, right in sums(report):
        if left != right:
            yield f"{name}: {what}: {left} is not equal to {right}"
    small = {**report, "conversations": report["conversations"][:1], "groups": report["groups"][:1]}
    for what, wrong in spoilt(small):
        if validator.is_valid(wrong):
            yield f"{name}: the schema accepts a report {what}"


def read(arguments):
    if arguments[0] == "--run":
        done = subprocess.run(arguments[1:], capture_output=True, check=False, timeout=120)
        if done.returncode not in (0, 1, 2):
            sys.exit(f"{' '.join(arguments[1:])}: exit status {done.returncode}: {done.stderr.decode()}")
        return [("standard output", done.stdout.decode())]
    return [(path, open(path, encoding="utf-8").read()) for path in arguments]


def main(arguments):
    if len(arguments) < 2:
        sys.exit(__doc__)
    with open(arguments[0], encoding="utf-8") as file:
        schema = json.load(file)
    kind = jsonschema.validators.validator_for(schema)
    kind.check_schema(schema)
    validator = kind(schema)
    faults = [fault for name, text in read(arguments[1:]) for fault in check(validator, name, text)]
    print("\n".join(faults) if faults else "ok")
    return 1 if faults else 0


sys.exit(main(sys.argv[1:]))
