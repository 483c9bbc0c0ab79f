"""More frames than a tiny ring can hold: the reported drops are the frames that were sent and not seen, and the
interval does not pass."""
import pathlib
import signal
import subprocess
import sys
import time

sys.dont_write_bytecode = True
from live import Checks, Folder, Net, Watch, addresses_of, program_of, require

PROGRAM, SOURCE = program_of(sys.argv)
CLEAN = SOURCE / "samples" / "estate-clean.pcap"
INVENTORY = SOURCE / "samples" / "estate.toml"
ROUNDS = 400
checks = Checks()


def sent_by(net, interface):
    """The number of frames sent, as counted by the sender's side of the pair."""
    out = subprocess.run(["ip", "netns", "exec", net.sender, "cat", f"/sys/class/net/{interface}/statistics/tx_packets"],
                         capture_output=True, text=True, check=False).stdout
    return int(out) if out else None


def main():
    require("tcpreplay")
    with Net() as net, Folder() as folder:
        net.assign(addresses_of(CLEAN))
        events = folder.path / "events.ndjson"
        watch = Watch(net, PROGRAM, folder.reports, "-I", INVENTORY, "--buffer-size", 1, "--look", 1, "--events", events)
        # The watch pauses for a while, as on a machine without processor time to spare.
        generators = [subprocess.Popen(["ip", "netns", "exec", net.sender, "tcpreplay", "-q", "-t", "-l", str(ROUNDS),
                                        "-i", "tx0", str(CLEAN)], stdout=subprocess.PIPE, text=True) for _ in range(2)]
        for _ in range(5):
            watch.send(signal.SIGSTOP)
            time.sleep(0.2)
            watch.send(signal.SIGCONT)
            time.sleep(0.02)
        sent = 0
        for generator in generators:
            out, _ = generator.communicate(timeout=300)
            sent += int(next(line for line in out.splitlines() if line.startswith("Actual:")).split()[1])
        time.sleep(4)
        watch.send(signal.SIGUSR1)
        on_demand = watch.wait_for_report(0)
        status = watch.stop()
        report = watch.last_report()
        seen = report["totals"]["packets"]
        dropped = report["inputs"][-1]["gaps"]["kernel_dropped"] + report["inputs"][-1]["gaps"]["interface_dropped"]
        print(f"sent {sent}, seen {seen}, reported as dropped {dropped}")
        checks.true("some were dropped", dropped > 1000)
        checks.true("as many as are missing, to within 1 %", abs(sent - seen - dropped) <= 0.01 * (sent - seen))
        checks.same("result on demand", on_demand["result"], "inconclusive")
        checks.same("exit status", status, 2)
        checks.true("the reason", any("dropped by the kernel or the interface" in reason
                                      for reason in report["result_reasons"]))
        told = events.read_text(encoding="utf-8")
        checks.true("loss began and ended, and both were reported", "loss-began" in told and "loss-ended" in told)
    checks.end()


main()
