package io.github.livededup.engine.life;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.livededup.NotFoundException;
import io.github.livededup.PutBatch;
import io.github.livededup.PutResult;
import io.github.livededup.Volume;
import io.github.livededup.engine.contract.EngineCase;
import io.github.livededup.engine.contract.TestData;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Threads that put, read and release the same blocks at the same time. */
@Timeout(120)
class ConcurrentBlocksTest extends EngineCase {
    private static final int THREADS = 8;
    private static final int COUNT = 1_500;

    private Volume volume;

    @BeforeEach
    void createVolume() throws IOException {
        volume = create();
    }

    @AfterEach
    void closeVolume() throws IOException {
        assertClean(volume);
        volume.close();
        try (Volume again = open()) {
            assertClean(again);
        }
    }

    @RepeatedTest(3)
    void aNewBlockIsStoredOnce() throws Exception {
        List<long[]> addresses = Threads.run(THREADS, thread -> {
            long[] found = new long[COUNT];
            for (int i = 0; i < COUNT; i++) {
                found[i] = volume.blocks()
                        .put(ByteBuffer.wrap(TestData.block(BLOCK, i + 1)))
                        .address();
            }
            return found;
        });
        assertThat(volume.statistics().uniqueBlocks()).isEqualTo(COUNT);
        assertThat(addresses.get(0)).doesNotHaveDuplicates();
        for (long[] found : addresses) {
            assertThat(found).isEqualTo(addresses.get(0));
        }
        for (long address : addresses.get(0)) {
            assertThat(volume.blocks().references(address)).isEqualTo(THREADS);
        }
    }

    @RepeatedTest(3)
    void oneThreadOnlyIsToldThatABlockIsNew() throws Exception {
        byte[] bytes = TestData.distinctBlocks(BLOCK, 1, COUNT);
        List<Long> newBlocks = Threads.run(THREADS, thread -> {
            PutBatch batch = new PutBatch(COUNT);
            volume.blocks().putAll(ByteBuffer.wrap(bytes), batch);
            return LongStream.range(0, COUNT).filter(i -> batch.isNew((int) i)).count();
        });
        assertThat(newBlocks.stream().mapToLong(Long::longValue).sum()).isEqualTo(COUNT);
        assertThat(volume.statistics().uniqueBlocks()).isEqualTo(COUNT);
        assertThat(volume.statistics().index().filterEntries()).isEqualTo(COUNT);
    }

    /** But where a group ends. */
    @RepeatedTest(3)
    void newBlocksOfACallLieTogether() throws Exception {
        int callBlocks = 64;
        int calls = 30;
        List<long[]> addresses = Threads.run(3, thread -> {
            long[] stored = new long[calls * callBlocks];
            PutBatch batch = new PutBatch(callBlocks);
            for (int at = 0; at < stored.length; at += callBlocks) {
                int seed = thread * stored.length + at + 1;
                volume.blocks().putAll(ByteBuffer.wrap(TestData.distinctBlocks(BLOCK, seed, callBlocks)), batch);
                System.arraycopy(batch.addresses(), 0, stored, at, callBlocks);
            }
            return stored;
        });
        int gaps = 0;
        for (long[] stored : addresses) {
            for (int i = 0; i < stored.length; i++) {
                gaps += i % callBlocks != 0 && stored[i] != stored[i - 1] + 1 ? 1 : 0;
            }
        }
        assertThat(gaps).isLessThanOrEqualTo(volume.statistics().blockGroups());
    }

    @Test
    void callsThatComeOneAfterTheOtherFillOneGroup() throws Exception {
        for (int i = 1; i <= 6; i++) {
            int seed = 10 * i;
            Threads.run(1, thread -> volume.blocks().put(ByteBuffer.wrap(TestData.block(BLOCK, seed))));
        }
        assertThat(volume.statistics().blockGroups()).isEqualTo(1);
    }

    @RepeatedTest(2)
    void putAndReleaseGoTogether() throws Exception {
        int shared = 40;
        Threads.run(THREADS, thread -> {
            Random random = new Random(thread);
            List<PutResult> held = new ArrayList<>();
            List<Integer> seeds = new ArrayList<>();
            for (int i = 0; i < 2_000; i++) {
                if (held.size() < 10 || random.nextBoolean()) {
                    int seed = 1 + random.nextInt(shared);
                    held.add(volume.blocks().put(ByteBuffer.wrap(TestData.block(BLOCK, seed))));
                    seeds.add(seed);
                } else {
                    int which = random.nextInt(held.size());
                    PutResult block = held.remove(which);
                    ByteBuffer into = ByteBuffer.allocate(BLOCK);
                    volume.blocks().get(block.address(), into);
                    assertThat(into.array()).isEqualTo(TestData.block(BLOCK, seeds.remove(which)));
                    volume.blocks().release(block.address());
                }
                if (i % 500 == 0) {
                    volume.commit();
                }
            }
            for (PutResult block : held) {
                volume.blocks().release(block.address());
            }
            return held.size();
        });
        volume.commit();
        assertThat(volume.statistics().uniqueBlocks()).isZero();
        assertThat(volume.statistics().storedBytes()).isZero();
    }

    @RepeatedTest(2)
    void theLastReferenceIsTakenOnce() throws Exception {
        List<Long> addresses = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            addresses.add(volume.blocks()
                    .put(ByteBuffer.wrap(TestData.block(BLOCK, i + 1)))
                    .address());
        }
        List<Integer> released = Threads.run(THREADS, thread -> {
            List<Long> own = new ArrayList<>(addresses);
            Collections.shuffle(own, new Random(thread));
            int count = 0;
            for (long address : own) {
                try {
                    volume.blocks().release(address);
                    count++;
                } catch (NotFoundException anotherWasFirst) {
                    assertThat(volume.blocks().references(address)).isZero();
                }
            }
            return count;
        });
        assertThat(released.stream().mapToInt(Integer::intValue).sum()).isEqualTo(300);
        assertThat(volume.statistics().uniqueBlocks()).isZero();
    }
}
