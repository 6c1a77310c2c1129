package io.github.livededup.engine.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.livededup.VolumeFailedException;
import io.github.livededup.engine.crashkit.Fault;
import io.github.livededup.engine.crashkit.FaultyDirectory;
import io.github.livededup.engine.crashkit.FileOperation;
import io.github.livededup.engine.io.memory.MemoryDirectory;
import io.github.livededup.engine.journal.Journal;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Commits: in which order, how often, and never after a failure. */
class CommitterTest {
    private final List<String> forced = new ArrayList<>();
    private final MemoryDirectory memory = new MemoryDirectory();
    private final FaultyDirectory directory = new FaultyDirectory(memory);
    private StoreFixture store;
    private Checkpointer checkpointer;
    private Committer committer;

    @BeforeEach
    void create() throws IOException {
        store = StoreFixture.create(directory, new SpaceLimit("memory", Long.MAX_VALUE));
        checkpointer = new Checkpointer(store.parts, Long.MAX_VALUE, StoreFixture.FINGERPRINT_BYTES);
        committer = new Committer(store.parts, checkpointer);
        directory
                .on(FileOperation.FORCE)
                .ofAny(name -> {
                    forced.add(name);
                    return false;
                })
                .then(Fault.error());
    }

    @AfterEach
    void close() throws IOException {
        store.close();
        assertThat(directory.openFiles()).isZero();
    }

    @Test
    void blocksAreForcedBeforeTheJournal() throws IOException {
        store.blocks(3);
        store.image("a");
        committer.commit();
        assertThat(forced).containsExactly("blocks.dat", "journal/000000.log");
        assertThat(committer.commits()).isEqualTo(1);
        committer.commit();
        assertThat(forced).as("nothing is new").hasSize(2);
        assertThat(committer.commits()).isEqualTo(2);
        List<Integer> types = new ArrayList<>();
        try (Journal again = Journal.open(memory.copy(), StoreFixture.journalOptions(), 0)) {
            again.replay((type, body) -> types.add(type));
        }
        assertThat(types).hasSize(2);
    }

    /** As when a compaction forces, and a commit waits for it: nobody has told the latch yet. */
    @Test
    void blocksWhoseForceFailedElsewhereAreNotForcedAgain() throws IOException {
        store.blocks(3);
        store.image("a");
        directory.on(FileOperation.FORCE).of("blocks.dat").nth(0).then(Fault.error());
        assertThatThrownBy(() -> store.parts.groups().force()).isExactlyInstanceOf(IOException.class);
        assertThat(store.parts.latch().cause()).isNull();
        forced.clear();
        assertThatThrownBy(committer::commit).isInstanceOf(VolumeFailedException.class);
        assertThat(forced).isEmpty();
        assertThat(store.parts.latch().cause()).hasMessage("memory/blocks.dat: input/output error, injected");
    }

    @Test
    void afterAFailureNothingIsCommittedAnyMore() throws IOException {
        store.image("a");
        directory.heal();
        directory.on(FileOperation.FORCE).nth(0).then(Fault.error());
        assertThatThrownBy(committer::commit)
                .isInstanceOf(VolumeFailedException.class)
                .hasStackTraceContaining("injected");
        assertThat(committer.commits()).isZero();
        assertThat(store.parts.latch().cause()).hasMessageContaining("injected");
        assertThatThrownBy(committer::commit).isInstanceOf(VolumeFailedException.class);
    }

    @Test
    void anotherPartsFailureEndsCommitsToo() throws IOException {
        committer.commit();
        store.parts.latch().record(new IOException("elsewhere"));
        assertThatThrownBy(committer::commit)
                .isInstanceOf(VolumeFailedException.class)
                .hasRootCauseMessage("elsewhere");
        assertThat(committer.commits()).isEqualTo(1);
    }

    @Test
    void roomIsKeptByACheckpointWhenOneIsDue() throws IOException {
        store.image("a");
        committer.keepRoom();
        assertThat(checkpointer.checkpoints()).isZero();
        assertThat(forced).isEmpty();
        int images = 0;
        while (!checkpointer.isDue()) {
            store.image("image " + images++ + "x".repeat(200));
        }
        committer.keepRoom();
        assertThat(checkpointer.checkpoints()).isEqualTo(1);
        assertThat(checkpointer.isDue()).isFalse();
    }

    @Test
    void roomIsMadeByACheckpointWhetherOrNotOneIsDue() throws IOException {
        store.image("a");
        committer.makeRoom();
        assertThat(checkpointer.checkpoints()).isEqualTo(1);
        assertThat(store.parts.superblocks().current().cleanlyClosed()).isFalse();
    }
}
