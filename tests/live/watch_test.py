"""portproof watch on a private wire: the conversations of a replayed capture equal those that `audit` finds in it;
signals, reload, links, restarts, a full disk, rights."""
import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import time

sys.dont_write_bytecode = True
from live import Checks, Folder, Net, Watch, addresses_of, program_of, require

PROGRAM, SOURCE = program_of(sys.argv)
SAMPLES = SOURCE / "samples"
CAPTURE = SAMPLES / "estate.pcap"
CLEAN = SAMPLES / "estate-clean.pcap"
INVENTORY = SAMPLES / "estate.toml"
checks = Checks()


def told(report):
    """What a report says about conversations, without times and frame numbers."""
    keys = ("transport", "port", "application", "name", "verdict", "reason", "state", "sessions", "packets", "bytes")
    return sorted(json.dumps([conversation[end]["address"] for end in ("initiator", "responder")] +
                             [conversation[key] for key in keys]) for conversation in report["conversations"])


def audit_of(capture, times=1):
    done = subprocess.run([PROGRAM, "audit", *[capture] * times, "-I", INVENTORY, "-T", "json", "--no-hash"],
                          capture_output=True, check=False)
    return json.loads(done.stdout)


def test_same_as_audit(net, folder):
    events = folder.path / "events.ndjson"
    watch = Watch(net, PROGRAM, folder.reports, "-I", INVENTORY, "--look", 1, "--events", events, "--event-rate", 1000,
                  "--metrics", "127.0.0.1:9107")
    sent = net.replay(CAPTURE, "--multiplier", "1000")
    checks.same("packets sent", sent, audit_of(CAPTURE)["totals"]["packets"])
    time.sleep(2.5)
    test_rights(watch)
    page = subprocess.run(["ip", "netns", "exec", net.watcher, sys.executable, "-c", "import urllib.request\n"
                           "print(urllib.request.urlopen('http://127.0.0.1:9107/metrics', timeout=5).read().decode())"],
                          capture_output=True, text=True, check=False).stdout
    checks.true("metrics count the packets", f"portproof_packets_total {sent}" in page.splitlines())
    checks.true("metrics name the interface", f'portproof_received_packets_total{{interface="rx0"}} {sent}' in page)
    checks.true("metrics hold no address", "10.20." not in page)
    watch.send(signal.SIGUSR1)
    first = watch.wait_for_report(0)
    checks.same("packets in the report on demand", first["totals"]["packets"], sent)
    checks.same("exit status", watch.stop(), 1)
    checks.same("its error messages", watch.errors, "")
    report = watch.last_report()
    audit = audit_of(CAPTURE)
    checks.same("conversations that only the watch has", sorted(set(told(report)) - set(told(audit)))[:3], [])
    checks.same("conversations that only the audit has", sorted(set(told(audit)) - set(told(report)))[:3], [])
    checks.same("reports", len(watch.reports()), 2)
    checks.true("the report says what was in force", any("without capabilities; Landlock (ABI" in note and
                                                         "seccomp refused" in note for note in report["notes"]))
    lines = [json.loads(line) for line in events.read_text().splitlines()]
    flagged = {(line["conversation"]["initiator"]["address"], line["conversation"]["responder"]["address"],
                line["conversation"]["port"]) for line in lines if line["event"] == "first-flagged"}
    wanted = {(c["initiator"]["address"], c["responder"]["address"], c["port"]) for c in report["conversations"]
              if c["verdict"] in ("unexpected", "undocumented") and not c["waiver"]}
    checks.true(f"{len(flagged)} reported flagged conversations are among the {len(wanted)} of the report",
                flagged and flagged <= wanted)
    pairs = {pair[:2] for pair in wanted}
    held = sum(line["count"] for line in lines if line["event"] == "held-back")
    checks.same("reported, and held back", len(flagged) + held, len(wanted))
    checks.same("pairs that were never reported", sorted(pairs - {pair[:2] for pair in flagged}), [])


def test_rights(watch):
    status = watch.status()
    nobody = status["Uid"].split()
    checks.true(f"runs as user {nobody[0]}, not as root", "0" not in nobody)
    for key in ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"):
        checks.same(key, int(status[key], 16), 0)
    checks.same("NoNewPrivs", status["NoNewPrivs"], "1")
    threads = list(pathlib.Path(f"/proc/{watch.process.pid}/task").iterdir())
    filters = {(thread / "status").read_text().split("Seccomp:\t")[1][0] for thread in threads}
    checks.same(f"seccomp in {len(threads)} threads", filters, {"2"})


def add_tags(capture, tagged, vlan):
    """A little-endian Ethernet pcap with a VLAN tag in every frame. The receiving kernel removes the tags, as a
    network card does, and reports them separately from the frame."""
    data = pathlib.Path(capture).read_bytes()
    with open(tagged, "wb") as file:
        file.write(data[:24])
        at = 24
        while at < len(data):
            captured, size = (int.from_bytes(data[at + place:at + place + 4], "little") for place in (8, 12))
            frame = data[at + 16:at + 16 + captured]
            file.write(data[at:at + 8] + (captured + 4).to_bytes(4, "little") + (size + 4).to_bytes(4, "little") +
                       frame[:12] + b"\x81\0" + vlan.to_bytes(2, "big") + frame[12:])
            at += 16 + captured


def test_tags(net, folder):
    """A removed tag is restored for the filter and for the counts; two interfaces are one capture."""
    tagged = folder.path / "tagged.pcap"
    add_tags(CLEAN, tagged, 42)
    for vlan, wanted in ((42, True), (43, False)):
        reports = folder.path / f"vlan{vlan}"
        reports.mkdir()
        shutil.chown(reports, "nobody")
        watch = Watch(net, PROGRAM, reports, "-I", INVENTORY, "-f", f"vlan {vlan}", interfaces=("rx1",))
        sent = net.replay(tagged, "--multiplier", "1000", interface="tx1")
        watch.stop()
        totals = watch.last_report()["totals"]
        checks.same(f"packets that pass '-f vlan {vlan}'", totals["packets"], sent if wanted else 0)
        if wanted:
            checks.same("bytes with their tags", totals["bytes"], audit_of(tagged)["totals"]["bytes"])
    watch = Watch(net, PROGRAM, folder.reports, "-I", INVENTORY, "-f", "tcp or udp", interfaces=("rx0", "rx1"))
    sent = net.replay(CAPTURE, "--multiplier", "1000", interface="tx1")
    sent += net.replay(CLEAN, "--multiplier", "1000", interface="tx0")
    watch.stop()
    report = watch.last_report()
    source = report["inputs"][-1]
    checks.same("both interfaces in one input", source["path"], "rx0,rx1")
    checks.same("frames of both, including the ones that the filter excluded",
                report["totals"]["packets"] + source["filtered_out"], sent)


def check_as_often(report, audit, times):
    """The conversations of `audit` with `times` times the packets. A flow without a beginning and end of its own
    continues in the next round, so its sessions do not multiply."""
    ends = [{(c["initiator"]["address"], c["responder"]["address"], c["transport"], c["port"], c["application"], c["verdict"],
              c["state"]): c for c in one["conversations"]} for one in (report, audit)]
    checks.same("conversations that are not in both", sorted(ends[0].keys() ^ ends[1].keys(), key=str)[:4], [])
    both = [(ends[0][key], ends[1][key]) for key in ends[0].keys() & ends[1].keys()]
    checks.same("with other packets or bytes", [found for found, wanted in both if any(
        found[count] != times * wanted[count] for count in ("packets", "bytes"))][:2], [])
    checks.same("with other sessions", [found for found, wanted in both if found["sessions"] not in (
        wanted["sessions"], times * wanted["sessions"])][:2], [])
    checks.true("most sessions as often as they were sent",
                sum(found["sessions"] for found, _ in both) > times / 2 * sum(wanted["sessions"] for _, wanted in both))


TAP = """
import pathlib, socket, sys
wires = [socket.socket(socket.AF_PACKET, socket.SOCK_RAW) for _ in range(2)]
for number, wire in enumerate(wires):
    wire.bind((f"tx{number}", 0))
data = pathlib.Path(sys.argv[1]).read_bytes()
at = 24
while at < len(data):
    size = int.from_bytes(data[at + 8:at + 12], "little")
    frame = data[at + 16:at + 16 + size]
    is_ip = frame[12:14] == bytes((8, 0))
    wires[is_ip and frame[26:30] > frame[30:34]].send(frame)
    at += 16 + size
"""


def test_tap(net, folder):
    """The two outputs of a tap, one direction each: conversations and directions are the same as on one wire."""
    watch = Watch(net, PROGRAM, folder.reports, "-I", INVENTORY, interfaces=("rx0", "rx1"))
    for _ in range(5):
        net.inside(net.sender, sys.executable, "-c", TAP, str(CLEAN))
    watch.stop()
    report, audit = watch.last_report(), audit_of(CLEAN)
    checks.same("packets of both outputs", report["totals"]["packets"], 5 * audit["totals"]["packets"])
    check_as_often(report, audit, 5)


def test_looped(net, folder):
    """A capture sent ten times: the conversations of one replay, with ten times the counts."""
    times = 10
    watch = Watch(net, PROGRAM, folder.reports, "-I", INVENTORY)
    net.replay(CLEAN, "--multiplier", "1000", "--loop", str(times))
    watch.stop()
    check_as_often(watch.last_report(), audit_of(CLEAN), times)


def test_reload(net, folder):
    inventory = folder.path / "estate.toml"
    text = INVENTORY.read_text()
    inventory.write_text(text)
    events = folder.path / "reload.ndjson"
    watch = Watch(net, PROGRAM, folder.reports, "-I", inventory, "--look", 1, "--events", events)

    def reload(content, event):
        replacement = folder.path / "estate.toml~"
        replacement.write_text(content)
        replacement.rename(inventory)  # as editors do
        before = events.read_text().count(f'"{event}"')
        watch.send(signal.SIGHUP)
        watch.wait_for(lambda: events.read_text().count(f'"{event}"') > before, event)

    reload("[site\n", "reload-refused")
    # A key that would overflow the stack of the parser.
    reload(".".join(["a"] * 10_000) + " = 1\n", "reload-refused")
    reload(text.replace("Example estate", "Another estate"), "reloaded")
    watch.stop()
    checks.same("site of the last report", watch.last_report()["inventory"]["site"], "Another estate")
    checks.true("a bad inventory is named", "estate.toml:1" in watch.errors)
    refused = [json.loads(line) for line in events.read_text().splitlines() if "reload-refused" in line]
    checks.true("and reported", "estate.toml" in refused[0]["error"])


def test_links(net, folder):
    events = folder.path / "links.ndjson"
    watch = Watch(net, PROGRAM, folder.reports, "-I", INVENTORY, "--look", 1, "--events", events)
    net.replay(CLEAN, "--multiplier", "1000")
    net.call("ip", "-n", net.sender, "link", "set", "tx0", "down")
    watch.wait_for(lambda: "link-down" in events.read_text(), "the event link-down")
    net.call("ip", "-n", net.sender, "link", "set", "tx0", "up")
    watch.wait_for(lambda: "link-up" in events.read_text(), "the event link-up")
    watch.send(signal.SIGUSR1)
    report = watch.wait_for_report(0)
    checks.same("result with a link that was down", report["result"], "inconclusive")
    checks.true("and why", any("rx0 had no link for" in reason for reason in report["result_reasons"]))
    # The interface itself goes down and comes up again; libpcap reports nothing.
    net.call("ip", "-n", net.watcher, "link", "set", "rx0", "down")
    watch.wait_for(lambda: events.read_text().count("link-down") == 2, "the second link-down")
    net.call("ip", "-n", net.watcher, "link", "set", "rx0", "up")
    watch.wait_for(lambda: events.read_text().count("link-up") == 2, "the second link-up")
    sent = net.replay(CLEAN, "--multiplier", "1000")
    time.sleep(1)
    checks.true("still running", watch.process.poll() is None)
    net.call("ip", "-n", net.watcher, "link", "del", "rx0")
    watch.process.wait(timeout=30)
    checks.same("exit status when the interface is gone", watch.stop(), 69)
    checks.true("it says so", "rx0: the interface is gone" in watch.errors or "rx0: the capture ended" in watch.errors)
    report = watch.last_report()
    checks.same("packets in the last report", report["totals"]["packets"], 2 * sent)
    make_again(net)


def test_gone(net, folder):
    """Packets sent before an interface disappears are in the last report, also the ones from the other interface."""
    for interfaces, sent_to in ((("rx0",), 0), (("rx0", "rx1"), 0), (("rx0", "rx1"), 1)):
        watch = Watch(net, PROGRAM, folder.reports, "-I", INVENTORY, interfaces=interfaces)
        watch.send(signal.SIGSTOP)  # so that all of it is still in the ring
        sent = net.replay(CAPTURE, "-t", interface=f"tx{sent_to}")
        net.call("ip", "-n", net.watcher, "link", "del", "rx0")
        watch.send(signal.SIGCONT)
        what = f"rx0 of {interfaces} gone"
        checks.same(f"{what}: exit status", (watch.process.wait(timeout=30), watch.stop())[1], 69)
        checks.same(f"{what}: packets sent to rx{sent_to} before", watch.last_report()["inputs"][0]["packets"], sent)
        (folder.reports / "watch.evidence").unlink()
        make_again(net)


def make_again(net):
    net.call("ip", "link", "add", "tx0", "netns", net.sender, "type", "veth", "peer", "name", "rx0", "netns",
             net.watcher)
    net.call("ip", "-n", net.sender, "link", "set", "tx0", "up", "arp", "off")
    net.call("ip", "-n", net.watcher, "link", "set", "rx0", "up", "arp", "off")


def test_restart(net, folder):
    """Evidence continues after an orderly end; after a kill, the lost span is stated as well."""
    sent = 0
    for ending in (signal.SIGTERM, signal.SIGINT):
        watch = Watch(net, PROGRAM, folder.reports, "-I", INVENTORY)
        sent += net.replay(CLEAN, "--multiplier", "1000")
        time.sleep(0.5)
        checks.same(f"exit status after {ending.name}", watch.stop(ending), 0)
    report = watch.last_report()
    checks.same("packets of both runs", report["totals"]["packets"], sent)
    checks.same("inputs", [source["error"] for source in report["inputs"]], [None, None])
    watch = Watch(net, PROGRAM, folder.reports, "-I", INVENTORY)
    sent += net.replay(CLEAN, "--multiplier", "1000")
    time.sleep(0.5)
    watch.send(signal.SIGUSR1)
    watch.wait_for_report(2)
    evidence = folder.reports / "watch.evidence"
    saved = lambda: [json.loads(line) for line in evidence.read_text().splitlines() if '"input"' in line]
    watch.wait_for(lambda: sum(line["accounting"]["frames"] for line in saved() if line["type"] == "input") == sent,
                   "the evidence to be saved")
    checks.true("that it is running is saved with it", "still running" in evidence.read_text())
    watch.stop(signal.SIGKILL)
    watch = Watch(net, PROGRAM, folder.reports, "-I", INVENTORY)
    checks.same("exit status after a kill", watch.stop(), 2)
    report = watch.last_report()
    checks.same("packets are still there", report["totals"]["packets"], sent)
    checks.true("the lost span is stated", any("the watch was killed: what came from 2" in (source["error"] or "")
                                               for source in report["inputs"]))


def test_kernel_filter(net, folder):
    """What the kernel filtered stays recorded for its input, and a watch continues only with the same filter."""
    kernel = "tcp port 1494"
    watch = Watch(net, PROGRAM, folder.reports, "-I", INVENTORY, "--kernel-filter", kernel)
    net.replay(CLEAN, "--multiplier", "1000")
    watch.stop()
    report = watch.last_report()
    checks.same("kernel filter of the input", report["inputs"][0].get("kernel_filter"), kernel)
    checks.true("it was in force", {c["port"] for c in report["conversations"]} == {1494})
    out = ("-i", "rx0", "-o", str(folder.reports), "-I", str(INVENTORY), "--duration", "1")
    for others in ((), ("--kernel-filter", "tcp")):
        refused(net, f"continuing with {others}", 64, "a different kernel filter, or without one", *out, *others)
    watch = Watch(net, PROGRAM, folder.reports, "-I", INVENTORY, "--kernel-filter", kernel)
    watch.stop()
    checks.same("kernel filters after a restart", [source.get("kernel_filter") for source in
                                                   watch.last_report()["inputs"]], [kernel, kernel])


def test_full_disk(net, folder):
    small = folder.path / "small"
    small.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k,mode=777", "none", small], check=False).returncode != 0:
        print("skipped: a full disk, because no file system can be mounted here")
        return
    try:
        (small / "ballast").write_bytes(b"x" * 60_000)
        events = folder.path / "full.ndjson"
        watch = Watch(net, PROGRAM, small, "-I", INVENTORY, "--look", 1, "--events", events)
        net.replay(CAPTURE, "--multiplier", "1000")
        time.sleep(0.5)
        watch.send(signal.SIGUSR1)
        watch.wait_for(lambda: "report-failed" in events.read_text(), "the event report-failed")
        # That the watch is running was saved at its start, while there was still room for that.
        theirs = {"ballast", "watch.evidence", ".portproof.lock", ".watch.evidence.lock"}
        checks.same("no half report", sorted({path.name for path in small.iterdir()} - theirs), [])
        checks.true("it keeps running", watch.process.poll() is None)
        (small / "ballast").unlink()
        subprocess.run(["mount", "-o", "remount,size=8m", small], check=True)
        checks.same("exit status once there is room", watch.stop(), 1)
        checks.true("and a report", len(watch.reports()) == 1)
    finally:
        subprocess.run(["umount", small], check=False)


def refused(net, what, status, words, *options, folder="/tmp", user=None):
    command = ["ip", "netns", "exec", net.watcher]
    if user:
        command += ["setpriv", f"--reuid={user}", f"--regid={user}", "--clear-groups"]
    done = subprocess.run([*command, PROGRAM, "watch", *options], capture_output=True, text=True, timeout=30,
                          check=False)
    checks.true(f"{what}: exit {done.returncode}, {done.stderr.strip()[:150]}",
                done.returncode == status and words in done.stderr and done.stdout == "")


def test_refusals(net, folder):
    out = ("-o", str(folder.reports))
    refused(net, "no interface", 64, "no interface given; name one with -i: ", *out)
    refused(net, "an interface twice", 64, "-i rx0 is given twice; its frames would count twice", "-i", "rx0", "-i", "rx1",
            "-i", "rx0", *out)
    refused(net, "one file for two purposes", 64, "--evidence and --metrics-file name the same file", "-i", "rx0", *out, "--metrics-file",
            str(folder.reports / ".." / "reports" / "watch.evidence"))
    shutil.copy(INVENTORY, folder.path / "estate.toml")
    os.link(folder.path / "estate.toml", folder.path / "linked.toml")
    refused(net, "events into the inventory", 64, "is an input, which --events would overwrite", "-i", "rx0", *out, "-I",
            str(folder.path / "estate.toml"), "--events", str(folder.path / "linked.toml"))
    refused(net, "unknown interface", 69, "there is no such interface; available: ", "-i", "nosuch0", *out)
    net.call("ip", "-n", net.watcher, "link", "add", "down0", "type", "veth", "peer", "name", "down1")
    refused(net, "interface that is down", 69, "the interface is down", "-i", "down0", *out)
    refused(net, "bad filter", 64, "cannot be compiled", "-i", "rx0", *out, "-f", "port of call")
    refused(net, "bad kernel filter", 64, "the kernel filter 'port of call' cannot be compiled", "-i", "rx0", *out,
            "--kernel-filter", "port of call")
    refused(net, "folder owned by root", 73, "cannot be written to by nobody", "-i", "rx0", "-o", "/root")
    refused(net, "no such folder", 73, "cannot be written to by nobody", "-i", "rx0", "-o", "/nosuch")
    watch = Watch(net, PROGRAM, folder.reports)
    refused(net, "folder of another watch", 73, "another watch uses it", "-i", "rx1", *out)
    other = folder.path / "other"
    other.mkdir()
    other.chmod(0o777)
    refused(net, "evidence of another watch", 73, "another watch uses it", "-i", "rx1", "-o", str(other), "--evidence",
            str(folder.reports / "watch.evidence"))
    watch.stop()
    refused(net, "unknown user", 64, "there is no user 'nosuchuser'", "-i", "rx0", *out, "-Z", "nosuchuser")
    refused(net, "root as user", 64, "-Z takes a user other than root", "-i", "rx0", *out, "-Z", "root")
    refused(net, "metrics on an invalid address", 64, "--metrics takes", "-i", "rx0", *out, "--metrics", "here")
    if shutil.which("setpriv") and os.access(PROGRAM, os.X_OK):
        refused(net, "no permission", 77, "capturing is not permitted", "-i", "rx0", *out, user="65534")
        refused(net, "another user without root", 64, "-Z daemon: only root can become another user", "-i", "rx0", *out, "-Z",
                "daemon", user="65534")
        refused(net, "the user that it is", 77, "capturing is not permitted", "-i", "rx0", *out, "-Z", "nobody", user="65534")
    done = subprocess.run(["ip", "netns", "exec", net.watcher, PROGRAM, "watch", "--list-interfaces"],
                          capture_output=True, text=True, check=False)
    checks.true("interfaces are listed", done.returncode == 0 and any(line.split()[:2] == ["rx0", "up"]
                                                                    for line in done.stdout.splitlines()))


def main():
    require("tcpreplay")
    tests = [test_same_as_audit, test_tags, test_tap, test_looped, test_reload, test_restart, test_kernel_filter, test_full_disk, test_refusals, test_links, test_gone]
    wanted = sys.argv[3:]
    with Net(pairs=2) as net:
        net.assign(sorted({*addresses_of(CAPTURE), *addresses_of(CLEAN)}))
        for test in tests:
            if wanted and test.__name__ not in wanted:
                continue
            print(f"--- {test.__name__}")
            with Folder() as folder:
                try:
                    test(net, folder)
                except (TimeoutError, subprocess.SubprocessError) as fault:
                    checks.true(f"{test.__name__}: {fault}", False)
    checks.end()


main()
