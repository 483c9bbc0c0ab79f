#!/usr/bin/env python3
"""Plants one wrong include of each kind in a copy of the sources: check_includes.py must reject each.

Usage: check_includes_test.py SOURCE_ROOT
"""
import pathlib
import shutil
import subprocess
import sys
import tempfile

# The file that gets the include, the line, and what the rejection must say.
PLANTED = [
    ("capture/flow/flow.hpp", '#include "capture/evidence/evidence.hpp"', "capture/flow must not include"),
    ("capture/base/error.hpp", '#include "capture/source/packet_source.hpp"', "capture/base must not include"),
    ("capture/decode/decode.hpp", '#include "capture/source/packet_source.hpp"', "capture/decode must not include"),
    ("catalog/role.hpp", '#include "capture/identify/identify.hpp"', "catalog must not include"),
    ("classify/judge.hpp", '#include "classify/discover/discover.hpp"', "classify must not include"),
    ("report/report.hpp", '#include "capture/flow/flow.hpp"', "report must not include"),
    ("report/report.hpp", '#include "app/command/command.hpp"', "report must not include"),
    ("app/command/command.hpp", '#include "app/watch/engine.hpp"', "app/command must not include"),
    ("classify/judge.hpp", '#include "tests/support/bytes.hpp"', "classify must not include"),
    ("report/report.hpp", '#include "capture/evidence/internal/evidence_fields.hpp"', "is internal to capture/evidence"),
    ("tests/report/report_test.cpp", '#include "capture/flow/internal/flow_store.hpp"', "is internal to capture/flow"),
    ("capture/evidence/evidence.hpp", '#include "capture/flow/flow_table.hpp"', "report must not reach capture/flow"),
    ("capture/evidence/accounting.hpp", '#include "capture/decode/packet.hpp"', "report must not reach capture/decode"),
    ("report/report.hpp", '#include <boost/program_options.hpp>', "is fenced: only in app/"),
    ("classify/judge.hpp", '#include <pcap/pcap.h>', "is fenced: only in capture/source/"),
    ("report/report.hpp", '#include "wording.hpp"', "from the root of the project"),
]


def check(root):
    script = root / "tests" / "check_includes.py"
    return subprocess.run([sys.executable, "-B", script, root], capture_output=True, text=True)


def copy_of(source, target):
    for name in ("capture", "catalog", "classify", "report", "app", "tests", "samples"):
        for path in (source / name).rglob("*"):
            if path.suffix in (".hpp", ".cpp") or path.name == "check_includes.py":
                place = target / path.relative_to(source)
                place.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(path, place)


def main():
    source = pathlib.Path(sys.argv[1]).resolve()
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder)
        copy_of(source, root)
        clean = check(root)
        if clean.returncode != 0:
            sys.exit(f"the sources themselves are rejected:\n{clean.stdout}")
        faults = 0
        for name, line, expected in PLANTED:
            path = root / name
            text = path.read_text()
            path.write_text(text.replace("#pragma once\n", f"#pragma once\n{line}\n", 1)
                            if "#pragma once" in text else f"{line}\n{text}")
            answer = check(root)
            path.write_text(text)
            if answer.returncode == 0 or expected not in answer.stdout:
                faults += 1
                print(f"not rejected: {line} in {name}; expected \"{expected}\", got:\n{answer.stdout}")
    print(f"{len(PLANTED) - faults} passed, {faults} failed")
    sys.exit(1 if faults else 0)


main()
