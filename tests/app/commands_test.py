#!/usr/bin/env python3
"""The command line itself: commands, options, help, and where results go. Usage: commands_test.py PROGRAM SOURCE"""
import sys

from cli import Case, Table

COMMANDS = ["audit", "watch", "judge", "flows", "catalog", "explain", "merge", "discover", "help"]
CLEAN = ["audit", "{samples}/estate-clean.pcap", "-I", "{samples}/estate.toml"]


def usage_cases():
    return [
        Case("no command", [], 64, error="portproof: no command given\n", lines=None),
        Case("no command brings the overview", [], 64, error="usage: portproof COMMAND", lines=None),
        Case("unknown command", ["adit"], 64, error="did you mean 'audit'?"),
        Case("a command unlike any other", ["zzzzzzzzzz"], 64, error="unknown command 'zzzzzzzzzz'"),
        Case("a command's name is not a path", ["{samples}/estate.pcap"], 64, error="unknown command"),
        Case("unknown option", [*CLEAN, "--reproducibel"], 64, error="did you mean '--reproducible'?"),
        Case("unknown option with a value", [*CLEAN, "--inventry=x"], 64, error="did you mean '--inventory'?"),
        Case("options cannot be abbreviated", [*CLEAN, "--repro"], 64, error="unknown option '--repro'"),
        Case("tunnels deeper than the limit", [*CLEAN, "--tunnel-depth", "99"], 64, error="--tunnel-depth takes a number from 0 to 16"),
        Case("watch without an interface", ["watch", "-o", "."], 64, error="no interface given; name one with -i"),
        Case("watch without a folder", ["watch", "-i", "nosuch0"], 64, error="no folder given for the reports"),
        Case("watch of a capture", ["watch", "-i", "nosuch0", "-o", ".", "x.pcap"], 64, error="use 'portproof audit' to read captures"),
        Case("watch of an interface that does not exist", ["watch", "-i", "nosuch0", "-o", "."], 69, error="there is no such interface"),
        Case("watch with an interval of zero", ["watch", "-i", "nosuch0", "-o", ".", "--interval", "0"], 64, error="--interval takes a number from 1"),
        Case("watch with an inventory that does not exist", ["watch", "-i", "nosuch0", "-o", ".", "-I", "nosuch.toml"], 66, error="nosuch.toml"),
        Case("unknown short option", [*CLEAN, "-Z"], 64, error="-Z"),
        Case("option without its value", ["audit", "{samples}/estate.pcap", "-I"], 64, error="help audit"),
        Case("option twice", [*CLEAN, "-I", "{samples}/estate.toml"], 64, error="more than once"),
        Case("an unknown format", [*CLEAN, "-T", "yaml"], 64, error="no report format is called 'yaml'"),
        Case("a mistyped format", [*CLEAN, "-T", "jsn"], 64, error="did you mean 'json'? There are: text, json"),
        Case("an unknown flow format", ["flows", "{samples}/estate.pcap", "-T", "json"], 64,
             error="no flow format is called 'json'; there are: text, ndjson"),
        Case("an invalid date", [*CLEAN, "--as-of", "2026-02-30"], 64, error="--as-of"),
        Case("an invalid number", [*CLEAN, "--threads", "many"], 64, error="threads"),
        Case("zero threads", [*CLEAN, "--threads", "0"], 64, error="--threads"),
        Case("a negative number of conversations", [*CLEAN, "--max-conversations", "-1"], 64, error="max-conversations"),
        Case("an unknown edition", [*CLEAN, "--edition", "bas"], 64, error='"bas"; did you mean "base"?'),
        Case("an unknown overlay", [*CLEAN, "--with", "nothing"], 64, error='"nothing"; there are: '),
        Case("audit without a capture", ["audit"], 64, error="no capture given"),
        Case("judge without evidence", ["judge"], 64, error="no evidence given"),
        Case("merge without evidence", ["merge"], 64, error="no evidence given"),
        Case("flows without a capture", ["flows"], 64, error="no capture given"),
        Case("catalog without a word", ["catalog"], 64, error="say what to do"),
        Case("catalog with a wrong word", ["catalog", "lsit"], 64, error="write catalog list"),
        Case("explain with too few words", ["explain", "ddc", "vda"], 64, error="FROM TO TRANSPORT PORT"),
        Case("help for two commands", ["help", "audit", "judge"], 64, error="one command at a time, not 'audit judge'"),
        Case("an option of numbers with a word", ["audit", "{samples}/estate.pcap", "--threads", "many"], 64,
             error='--threads takes a number from 1 to 1024, not "many"'),
        Case("an unknown application", ["explain", "ddc", "vda", "tcp", "80", "--application", "foo"], 64,
             error='unknown application "foo"; take the word of a report'),
        Case("help for an unknown command", ["help", "adit"], 64, error="did you mean 'audit'?"),
        Case("completion for no shell", ["help", "--completion", "csh"], 64, error="bash or fish, not 'csh'"),
    ]


def help_cases():
    cases = [
        Case("help", ["help"], 0, output="usage: portproof COMMAND"),
        Case("--help", ["--help"], 0, output="usage: portproof COMMAND"),
        Case("help lists the exit statuses", ["help"], 0, output="65 bad data"),
        Case("--version", ["--version"], 0, output="portproof "),
        Case("the manual page", ["help", "--man"], 0, output=".TH PORTPROOF 1"),
        Case("an interface a line", ["watch", "--list-interfaces"], 0, output="127.0.0.1"),
        Case("lines end in line ends", ["watch", "--list-interfaces"], 0, output="\n", unwanted="\\n"),
    ]
    for command in COMMANDS:
        cases.append(Case(f"help {command}", ["help", command], 0, output=f"portproof {command}"))
        cases.append(Case(f"{command} --help", [command, "--help"], 0, output=f"portproof {command}"))
        cases.append(Case(f"help lists {command}", ["help"], 0, output=f"  {command} "))
    return cases


def output_cases():
    return [
        Case("pass", CLEAN, 0, output="PASS"),
        Case("fail", ["audit", "{samples}/estate.pcap", "-I", "{samples}/estate.toml"], 1, output="FAIL"),
        Case("inconclusive", ["audit", "{samples}/estate-clean.pcap"], 2, output="INCONCLUSIVE"),
        Case("report to a file", [*CLEAN, "-o", "report.txt"], 0),
        Case("report to '-'", [*CLEAN, "-o", "-"], 0, output="PASS"),
        Case("report to a missing folder", [*CLEAN, "-o", "nowhere/report.txt"], 73, error="nowhere/report.txt"),
        Case("report to a folder", [*CLEAN, "-o", "folder"], 73, error="folder"),
        Case("report to a full disk", [*CLEAN, "-o", "/dev/full"], 74, error="/dev/full"),
        Case("evidence to a full disk", [*CLEAN, "--save-evidence", "/dev/full"], 74, error="/dev/full"),
        Case("evidence to a missing folder", [*CLEAN, "--save-evidence", "nowhere/e"], 73, error="nowhere/e"),
        Case("merge to a full disk", ["merge", "good.evidence", "-o", "/dev/full"], 74, error="/dev/full"),
        Case("flows to a full disk", ["flows", "{samples}/estate.pcap", "-o", "/dev/full"], 74, error="/dev/full"),
        Case("an invalid inventory is reported before output is written",
             ["audit", "{samples}/estate.pcap", "-I", "nowhere.toml", "-o", "unwritten"], 66, error="nowhere.toml",
             absent=("unwritten",)),
        Case("as of a day when W-2 was in force", ["audit", "{samples}/estate.pcap", "-I", "{samples}/estate.toml",
                                                  "--as-of", "2026-10-31"], 1, output="FAIL"),
        Case("flows as text", ["flows", "{samples}/estate.pcap"], 0, output="10.20.5.1"),
        Case("flows as JSON lines", ["flows", "{samples}/estate.pcap", "-T", "ndjson"], 0, output='"transport"'),
        Case("flows of a truncated capture", ["flows", "{samples}/estate-cut.pcap"], 2, error=None, output=None),
    ]


def main():
    table = Table(*sys.argv[1:])
    (table.folder / "folder").mkdir()
    table.run([Case("save evidence", [*CLEAN, "--save-evidence", "good.evidence"], 0, output="PASS")])
    table.run(usage_cases() + help_cases() + output_cases())
    table.run([Case("standard output is full", CLEAN, 74, error="standard output", output=None)],
              wrapper=("sh", "-c", 'exec "$@" >/dev/full', "sh"))
    table.finish()


main()
