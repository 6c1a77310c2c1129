package io.github.livededup.engine.index;

import java.util.concurrent.atomic.LongAdder;

/** How fingerprints were found since the index was opened. */
final class IndexCounters {
    final LongAdder neighbourHits = new LongAdder();
    final LongAdder residentHits = new LongAdder();
    final LongAdder prefetchedHits = new LongAdder();
    final LongAdder misses = new LongAdder();
    final LongAdder falseCandidates = new LongAdder();
    final LongAdder opened = new LongAdder();
    final LongAdder rebuilt = new LongAdder();
}
