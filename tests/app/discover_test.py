#!/usr/bin/env python3
"""discover: what it reads, what it reports if it cannot, and where its proposal goes. Usage: discover_test.py PROGRAM
SOURCE"""
import sys

from cli import Case, Table

ESTATE = "{samples}/estate.pcap"


def prepare(table):
    (table.folder / "folder").mkdir()
    table.write("empty", "")
    table.write("bad.toml", "[[host]\n")
    table.write("cut.evidence", '{"type":"evidence"')
    table.write("known.toml", '[[host]]\nname = "known"\naddresses = ["10.20.2.10-10.20.2.11"]\nroles = ["ddc"]\n')
    table.run([Case("save evidence", ["audit", "{samples}/estate-1.pcap", "--save-evidence", "first.evidence"],
                    (1, 2), output=None)])


def reading_cases():
    return [
        Case("a capture", ["discover", ESTATE], 0, output="[[host]]"),
        Case("evidence", ["discover", "first.evidence"], 0, output="[[host]]"),
        Case("evidence and a capture", ["discover", "first.evidence", "{samples}/estate-2.pcap"], 0,
             output='roles = ["ddc"]'),
        Case("with a filter", ["discover", ESTATE, "-f", "tcp port 1433"], 0, output="[site]"),
        Case("with other timeouts and limits",
             ["discover", ESTATE, "--udp-timeout", "60", "--max-flows", "1000", "--threads", "2"], 0, output="[[host]]"),
        Case("with an inventory that names some hosts", ["discover", ESTATE, "-I", "known.toml"], 0,
             output="# the hosts in known.toml are known"),
        Case("into a file", ["discover", ESTATE, "-o", "proposed.toml"], 0),
        Case("and the program reads it", ["audit", ESTATE, "-I", "proposed.toml"], 1, output="FAIL"),
        Case("a truncated capture is used up to the cut", ["discover", "{samples}/estate-cut.pcap"], 0,
             error="estate-cut.pcap", output="[[host]]"),
        Case("a missing capture among others", ["discover", ESTATE, "nowhere.pcap"], 0,
             error="nowhere.pcap", output="[[host]]"),
    ]


def fault_cases():
    return [
        Case("nothing", ["discover"], 64, error="no capture given"),
        Case("an unknown option", ["discover", ESTATE, "--waive"], 64, error="unknown option"),
        Case("an invalid filter", ["discover", ESTATE, "-f", "tcp prot 1"], 64, error="tcp prot 1"),
        Case("an unknown edition", ["discover", ESTATE, "--edition", "bas"], 64, error='"bas"'),
        Case("only missing inputs", ["discover", "nowhere.pcap"], 66, error="nowhere.pcap"),
        Case("only unreadable inputs", ["discover", "empty"], 65, error="empty"),
        Case("an invalid inventory", ["discover", ESTATE, "-I", "bad.toml", "-o", "unwritten"], 65,
             error="bad.toml:1", absent=("unwritten",)),
        Case("truncated evidence", ["discover", "cut.evidence"], 65, error="cut.evidence"),
        Case("evidence made with other timeouts", ["discover", "first.evidence", ESTATE, "--udp-timeout", "60"], 65,
             error="different settings (the flow timeouts)"),
        Case("a proposal to a missing folder", ["discover", ESTATE, "-o", "nowhere/x.toml"], 73, error="nowhere/x.toml"),
        Case("a proposal to a folder", ["discover", ESTATE, "-o", "folder"], 73, error="folder"),
        Case("a full disk", ["discover", ESTATE, "-o", "/dev/full"], 74, error="/dev/full"),
    ]


def main():
    table = Table(*sys.argv[1:])
    prepare(table)
    table.run(reading_cases() + fault_cases())
    table.finish()


main()
