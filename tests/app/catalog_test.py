#!/usr/bin/env python3
"""The catalog commands, catalogs with errors, and `explain`.

Usage: catalog_test.py PROGRAM SOURCE"""
import json
import subprocess
import sys
import tomllib

from cli import Case, Table

EDITION = '[edition]\nid = "own"\ntitle = "Own"\n[[document]]\nid = "own-document"\ntitle = "Own"\n'
SYSTEM = '[system]\nid = "own-system"\nname = "Own"\ndocument = "own-document"\n'  # four lines
ROLES = '[[role]]\nid = "one"\nname = "One"\nkind = "citrix"\n[[role]]\nid = "two"\nname = "Two"\nkind = "citrix"\n'
RULE = ('[[rule]]\nid = "one-two"\nfrom = ["one"]\nto = ["two"]\ntransport = ["tcp"]\nports = ["80"]\n'
        'purpose = "p"\nsource = "Own, row 1"\n')
SOUND = SYSTEM + ROLES + RULE
FIRST = 12  # lines before the rule's own

FAULTS = [
    ("syntax", SOUND + "[[rule\n", FIRST + 9, "TOML"),
    ("unknown key", SOUND + 'porst = ["81"]\n', FIRST + 9, "did you mean \"ports\"?"),
    ("unknown role", SOUND.replace('to = ["two"]', 'to = ["tow"]'), FIRST + 4, "did you mean \"two\"?"),
    ("port out of range", SOUND.replace('"80"', '"70000"'), FIRST + 6, "70000"),
    ("reversed range", SOUND.replace('"80"', '"81-80"'), FIRST + 6, "ends before it begins"),
    ("unknown transport", SOUND.replace('"tcp"', '"tpc"'), FIRST + 5, "not a transport"),
    ("unknown application", SOUND + 'application = ["htpt"]\n', FIRST + 9, "did you mean \"http\"?"),
    ("rule twice", SOUND + RULE, FIRST + 10, "already used"),
    ("rule without purpose", SOUND.replace('purpose = "p"\n', ""), FIRST + 1, "purpose"),
    ("unknown kind of role", SOUND.replace('kind = "citrix"', 'kind = "cirtix"', 1), 8, "kind of role"),
]


def reading():
    cases = [
        Case("show a rule", ["catalog", "show", "gateway-vda-ica"], 0, output="1494"),
        Case("show an unknown rule", ["catalog", "show", "gateway-vda-ikca"], 64, error="did you mean 'gateway-vda-ica'?"),
        Case("search", ["catalog", "search", "1494"], 0, output="workspace-app-vda-ica"),
        Case("search for several words", ["catalog", "search", "fas", "135"], 0, output="fas-ca-dcom"),
        Case("search for something that is not there", ["catalog", "search", "no-such-word"], 1, error="no rule matches"),
        Case("an unknown format", ["catalog", "list", "-T", "xml"], 64, error="'xml'"),
        Case("list", ["catalog", "list"], 0, output="pvs-streaming"),
        Case("the built-in catalog is clean", ["catalog", "lint"], 0, output="clean"),
        Case("the catalog's folder is clean", ["catalog", "lint", "{samples}/../catalog"], 0, output="clean"),
        Case("the catalog's folder in place of the built-in one",
             ["audit", "{samples}/estate-clean.pcap", "-I", "{samples}/estate.toml", "--catalog", "{samples}/../catalog"], 0,
             output="PASS"),
        Case("a folder that does not exist", ["catalog", "list", "--catalog", "nowhere"], 66, error="nowhere"),
        Case("a folder without a catalog", ["catalog", "list", "--catalog", "{samples}"], 65, error="samples"),
        Case("show an allowance", ["catalog", "show", "site-xml-8080", "-I", "{samples}/estate.toml"], 0,
             output="The XML service was moved to 8080"),
        Case("search among allowances", ["catalog", "search", "8080", "storefront", "-I", "{samples}/estate.toml"], 0,
             output="site-xml-8080"),
        Case("an allowance without its inventory", ["catalog", "show", "site-xml-8080"], 64, error="site-xml-8080"),
        Case("lint takes no inventory", ["catalog", "lint", "-I", "{samples}/estate.toml"], 64, error="leave out -I"),
        Case("an overlay", ["catalog", "show", "domain-kerberos", "--with", "windows-domain"], 0, output="KB179442"),
        Case("a rule of an overlay without it", ["catalog", "show", "domain-kerberos"], 64, error="domain-kerberos"),
        Case("the same overlay twice", ["catalog", "lint", "--with", "windows-domain,windows-domain"], 0, output="clean"),
        Case("an overlay of the built-in catalog with a folder",
             ["catalog", "lint", "--catalog", "{samples}/../catalog", "--with", "windows-domain"], 0, output="clean"),
        Case("a later edition", ["catalog", "show", "ups-print-data", "--edition", "tech-paper"], 0, output="7229"),
        Case("the roles", ["catalog", "roles"], 0, output="broker"),
        Case("the roles of a site", ["catalog", "roles", "-I", "{samples}/estate.toml", "-T", "tsv"], 0, output="ddc\tcitrix"),
        Case("two editions", ["catalog", "diff", "base", "tech-paper"], 0, output="removed rule connector-control-plane"),
        Case("an edition and itself", ["catalog", "diff", "base", "base"], 0, output="no differences"),
        Case("an edition and a folder with the same", ["catalog", "diff", "base", "{samples}/../catalog"], 0,
             output="no differences"),
        Case("an edition that is not there", ["catalog", "diff", "base", "tech-papre"], 64, error='"tech-papre"; did you mean "tech-paper"?'),
        Case("a comparison with an inventory", ["catalog", "diff", "base", "tech-paper", "-I", "{samples}/estate.toml"], 64,
             error="leave out -I"),
        Case("export without an inventory", ["catalog", "export"], 64, error="name it with -I"),
        Case("export", ["catalog", "export", "-I", "{samples}/estate.toml"], 0, output="rule,action,from"),
        Case("export for nftables", ["catalog", "export", "-I", "{samples}/estate.toml", "-T", "nftables"], 0,
             output="table inet portproof"),
        Case("export for Suricata", ["catalog", "export", "-I", "{samples}/estate.toml", "-T", "suricata"], 0,
             output="pass tcp"),
        Case("export in another format", ["catalog", "export", "-I", "{samples}/estate.toml", "-T", "nftable"], 64,
             error="did you mean 'nftables'?"),
        Case("a list in a format of exports", ["catalog", "list", "-T", "csv"], 64, error="'csv'"),
        Case("British spelling", ["catalog", "search", "licence"], 0, output="license-"),
        Case("the newer name", ["catalog", "search", "netscaler", "3003"], 0, output="adc-ha-heartbeat"),
        Case("two words in one", ["catalog", "search", "session reliability"], 0, output="workspace-app-vda-cgp"),
        Case("a proposal", ["catalog", "show", "domain-updates-internet", "--with", "windows-domain"], 0, output="[[allow]]"),
        Case("an edition and a folder", ["catalog", "list", "--catalog", "nowhere", "--edition", "base"], 64,
             error="cannot be combined"),
    ]
    return cases


def explaining():
    inventory = ["-I", "{samples}/estate.toml"]
    return [
        Case("explain roles", ["explain", "storefront", "ddc", "tcp", "443"], 0, output="storefront-ddc-https"),
        Case("explain addresses", ["explain", "10.20.2.20", "10.20.2.10", "tcp", "443", *inventory], 0,
             output="storefront-ddc-https"),
        Case("explain hosts", ["explain", "stores", "controllers", "tcp", "8080", *inventory], 0, output="site-xml-8080"),
        Case("explain a host and an address", ["explain", "10.20.5.9", "vda1", "tcp", "5985", *inventory], 0,
             output="undocumented-port"),
        Case("explain a reversed direction", ["explain", "controllers", "stores", "tcp", "443", *inventory], 0,
             output="reversed-direction"),
        Case("explain another application", ["explain", "gateway-snip", "vda", "tcp", "1494", "--application", "ssh"], 0,
             output="application-mismatch"),
        Case("explain icmp", ["explain", "adm", "adc-nsip", "icmp"], 0, output="adm-icmp"),
        Case("explain a denial", ["explain", "internet", "cloud-connector", "tcp", "443"], 0, output="connector-no-inbound"),
        Case("explain an address without an inventory", ["explain", "10.0.0.1", "10.0.0.2", "tcp", "1494"], 0,
             output="no-inventory"),
        Case("explain a role by another name and case", ["explain", "StoreFront", "Broker", "tcp", "443"], 0,
             output="storefront-ddc-https"),
        Case("explain an allowance's owner", ["explain", "stores", "controllers", "tcp", "8080", *inventory], 0,
             output="owner       Citrix team"),
        Case("explain an unknown end", ["explain", "storefrnt", "ddc", "tcp", "443"], 64, error="did you mean \"storefront\"?"),
        Case("explain an unknown transport", ["explain", "storefront", "ddc", "tpc", "443"], 64, error="'tpc'"),
        Case("explain an invalid port", ["explain", "storefront", "ddc", "tcp", "65536"], 64, error="65536"),
        Case("explain port zero", ["explain", "storefront", "ddc", "tcp", "0"], 64, error="1 to 65535"),
        Case("explain an unknown application", ["explain", "ddc", "vda", "tcp", "80", "--application", "htpt"], 64, error="htpt"),
    ]


def formats(table):
    """Every listing in every format: JSON that parses, and tables whose lines all have the same number of columns.
    Only the address of a document may be wider than the terminal."""
    listings = {"list": ["list"], "show": ["show", "gateway-vda-ica"], "search": ["search", "1494"]}
    for name, words in listings.items():
        for form in ("table", "tsv", "json"):
            done = subprocess.run([table.program, "catalog", *words, "-T", form], capture_output=True, text=True,
                                  env=table.environment, check=False)
            fault = ""
            if done.returncode != 0 or "1494" not in done.stdout:
                fault = f"exit status {done.returncode}: {done.stderr.strip()}"
            elif form == "json":
                json.loads(done.stdout)
            elif form == "tsv" and len({line.count("\t") for line in done.stdout.splitlines()}) != 1:
                fault = "lines with different numbers of columns"
            elif form == "table" and max(len(line) for line in done.stdout.splitlines() if "https://" not in line) > 80:
                fault = "wider than the terminal"
            table.faults += 1 if fault else 0
            print("FAULT:" if fault else "ok:   ", f"catalog {name} as {form}", fault)


def whole(table):
    """The listing as JSON has every rule in the catalog's files, with what the file says about it."""
    listed = subprocess.run([table.program, "catalog", "list", "-T", "json"], capture_output=True, text=True,
                            env=table.environment, check=False)
    rules = {rule["id"]: rule for rule in json.loads(listed.stdout)["rules"]}
    written = {}
    for path in sorted((table.source / "catalog").glob("*.toml")):
        for rule in tomllib.loads(path.read_text()).get("rule", []):
            written[rule["id"]] = rule
    fault = "" if rules.keys() == written.keys() else f"rules differ: {sorted(rules.keys() ^ written.keys())}"
    for key in ("from", "to", "transport", "purpose", "deny", "distinctive", "both_ways", "since", "until"):
        for rule, said in written.items():
            if not fault and key in said and rules[rule][key] != said[key]:
                fault = f"{rule}: {key} is {rules[rule][key]}, not {said[key]}"
    table.faults += 1 if fault else 0
    print("FAULT:" if fault else "ok:   ", "the whole catalog as JSON", fault)


def main():
    table = Table(*sys.argv[1:])
    cases = []
    for number, (name, text, line, message) in enumerate(FAULTS):
        folder = f"catalog-{number}"
        table.write(f"{folder}/edition.toml", EDITION)
        table.write(f"{folder}/own.toml", text)
        where = f"{folder}/own.toml:{line}: "
        cases.append(Case(f"{name}: position", ["catalog", "list", "--catalog", folder], 65, error=where))
        cases.append(Case(f"{name}: message", ["catalog", "list", "--catalog", folder], 65, error=message))
        cases.append(Case(f"{name}: lint", ["catalog", "lint", folder], 65, error=None, output=None))
        cases.append(Case(f"{name}: audit", ["audit", "{samples}/estate.pcap", "--catalog", folder], 65, error=where))
    table.write("sound/edition.toml", EDITION)
    table.write("sound/own.toml", SOUND)
    table.write("sourceless/edition.toml", EDITION)
    table.write("sourceless/own.toml", SOUND.replace('source = "Own, row 1"\n', ""))
    table.write("anonymous/own.toml", "[system]\nid = \"own\"\nname = \"Own\"\n")
    cases += [
        Case("no edition", ["catalog", "list", "--catalog", "anonymous"], 65, error="anonymous: no file has an [edition]"),
        Case("lint of a folder without an edition", ["catalog", "lint", "anonymous"], 65,
             output="anonymous: no file has an [edition]"),
        Case("a correct catalog", ["catalog", "list", "--catalog", "sound"], 0, output="one-two"),
        Case("lint of a correct catalog", ["catalog", "lint", "sound"], 0, output="clean"),
        Case("lint finds a rule without a source", ["catalog", "lint", "sourceless"], 65, output="one-two: has no source"),
    ]
    table.run(cases + reading() + explaining())
    formats(table)
    whole(table)
    table.finish()


main()
