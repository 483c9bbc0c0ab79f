#!/usr/bin/env python3
"""Inventories with errors: each error gives a message with file and line, and exit status 65. Entries that can
shelter anything bring a warning.

Usage: inventory_test.py PROGRAM SOURCE"""
import sys

from cli import Case, Table

SITE = '[site]\nname = "x"\ninternal = ["10.20.0.0/16"]\n'  # three lines
HOST = '[[host]]\nname = "a"\naddresses = ["10.20.0.1"]\nroles = ["ddc"]\n'
WAIVER = ('[[waiver]]\nid = "W"\nfrom = "10.20.0.1"\nto = "role:vda"\ntransport = "tcp"\nports = ["80"]\n'
          'owner = "o"\nreason = "r"\nexpires = 2027-01-31\n')
ALLOW = '[[allow]]\nid = "site-x"\nfrom = ["ddc"]\nto = ["vda"]\ntransport = ["tcp"]\nports = ["81"]\n'


def changed(text, old, new):
    assert old in text, (text, old)
    return text.replace(old, new)


# What is wrong, the inventory, the line of the error, and what the message contains.
FAULTS = [
    ("syntax", "[site\nname = 1\n", 1, "TOML"),
    ("syntax further down", SITE + "[[host]]\nname = \"a\nroles = []\n", 5, "TOML"),
    ("unknown table", SITE + "[hosts]\nx = 1\n", 4, "unknown key \"hosts\""),
    ("unknown key in [site]", SITE + 'intrenal = ["10.0.0.0/8"]\n', 4, "did you mean \"internal\"?"),
    ("unknown key in a host", HOST + 'adresses = ["10.20.0.2"]\n', 5, "did you mean \"addresses\"?"),
    ("unknown role", changed(HOST, '"ddc"', '"dcc"'), 4, "did you mean \"ddc\"?"),
    ("any-citrix as a host's role", changed(HOST, '"ddc"', '"any-citrix"'), 4, "any-citrix"),
    ("host without roles", changed(HOST, 'roles = ["ddc"]\n', ""), 1, "roles"),
    ("host without address or name", changed(HOST, 'addresses = ["10.20.0.1"]\n', ""), 1, "neither"),
    ("host twice", HOST + HOST, 6, "used twice"),
    ("invalid address", changed(HOST, "10.20.0.1", "10.20.0.256"), 3, "10.20.0.256"),
    ("invalid network", changed(HOST, "10.20.0.1", "10.20.0.0/33"), 3, "10.20.0.0/33"),
    ("network with bits set after its prefix", changed(HOST, "10.20.0.1", "10.20.0.1/24"), 3, "10.20.0.0/24"),
    ("reversed range of addresses", changed(HOST, "10.20.0.1", "10.20.0.9-10.20.0.1"), 3, "ends before it begins"),
    ("range of two families", changed(HOST, "10.20.0.1", "10.20.0.9-fd00::1"), 3, "IPv4 and IPv6"),
    ("external_roles without internal", '[site]\nname = "x"\nexternal_roles = ["internet"]\n', 3, "internal"),
    ("unknown system in [versions]", '[versions]\nstorefrnt = "3"\n', 2, "did you mean \"storefront\"?"),
    ("limit above one", "[limits]\none_way = 5\n", 2, "from 0 to 1"),
    ("unknown limit", "[limits]\none_ways = 0.1\n", 2, "did you mean \"one_way\"?"),
    ("unknown kind of role", '[[role]]\nid = "own"\nname = "Own"\nkind = "citirx"\n', 4, "did you mean \"citrix\"?"),
    ("role already in the catalog", '[[role]]\nid = "vda"\nname = "Own"\nkind = "client"\n', 2, "vda"),
    ("waiver without owner", changed(WAIVER, 'owner = "o"\n', ""), 1, "owner"),
    ("waiver without reason", changed(WAIVER, 'reason = "r"\n', ""), 1, "reason"),
    ("waiver without expiry", changed(WAIVER, "expires = 2027-01-31\n", ""), 1, "expires"),
    ("waiver that expires on a day that does not exist", changed(WAIVER, "2027-01-31", '"2027-02-30"'), 9, "2027-02-30"),
    ("waiver from an unknown end", changed(WAIVER, '"10.20.0.1"', '"nobody"'), 3, "nobody"),
    ("waiver to an unknown role", changed(WAIVER, "role:vda", "role:vdaa"), 4, "did you mean \"vda\"?"),
    ("waiver twice", WAIVER + WAIVER, 11, "used twice"),
    ("waiver on an unknown transport", changed(WAIVER, '"tcp"', '"tpc"'), 5, "did you mean \"tcp\"?"),
    ("port out of range", changed(ALLOW, '"81"', '"65536"'), 6, "65536"),
    ("port zero", changed(ALLOW, '"81"', '"0"'), 6, "1 to 65535"),
    ("port as a number", changed(ALLOW, '"81"', "81"), 6, "quoted strings"),
    ("reversed range of ports", changed(ALLOW, '"81"', '"90-81"'), 6, "ends before it begins"),
    ("ports of icmp", changed(ALLOW, '["tcp"]', '["icmp"]'), 6, "icmp has no ports"),
    ("allow with a rule's ID", changed(ALLOW, "site-x", "gateway-vda-ica"), 2, "id of a catalog rule"),
    ("allow twice", ALLOW + ALLOW, 8, "used twice"),
    ("allow for no role", changed(ALLOW, 'to = ["vda"]', "to = []"), 4, "is empty"),
    ("allow with an unknown application", ALLOW + 'application = ["htp"]\n', 7, "did you mean \"http\"?"),
    ("allow from an unknown end", changed(ALLOW, '"ddc"', '"nobody"'), 3, "is not a role, an address or a [[host]]"),
    ("waiver without ports", changed(WAIVER, 'ports = ["80"]\n', ""), 1, "ports"),
]


def main():
    table = Table(*sys.argv[1:])
    cases = []
    for number, (name, text, line, message) in enumerate(FAULTS):
        file = f"inventory-{number}.toml"
        table.write(file, text)
        arguments = ["audit", "{samples}/estate-clean.pcap", "-I", file]
        cases.append(Case(f"{name}: position", arguments, 65, error=f"{file}:{line}: "))
        cases.append(Case(f"{name}: message", arguments, 65, error=message))
    table.write("empty.toml", "")
    table.write("good.toml", SITE + HOST + ALLOW + WAIVER)
    table.write("held.toml", '[catalog]\nedition = "base"\noverlays = ["windows-domain"]\n')
    table.write("edition.toml", '[catalog]\nedition = "bsae"\n')
    table.write("overlay.toml", '[catalog]\noverlays = ["windows-domian"]\n')
    question = ["explain", "vda", "domain-controller", "tcp", "88"]
    over = "held.toml:3: --with on the command line overrides the overlays windows-domain"
    cases += [
        Case("the inventory names an overlay", [*question, "-I", "held.toml"], 0, output="domain-kerberos"),
        Case("the same on the command line", [*question, "-I", "held.toml", "--with", "windows-domain"], 0,
             output="domain-kerberos"),
        Case("the command line wins, and says so", [*question, "-I", "held.toml", "--with", "none"], 0, error=over,
             output="unexpected-source"),
        Case("an unknown edition in the inventory", [*question, "-I", "edition.toml"], 65,
             error='edition.toml:2: no edition is called "bsae"; did you mean "base"?'),
        Case("an unknown overlay in the inventory", [*question, "-I", "overlay.toml"], 65,
             error='overlay.toml:2: no overlay is called "windows-domian"; did you mean "windows-domain"?'),
        Case("missing inventory", ["audit", "{samples}/estate-clean.pcap", "-I", "none.toml"], 66, error="none.toml"),
        Case("a folder as inventory", ["audit", "{samples}/estate-clean.pcap", "-I", "."], (65, 66), error="."),
        Case("a capture as inventory", ["audit", "{samples}/estate-clean.pcap", "-I", "{samples}/estate.pcap"], 65,
             error="estate.pcap:1: "),
        Case("an empty inventory", ["audit", "{samples}/estate-clean.pcap", "-I", "empty.toml"], 1, output="FAIL"),
        Case("a minimal inventory", ["audit", "{samples}/estate-clean.pcap", "-I", "good.toml"], 1, output="FAIL"),
        Case("explain with an invalid inventory", ["explain", "ddc", "vda", "tcp", "80", "-I", "inventory-0.toml"], 65,
             error="inventory-0.toml:1: "),
        Case("judge with an invalid inventory", ["judge", "none.evidence", "-I", "inventory-0.toml"], 65,
             error="inventory-0.toml:1: "),
    ]
    several = changed(HOST, '"ddc"', '"dcc"') + changed(ALLOW, '"81"', '"0"')
    table.write("several.toml", several)
    table.write("many.toml", SITE + "".join(f"key{number} = 1\n" for number in range(30)))
    table.write("wide.toml", SITE + HOST + changed(changed(WAIVER, '["80"]', '["any"]'), "2027-01-31", "2099-01-31"))
    explain = ["explain", "ddc", "vda", "tcp", "80", "-I"]
    cases += [
        Case("of several errors, the first", [*explain, "several.toml"], 65, error="several.toml:4: ", lines=2),
        Case("of several errors, the last", [*explain, "several.toml"], 65, error="several.toml:10: ", lines=2),
        Case("of many errors, some are counted", [*explain, "many.toml"], 65, error="; and 10 more faults", lines=20),
        Case("a waiver for any port brings a warning", [*explain, "wide.toml"], 0, output="documented", lines=2,
             error="warning: wide.toml:8: [[waiver]] \"W\" accepts any port"),
        Case("a waiver for years brings a warning", [*explain, "wide.toml"], 0, output="documented", lines=2,
             error="holds for more than a year"),
        Case("the report notes it as well", ["audit", "{samples}/estate-clean.pcap", "-I", "wide.toml"], 1, error=None,
             output="[[waiver]] \"W\" accepts"),
    ]
    table.run(cases)
    table.finish()


main()
