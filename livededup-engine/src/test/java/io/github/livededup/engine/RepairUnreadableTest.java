package io.github.livededup.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.livededup.RepairAction;
import io.github.livededup.RepairPlan;
import io.github.livededup.Volume;
import io.github.livededup.VolumeOptions;
import io.github.livededup.engine.contract.TestData;
import io.github.livededup.engine.crashkit.Fault;
import io.github.livededup.engine.crashkit.FaultyDirectory;
import io.github.livededup.engine.crashkit.FileOperation;
import io.github.livededup.engine.io.memory.MemoryDirectory;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A disk that cannot read a place is damage to a repair, which says what would help; it does not end it. */
class RepairUnreadableTest {
    private final FaultyDirectory disk = new FaultyDirectory(new MemoryDirectory());

    @BeforeEach
    void create() throws IOException {
        try (Volume volume = MemoryProvider.create(disk, VolumeOptions.builder().build())) {
            volume.blocks().put(ByteBuffer.wrap(TestData.block(4096, 1)));
        }
    }

    @Test
    void aSlotOfTheSuperblock() throws IOException {
        AtomicInteger reads = new AtomicInteger(); // each look at the file reads slot 0, then slot 1
        disk.on(FileOperation.READ)
                .ofAny(name -> name.equals("superblock") && reads.getAndIncrement() % 2 == 0)
                .then(Fault.error());
        RepairPlan plan = new RepairTrials(disk).plan();
        assertThat(plan.superblocks().get(0).problem()).contains("cannot be read");
        assertThat(plan.advised())
                .hasValueSatisfying(
                        trial -> assertThat(trial.actions()).isEqualTo(Set.of(RepairAction.USE_OTHER_SUPERBLOCK)));
    }

    @Test
    void allOfTheMetadata() throws IOException {
        disk.on(FileOperation.READ).of("metadata.dat").then(Fault.error());
        RepairPlan plan = new RepairTrials(disk).plan();
        assertThat(plan.problems())
                .anySatisfy(problem -> assertThat(problem.message()).contains("input/output error"));
        assertThat(plan.advised()).isEmpty();
    }
}
