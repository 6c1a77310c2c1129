"""Other stores of content."""

import re
import statistics

from bar_charts import Bar, Panel
from jmh import BLOCK_BYTES, BUILD_PEERS
from report import page, spread


def stores(jmh, _options, about):
    """Stores of content."""
    jmh.check("PeerBenchmark", BUILD_PEERS)
    titles = {"putNew": "Put a new block", "putKnown": "Put a block that is there", "get": "Read any block, hot"}
    tables, panels, sizes = [], [], {}
    for method, title in titles.items():
        found, printed = jmh.run("PeerBenchmark", [method])
        for store, size in re.findall(r"# ([A-Z_]+): ([0-9.]+) MB on disk", printed):
            sizes.setdefault(store, []).append(float(size))
        ours = next(each.median for each in found if each.params["store"] == "LIVEDEDUP")
        heading = ["store", "median, µs", "lowest–highest", "MB/s", "bytes allocated a block", "times LiveDedup"]
        rows, bars = [], []
        for result in sorted(found, key=lambda each: each.median):
            store = result.params["store"]
            rate, allocated = f"{1000 * BLOCK_BYTES / result.median:,.0f}", f"{result.allocated_bytes:,.0f}"
            rows.append([store, *spread(result.times, 1e3), rate, allocated, f"{result.median / ours:.2f}"])
            low, high = min(result.times) / 1e3, max(result.times) / 1e3
            bars.append(Bar(store, result.median / 1e3, low, high, store == "PLAIN_FILE"))
        tables.append((title, heading, rows))
        panels.append(Panel(title, "µs", bars))
        print(f"info  {title}: done", flush=True)
    ordered = sorted(sizes.items(), key=lambda each: statistics.median(each[1]))
    title = "On disk, of 67 MB of data"
    rows = [[store, *spread(found, 1)] for store, found in ordered]
    tables.append((title, ["store", "MB", "lowest–highest"], rows))
    bars = [
        Bar(store, statistics.median(found), min(found), max(found), store == "PLAIN_FILE") for store, found in ordered
    ]
    panels.append(Panel(title, "MB", bars))
    notes = [
        "Blocks of 4 KiB of real data, kept by their SHA-256; puts are 64 at a time, one thread. PLAIN_FILE deduplicates",
        "nothing. What each of them compresses, caches and forces is said at its class in `livededup-jmh/src/peers`.",
    ]
    return page("Stores of content", about, tables, notes), panels
