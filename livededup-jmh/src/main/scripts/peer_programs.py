"""Other programs, as whole processes."""

import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile

from bar_charts import Bar, Panel, figure
from jmh import BUILD, ROOT
from report import page, spread

JAR = ROOT / "examples/image-import/target/livededup.jar"
PROGRAM = ROOT / "examples/image-import/src/main/scripts/livededup"
COMPARE = ROOT / "examples/image-import/src/test/scripts/compare-with-peers"


def programs(_jmh, options, about):
    """Whole programs."""
    if not JAR.exists():
        sys.exit(f"{JAR.relative_to(ROOT)} is absent; build it: {BUILD}")
    with tempfile.TemporaryDirectory(prefix="programs-", dir=options.work) as folder:
        figures = pathlib.Path(folder, "figures.json")
        command = [sys.executable, COMPARE, PROGRAM, *options.images, "--figures", figures]
        command += [
            "--runs",
            str(1 if options.quick else options.runs),
            *(["--next", options.next] if options.next else []),
            *(["--peers", options.peers] if options.peers else []),
        ]
        environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
        if subprocess.run([str(each) for each in command], check=False, env=environment).returncode:
            sys.exit("compare-with-peers failed")
        found = json.loads(figures.read_text(encoding="utf-8"))
    results = found["programs"]
    tables, panels = [], []
    for step in found["steps"]:
        cp = statistics.median(results["cp + sync"][step]) if "cp + sync" in results else None
        heading = ["program", "median, s", "lowest–highest", "times cp", "peak RSS, MB"]
        rows, bars = [], []
        measured = [each for each in results.items() if step in each[1]]
        for name, of in sorted(measured, key=lambda each: statistics.median(each[1][step])):
            ratio = f"{statistics.median(of[step]) / cp:.2f}" if cp else "–"
            memory = of["memory"][step]
            rows.append([name, *spread(of[step], 1), ratio, f"{memory:,.0f}" if memory else "–"])
            bars.append(Bar(name, statistics.median(of[step]), min(of[step]), max(of[step]), name == "cp + sync"))
        title = step[0].upper() + step[1:]
        tables.append((title, heading, rows))
        panels.append(Panel(title, "s", bars))
    sizes = sorted(((name, of["size"] / 1e6) for name, of in results.items()), key=lambda each: each[1])
    title = "On disk after the first import"
    rows = [[name, figure(size), f"{size * 1e6 / found['data']:.2f}"] for name, size in sizes]
    tables.append((title, ["program", "MB", "of the data"], rows))
    panels.append(Panel(title, "MB", [Bar(name, size, size, size, name == "cp + sync") for name, size in sizes]))
    names = ", ".join(f"`{pathlib.Path(image).name}`" for image in options.images)
    notes = [
        f"Images: {names}; {found['data'] / 1e6:,.0f} MB of data. "
        + (f"Next version of the first: `{pathlib.Path(options.next).name}`. " if options.next else "")
        + "The page cache is warm. The export is of the largest image, compared byte for byte. The random read is of 1,000 of "
        "its blocks of 4 KiB, any, one after the other: from the copied file, and through the mount (FUSE) of each program that "
        "has one; the program's start is not in it.",
    ]
    return page("Whole programs on the same images", about, tables, notes), panels
