"""kill -9 at random moments: never half a report, the evidence continues, and the lost span is stated."""
import json
import pathlib
import random
import re
import signal
import subprocess
import sys
import time

sys.dont_write_bytecode = True
from live import Checks, Folder, Net, Watch, addresses_of, program_of, require

PROGRAM, SOURCE = program_of(sys.argv)
CAPTURE = SOURCE / "samples" / "estate.pcap"
INVENTORY = SOURCE / "samples" / "estate.toml"
KILLS = int(sys.argv[3]) if len(sys.argv) > 3 else 12
checks = Checks()


def main():
    require("tcpreplay")
    seed = random.randrange(1_000_000)
    print("seed", seed)
    moments = random.Random(seed)
    with Net() as net, Folder() as folder:
        net.assign(addresses_of(CAPTURE))
        replay = subprocess.Popen(["ip", "netns", "exec", net.sender, "tcpreplay", "-q", "-l", "0", "--pps", "3000", "-i",
                                   "tx0", str(CAPTURE)], stdout=subprocess.DEVNULL)
        broken, lost = [], 0
        saved = 0
        try:
            for _ in range(KILLS):
                watch = Watch(net, PROGRAM, folder.reports, "-I", INVENTORY, "--interval", 1, "--look", 1, "--keep", 5)
                time.sleep(moments.uniform(0, 2.5))
                watch.stop(signal.SIGKILL)
                for path in watch.reports():
                    try:
                        watch.read(path)
                    except (ValueError, OSError) as fault:
                        broken.append(f"{path.name}: {fault}")
                evidence = folder.reports / "watch.evidence"
                if evidence.exists():
                    lines = [json.loads(line) for line in evidence.read_text(encoding="ascii").splitlines()]
                    packets = sum(line["accounting"]["frames"] for line in lines if line["type"] == "input")
                    lost += packets < saved
                    saved = packets
        finally:
            replay.kill()
        watch = Watch(net, PROGRAM, folder.reports, "-I", INVENTORY)
        status = watch.stop()
        report = watch.last_report()
        checks.same(f"half reports after {KILLS} kills", broken, [])
        checks.same("times that evidence was lost", lost, 0)
        checks.true(f"{report['totals']['packets']} packets in the last report, at least those saved: {saved}",
                    report["totals"]["packets"] >= saved > 0)
        killed = [source for source in report["inputs"] if "the watch was killed" in (source["error"] or "")]
        # A run that was killed before it could save that it had begun lies in the span that the previous run states.
        checks.true(f"{len(killed)} runs state what they lost, of {len(report['inputs'])} in the evidence",
                    len(killed) == len(report["inputs"]) - 1 >= KILLS * 3 // 4)
        spans = [re.search("what came from (.*) to (.*) is lost", source["error"]).groups() for source in killed]
        checks.true("each span ends where another run began", all(begin < end for begin, end in spans) and
                    len({end for _, end in spans}) == len(spans))
        checks.same("exit status: flagged conversations of killed runs count", status, 1)
        checks.true("no temporary file outlasts the next start",
                    not [path for path in folder.reports.iterdir() if ".portproof-" in path.name])
    checks.end()


main()
