#!/usr/bin/env python3
"""Where results go: files that are created or replaced, links, descriptors, devices; and never over an input.

Usage: outputs_test.py PROGRAM SOURCE"""
import shutil
import subprocess
import sys

from cli import Case, Table

INVENTORY = ["-I", "{samples}/estate.toml"]
CLEAN = "{samples}/estate-clean.pcap"


def check(table, what, holds):
    print("ok:   " if holds else "FAULT:", what)
    table.faults += 0 if holds else 1


def links(table):
    table.write("real.txt", "before")
    (table.folder / "link.txt").symlink_to("real.txt")
    (table.folder / "later.txt").symlink_to("made.txt")
    (table.folder / "circle").symlink_to("circle")
    # Like /dev/stdout, which would otherwise be replaced for everyone.
    (table.folder / "stdout").symlink_to("/proc/self/fd/1")
    audit = ["audit", CLEAN, *INVENTORY]
    table.run([
        Case("to a link", [*audit, "-o", "link.txt"], 0),
        Case("to a link to a file that does not exist yet", [*audit, "-o", "later.txt"], 0),
        Case("to a link to itself", [*audit, "-o", "circle"], 73, error="circle: is a link to itself"),
        Case("to a link to standard output, a pipe", [*audit, "-o", "stdout"], 0, output="PASS"),
        Case("to /dev/fd/1", [*audit, "-o", "/dev/fd/1"], 0, output="PASS"),
        Case("to a descriptor that is not open", [*audit, "-o", "/dev/fd/77"], 74, error="/dev/fd/77: writing failed"),
        Case("to a device", [*audit, "-o", "/dev/null"], 0),
    ])
    for link, target in (("link.txt", "real.txt"), ("later.txt", "made.txt")):
        path = table.folder / target
        check(table, f"{link} is still a link, and {target} is the report",
              (table.folder / link).is_symlink() and path.exists() and path.read_text().startswith("PASS"))
    with open(table.folder / "redirected.txt", "wb") as file:
        file.write(b"first\n")
        file.flush()
        subprocess.run(table.command(Case("", [*audit, "-o", "stdout"], 0)), cwd=table.folder, env=table.environment,
                       stdout=file, check=False)
    check(table, "to a link to standard output, a file: the report follows what is there",
          (table.folder / "stdout").is_symlink() and
          (table.folder / "redirected.txt").read_text().startswith("first\nPASS"))


def streams(table):
    """Standard streams that are closed or on a full disk: a message that cannot be written changes nothing else."""
    table.write("folder/good.pcap", table.sample("estate-clean.pcap"))
    table.write("folder/cut.pcap", table.sample("estate-clean.pcap")[:5000])
    for number, streams_are in enumerate(("2> /dev/full", "2>&-", "0<&- 2>&-", "0<&- 1>&- 2>&-")):
        report = f"report{number}.txt"
        table.run([
            Case(f"a missing capture, {streams_are}", ["audit", "none.pcap"], 66),
            Case(f"a cut capture, {streams_are}", ["audit", "folder", *INVENTORY, "-o", report, "--save-evidence",
                                                   f"evidence{number}"], 2),
        ], ["sh", "-c", f'exec "$@" {streams_are}', "sh"])
        check(table, f"its report and evidence, {streams_are}",
              (table.folder / report).exists() and (table.folder / report).read_text().startswith("INCONCLUSIVE") and
              "portproof:" not in (table.folder / f"evidence{number}").read_text())
    table.run([Case("a report to closed standard output", ["audit", CLEAN, *INVENTORY], 74,
                    error="standard output: writing failed")], ["sh", "-c", 'exec "$@" >&-', "sh"])
    table.run([Case("a report to a full disk", ["audit", CLEAN, *INVENTORY], 74,
                    error="standard output: writing failed")], ["sh", "-c", 'exec "$@" > /dev/full', "sh"])


def overwriting(table):
    """No input is changed, whatever name is used for it."""
    clean = table.sample("estate-clean.pcap")
    inventory = table.sample("estate.toml")
    table.write("in.pcap", clean)
    table.write("site.toml", inventory)
    table.write("caps/one.pcap", clean)
    (table.folder / "other.pcap").symlink_to("in.pcap")
    (table.folder / "hard.pcap").hardlink_to(table.folder / "in.pcap")
    shutil.copytree(table.source / "catalog", table.folder / "catalog", ignore=lambda folder, names: [
        name for name in names if not name.endswith(".toml")])
    (table.folder / "catalog-link").symlink_to("catalog/storefront.toml")
    (table.folder / "catalog-hard").hardlink_to(table.folder / "catalog/edition.toml")
    audit = ["audit", "in.pcap", "-I", "site.toml"]
    table.run([Case("saved evidence", [*audit, "-o", "r", "--save-evidence", "e"], 0)])
    table.run([
        *[Case(f"a report over the capture as {name}", [*audit, "-o", name], 64,
               error="in.pcap: is an input, which -o would overwrite")
          for name in ("in.pcap", "./in.pcap", "other.pcap", "hard.pcap")],
        Case("evidence over the capture", [*audit, "--save-evidence", "in.pcap"], 64,
             error="in.pcap: is an input, which --save-evidence would overwrite"),
        Case("a resumed run over the capture", [*audit, "--resume", "in.pcap"], 64,
             error="in.pcap: is an input, which --resume would overwrite"),
        Case("a report over the inventory", [*audit, "-o", "site.toml"], 64, error="site.toml: is an input"),
        Case("a report over a capture in a folder", ["audit", "caps", "-o", "caps/one.pcap"], 64,
             error="caps/one.pcap: is an input"),
        Case("a report next to the captures", ["audit", "caps", "-o", "caps/report.txt"], 2),
        Case("report and evidence in one file", [*audit, "-o", "same", "--save-evidence", "./same"], 64,
             error="./same: -o and --save-evidence name the same file", absent=("same",)),
        Case("evidence and resumed run in one file", [*audit, "--save-evidence", "same", "--resume", "same"], 64,
             error="same: --save-evidence and --resume name the same file", absent=("same",)),
        Case("report and evidence to a device", [*audit, "-o", "/dev/null", "--save-evidence", "/dev/null"], 0),
        Case("a report over evidence", ["judge", "e", "-o", "e"], 64, error="e: is an input"),
        Case("evidence over evidence", ["merge", "e", "e", "-o", "./e"], 64, error="e: is an input"),
        Case("flows over the capture", ["flows", "in.pcap", "-o", "other.pcap"], 64, error="in.pcap: is an input"),
        Case("an inventory over the capture", ["discover", "in.pcap", "-o", "in.pcap"], 64,
             error="in.pcap: is an input"),
        Case("an inventory over the one that it extends", ["discover", "in.pcap", "-I", "site.toml", "-o", "site.toml"],
             64, error="site.toml: is an input"),
        Case("an inventory over evidence", ["discover", "e", "-o", "e"], 64, error="e: is an input"),
        *[Case(f"a report over a file of the catalog as {name}", [*audit, "--catalog", "catalog", "-o", name], 64,
               error=f"catalog/{file}: is an input, which -o would overwrite")
          for name, file in (("catalog/edition.toml", "edition.toml"), ("catalog/../catalog/./storefront.toml",
                                                                        "storefront.toml"),
                             ("catalog-link", "storefront.toml"), ("catalog-hard", "edition.toml"))],
        Case("evidence over a file of the catalog", [*audit, "--catalog", "catalog", "--save-evidence",
                                                     "catalog/edition.toml"], 64, error="catalog/edition.toml: is an input"),
        Case("a judgement over a file of the catalog", ["judge", "e", "--catalog", "catalog", "-o",
                                                        "catalog/edition.toml"], 64,
             error="catalog/edition.toml: is an input"),
        Case("a proposal over a file of the catalog", ["discover", "e", "--catalog", "catalog", "-o",
                                                       "catalog/edition.toml"], 64,
             error="catalog/edition.toml: is an input"),
        Case("a report next to the catalog", [*audit, "--catalog", "catalog", "-o", "catalog/report.txt"], 0),
    ])
    with open(table.folder / "in.pcap", "ab") as stdout:
        done = subprocess.run(table.command(Case("", audit, 64)), cwd=table.folder, env=table.environment, stdout=stdout,
                              stderr=subprocess.PIPE, check=False)
        check(table, f"standard output that is appended to the capture: {done.stderr}", done.returncode == 64 and
              b"in.pcap: is an input, and standard output writes to it" in done.stderr)
    with open(table.folder / "in.pcap", "rb") as stdin:
        done = subprocess.run(table.command(Case("", ["audit", "-", *INVENTORY, "-o", "in.pcap"], 64)),
                              cwd=table.folder, env=table.environment, stdin=stdin, capture_output=True, check=False)
        check(table, "a report over the capture that is standard input", done.returncode == 64)
    check(table, "captures and inventory are unchanged",
          (table.folder / "in.pcap").read_bytes() == clean and (table.folder / "caps/one.pcap").read_bytes() == clean and
          (table.folder / "site.toml").read_bytes() == inventory)


def main():
    table = Table(*sys.argv[1:])
    overwriting(table)
    links(table)
    streams(table)
    table.finish()


main()
