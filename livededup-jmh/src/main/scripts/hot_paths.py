"""The hot paths, each beside a plain file."""

import dataclasses
import os

from bar_charts import Bar, Panel, figure
from jmh import BLOCK_BYTES, BUILD, TRANSFER_BYTES
from report import page, spread

COLD_BYTES = 64 << 20
DROP_CACHES = "/proc/sys/vm/drop_caches"
UNITS = {"ns": 1, "µs": 1e3, "ms": 1e6}
BOTH = {"fingerprint": ["SHA_256", "XXH3_128"]}
LARGE = {"fingerprint": ["SHA_256"], "blockSizeBytes": ["65536"]}


@dataclasses.dataclass(frozen=True)
class Group:
    """Methods of a class that make up a table; the first one is the baseline, if there is one."""

    title: str
    name: str
    methods: list[str]
    baseline: str | None = None
    params: dict[str, list[str]] | None = None
    threads: tuple[int, ...] = (1,)
    unit: str = "µs"
    block_bytes: int | None = BLOCK_BYTES
    blocks: int = 1
    warmups: int = 3


PATHS = [
    Group(
        "Put a block of 4 KiB", "PutBenchmark", ["plainFile", "unique", "mixed", "duplicate"], "plainFile", BOTH, (1, 2)
    ),
    Group("Put a block of 64 KiB", "PutBenchmark", ["plainFile", "unique", "duplicate"], "plainFile", LARGE),
    Group(
        "Read 4 KiB in order, hot",
        "ReadBenchmark",
        ["fileInOrder", "getInOrder", "imageInOrder"],
        "fileInOrder",
        None,
        (1, 2),
    ),
    Group(
        "Read 4 KiB at random, hot",
        "ReadBenchmark",
        ["fileAtRandom", "getAtRandom", "imageAtRandom", "imageUnaligned"],
        "fileAtRandom",
        None,
        (1, 2),
    ),
    Group(
        "Read 64 MiB in order, cold",
        "ColdReadBenchmark",
        ["fileInOrder", "imageInOrder"],
        "fileInOrder",
        unit="ms",
        block_bytes=COLD_BYTES,
        blocks=COLD_BYTES // BLOCK_BYTES,
        warmups=5,
    ),
    Group(
        "Read 1,000 blocks of 4 KiB at random, cold",
        "ColdReadBenchmark",
        ["fileAtRandom", "imageAtRandom"],
        "fileAtRandom",
        unit="ms",
        block_bytes=1000 * BLOCK_BYTES,
        blocks=1000,
        warmups=5,
    ),
    Group("Read 64 KiB in order, hot", "ReadBenchmark", ["fileInOrder", "imageInOrder"], "fileInOrder", LARGE),
    Group(
        "Write 4 KiB at random, a flush after 64",
        "RandomWriteBenchmark",
        ["overwriteFile", "overwrite", "overwriteUnaligned", "write"],
        "overwriteFile",
        {"fresh": ["true", "false"]},
    ),
    Group(
        "Write 256 KiB in order, a flush after 64 MiB",
        "SequentialWriteBenchmark",
        ["writeFile", "write", "writeUnaligned"],
        "writeFile",
        {"fresh": ["true", "false"]},
    ),
    Group(
        "Import and export 256 MiB, all workers",
        "TransferBenchmark",
        ["copy", "importNew", "importKnown", "export"],
        "copy",
        BOTH,
        unit="ms",
        block_bytes=TRANSFER_BYTES,
        blocks=TRANSFER_BYTES // BLOCK_BYTES,
        warmups=10,
    ),
    Group(
        "Export 256 MiB, left to the system to write, and to nowhere",
        "TransferBenchmark",
        ["copyToCache", "exportToCache", "exportToNowhere"],
        "copyToCache",
        {"fingerprint": ["SHA_256"]},
        unit="ms",
        block_bytes=TRANSFER_BYTES,
        blocks=TRANSFER_BYTES // BLOCK_BYTES,
        warmups=10,
    ),
    Group(
        "Import and export 256 MiB, not compressed",
        "TransferBenchmark",
        ["copy", "importNew", "importKnown", "export", "exportToNowhere"],
        "copy",
        BOTH | {"compression": ["NONE"]},
        unit="ms",
        block_bytes=TRANSFER_BYTES,
        blocks=TRANSFER_BYTES // BLOCK_BYTES,
        warmups=10,
    ),
    Group("Fingerprint 4 KiB", "FingerprintBenchmark", ["fingerprint"], None, {"direct": ["true"]}, (1, 2), "ns"),
    Group("SHA-256 of 4 KiB by provider", "DigestProviderBenchmark", ["digest"], unit="ns"),
    Group("Compress and decompress 4 KiB", "CompressionBenchmark", ["compress", "decompress"], unit="ns"),
    Group(
        "Look up a fingerprint among a million",
        "IndexBenchmark",
        ["miss", "neighbour", "hitInOrder", "hitAtRandom"],
        unit="ns",
        block_bytes=None,
    ),
    Group(
        "Append to the journal, and commit",
        "JournalBenchmark",
        ["forceFile", "append", "commit"],
        "forceFile",
        None,
        (1, 16),
        block_bytes=None,
    ),
]


def variants(group, results):
    """The names of the results: a method and those parameters that differ within the group."""
    varying = sorted(
        {param for each in results for param in each.params if len({r.params[param] for r in results}) > 1}
    )
    for result in results:
        flags = [
            f"{param}={value}" if value in ("true", "false") else value
            for param, value in ((param, result.params[param]) for param in varying)
        ]
        threads = f"{result.threads} thread{'s' if result.threads > 1 else ''}"
        yield " ".join([result.method, *flags, *([threads] if len(group.threads) > 1 else [])])


def group_table(group, results):
    """The table and the panel of a group."""
    nanos = UNITS[group.unit]
    heading = ["operation", f"median, {group.unit}", "lowest–highest"]
    heading += ["MB/s, all threads"] if group.block_bytes else []
    heading += ["bytes allocated a block" if group.block_bytes else "bytes allocated a call"]
    heading += [f"times {group.baseline}"] if group.baseline else []
    bases = {(str(each.params), each.threads): each.median for each in results if each.method == group.baseline}
    rows, bars = [], []
    for name, result in zip(variants(group, results), results):
        row = [name, *spread(result.times, nanos)]
        if group.block_bytes:
            size = group.block_bytes
            if group.blocks == 1:
                size = int(result.params.get("blockSizeBytes", size))
            row.append(f"{1000 * size * result.threads / result.median:,.0f}")
        row.append(f"{result.allocated_bytes / group.blocks:,.0f}")
        if group.baseline:
            row.append(f"{result.median / bases[str(result.params), result.threads]:.2f}")
        rows.append(row)
        low, high = min(result.times) / nanos, max(result.times) / nanos
        bars.append(Bar(name, result.median / nanos, low, high, result.method == group.baseline))
    return (group.title, heading, rows), Panel(group.title, group.unit, bars)


def percentiles(jmh):
    """Random hot reads of 4 KiB, each timed by itself, of compressed blocks and of others."""
    methods = ["fileAtRandom", "getAtRandom", "imageAtRandom"]
    results, _ = jmh.run("ReadBenchmark", methods, options=("-bm", "sample"))
    raw, _ = jmh.run("ReadBenchmark", methods[1:], params={"compression": ["NONE"]}, options=("-bm", "sample"))
    results += [dataclasses.replace(each, method=f"{each.method}, not compressed") for each in raw]
    base, rows, bars = results[0].percentiles, [], []
    for result in results:
        p50, p99, p999 = (result.percentiles[each] for each in ("50.0", "99.0", "99.9"))
        ratios = [f"{p50 / base['50.0']:.2f}", f"{p99 / base['99.0']:.2f}"]
        rows.append([result.method, *(figure(each / 1000) for each in (p50, p99, p999)), *ratios])
        for label, value in (("p50", p50), ("p99", p99)):
            bars.append(Bar(f"{result.method} {label}", value / 1000, value / 1000, value / 1000, result is results[0]))
    title = "Read 4 KiB at random, hot: percentiles"
    heading = ["operation", "p50, µs", "p99, µs", "p99.9, µs", "p50, times pread", "p99, times pread"]
    return (title, heading, rows), Panel(title, "µs", bars)


def beside_writes(jmh):
    """Random hot reads of 4 KiB while another thread writes elsewhere, and what those writes take."""
    results, _ = jmh.run("ReadBesideWritesBenchmark", ["file", "image"], threads=2, options=())
    rows, bars = [], []
    for name in ("fileRead", "imageRead", "fileWrites", "imageWrites"):
        found = next(each.parts[name] for each in results if name in each.parts)
        rows.append([name, *(figure(found[each] / 1000) for each in ("50.0", "90.0", "99.0", "99.9"))])
        for each in ("50.0", "99.0"):
            time = found[each] / 1000
            bars.append(Bar(f"{name} p{each[:2]}", time, time, time, name.startswith("file")))
    title = "Read 4 KiB at random while another thread writes 64 elsewhere and flushes"
    return (title, ["operation", "p50, µs", "p90, µs", "p99, µs", "p99.9, µs"], rows), Panel(title, "µs", bars)


def paths(jmh, options, about):
    """The hot paths."""
    tables, panels = [], []

    def keep(measured):
        tables.append(measured[0])
        panels.append(measured[1])
        print(f"info  {measured[0][0]}: done", flush=True)

    jmh.check("PutBenchmark", BUILD)
    for group in PATHS:
        if group.name == "ColdReadBenchmark" and not os.access(DROP_CACHES, os.W_OK):
            print(f"info  {group.title}: left out, only root may drop the system's cache")
            continue
        results = []
        for threads in group.threads[: 1 if options.quick else None]:
            results += jmh.run(group.name, group.methods, threads, group.params, warmups=group.warmups)[0]
        keep(group_table(group, results))
        if group.title == "Read 4 KiB at random, hot":
            keep(percentiles(jmh))
            keep(beside_writes(jmh))
    notes = [
        "Real data: files of the JDK. Times are of a block (of the whole for import and export), with several threads",
        "those of each, of writes in order of a block; medians of iterations of one second. The bytes allocated include what the making of an",
        "iteration's volume takes, shared among its blocks, in the tables of puts, random writes, import and export.",
    ]
    return page("Hot paths beside a plain file", about, tables, notes), panels
