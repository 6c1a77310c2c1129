"""Where the time of the hot paths goes, by async-profiler's samples."""

import collections
import dataclasses
import pathlib
import re
import sys
import tempfile

from bar_charts import Bar, Panel, figure
from jmh import BLOCK_BYTES, BUILD, TRANSFER_BYTES
from report import page

ENGINE = "io/github/livededup/engine/"
# The first that fits says what a sample is of: its innermost frame that matches. Native code and the JDK's come first.
PARTS = [
    ("LZ4", re.compile(r"^(LZ4_|Java_net_jpountz|net/jpountz/|JNI|LZ4HC)")),
    ("SHA-256", re.compile(r"^(sha256_|sun/security/provider/|java/security/)")),
    ("checksums", re.compile(r"^(updateBytesCRC32C|java/util/zip/CRC32C|" + ENGINE + "format/RangeChecksum)")),
    ("kernel", re.compile(r"_\[k\]$")),
]
LAYERS = ["image", "store", "fingerprint", "codec", "index", "volume", "journal", "metadata", "io", "format"]


@dataclasses.dataclass(frozen=True)
class Profiled:
    """A path: a method of a benchmark, and a frame by which its samples are known among those of all threads."""

    title: str
    name: str
    method: str
    frame: str
    params: dict[str, list[str]] = dataclasses.field(default_factory=dict)
    blocks: int = 1
    warmups: int = 5


SHA = {"fingerprint": ["SHA_256"]}
BLOCKS = TRANSFER_BYTES // BLOCK_BYTES
PATHS = [
    Profiled("put of a new block", "PutBenchmark", "unique", "PutBenchmark.unique", SHA),
    Profiled("put of a duplicate", "PutBenchmark", "duplicate", "PutBenchmark.duplicate", SHA),
    Profiled("read in order", "ReadBenchmark", "imageInOrder", "ReadBenchmark.imageInOrder"),
    Profiled("read at random", "ReadBenchmark", "imageAtRandom", "ReadBenchmark.imageAtRandom"),
    Profiled("import", "TransferBenchmark", "importNew", "image/ImportPipeline", SHA, BLOCKS, 10),
    Profiled("export to nowhere", "TransferBenchmark", "exportToNowhere", "image/ExportPipeline", SHA, BLOCKS, 10),
]


def part(stack):
    """What a sample is of; the stack's last frame is the innermost."""
    leaf = stack[-1]
    if leaf.endswith("_[k]"):
        return "kernel"
    for frame in reversed(stack):
        for name, pattern in PARTS:
            if pattern.search(frame):
                return name
        if frame.startswith(ENGINE):
            return frame[len(ENGINE) :].split("/")[0] if "/" in frame[len(ENGINE) :] else "volume"
    return "other"


def shares(file, frame):
    """The share of each part in those samples that have the frame, and their number."""
    counts = collections.Counter()
    for line in file.read_text(encoding="utf-8").splitlines():
        stack, _, count = line.rpartition(" ")
        if frame in stack:
            counts[part(stack.split(";"))] += int(count)
    total = sum(counts.values())
    if not total:
        sys.exit(f"{file}: no samples of {frame}")
    return {name: count / total for name, count in counts.items()}, total


def profiled(jmh, options, about):
    """Where the time of the hot paths goes."""
    columns, panels = [], []
    jmh.check("PutBenchmark", BUILD)
    for path in PATHS:
        with tempfile.TemporaryDirectory(prefix="profile-", dir=options.work) as folder:
            profiler = f"async:libPath={options.profiler};event=cpu;interval=1000000;output=collapsed;dir={folder}"
            options_of_jmh = ("-prof", profiler)
            results, _ = jmh.run(path.name, [path.method], 1, path.params, options_of_jmh, path.warmups)
            found, samples = shares(next(pathlib.Path(folder).rglob("collapsed-*")), path.frame)
        columns.append((path, results[0].median / path.blocks, found, samples))
        ordered = sorted(found.items(), key=lambda each: -each[1])
        panels.append(
            Panel(path.title, "% of the samples", [Bar(name, 100 * of, 100 * of, 100 * of) for name, of in ordered])
        )
        print(f"info  profile of {path.title}: done", flush=True)
    names = [name for name, _ in PARTS] + LAYERS + ["util", "lifecycle", "other"]
    used = [name for name in dict.fromkeys(names) if any(found.get(name, 0) >= 0.005 for _, _, found, _ in columns)]
    heading = ["% of the samples", *(path.title for path, *_ in columns)]
    rows = [[name, *(f"{100 * found.get(name, 0):.1f}" for _, _, found, _ in columns)] for name in used]
    rows.append(["median of a block, µs", *(figure(nanos / 1000) for _, nanos, *_ in columns)])
    rows.append(["samples", *(f"{samples:,}" for *_, samples in columns)])
    notes = [
        "Samples of async-profiler, one a millisecond of a processor, of the threads that do the path's work; SHA-256, LZ4 fast, blocks of",
        "4 KiB (import and export: 256 MiB, by all workers). A sample is of the innermost frame that says what it is of: a library, the",
        "kernel, else the engine's package. Medians are of the profiled run, which is slower than others; those of transfers are the",
        "time that went by.",
    ]
    return page("Where the time goes", about, [("Share of the time by part", heading, rows)], notes), panels
