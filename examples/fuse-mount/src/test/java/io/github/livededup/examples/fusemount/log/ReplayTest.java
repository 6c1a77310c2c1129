package io.github.livededup.examples.fusemount.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.livededup.examples.fusemount.tree.Attributes;
import io.github.livededup.examples.fusemount.tree.Change;
import io.github.livededup.examples.fusemount.tree.Change.Cancel;
import io.github.livededup.examples.fusemount.tree.Change.CreateImage;
import io.github.livededup.examples.fusemount.tree.Change.PutEntry;
import io.github.livededup.examples.fusemount.tree.Change.PutInode;
import io.github.livededup.examples.fusemount.tree.Change.PutXattr;
import io.github.livededup.examples.fusemount.tree.Change.RemoveEntry;
import io.github.livededup.examples.fusemount.tree.Change.RemoveInode;
import io.github.livededup.examples.fusemount.tree.Change.RemoveXattr;
import io.github.livededup.examples.fusemount.tree.Change.RenameImage;
import io.github.livededup.examples.fusemount.tree.Change.SnapshotEnd;
import io.github.livededup.examples.fusemount.tree.FileKind;
import io.github.livededup.examples.fusemount.tree.Tree;
import io.github.livededup.examples.fusemount.tree.TreeText;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is read of a log that is whole, cut at any byte, or damaged. */
class ReplayTest {
    private final List<byte[]> records = new ArrayList<>();
    /** What the tree is after each record. */
    private final List<String> states = new ArrayList<>();

    private final Tree model = new Tree();

    private void record(Change... changes) {
        records.add(Records.encode(records.size() + 1, List.of(changes)).array());
        model.apply(List.of(changes));
        states.add(TreeText.of(model));
    }

    private static Attributes attributes(FileKind kind, String text) {
        return new Attributes(kind, 0640, 7, -2, 42, -1, 1_000_000_000_123L, Long.MAX_VALUE, text);
    }

    private byte[] log() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        records.forEach(bytes::writeBytes);
        return bytes.toByteArray();
    }

    /** A snapshot of two records, then changes of every kind. */
    private byte[] sample() {
        record(new PutInode(Tree.ROOT, attributes(FileKind.DIRECTORY, "")));
        record(new SnapshotEnd(5));
        record(
                new PutInode(5, attributes(FileKind.REGULAR, "a")),
                new PutEntry(Tree.ROOT, "a", 5),
                new CreateImage("a"));
        record(new PutInode(6, attributes(FileKind.DIRECTORY, "")), new PutEntry(Tree.ROOT, "\u00fcn\u00ef", 6));
        record(new PutXattr(5, "user.x", new byte[] {1, 2, 0, -1}), new PutXattr(5, "user.y", new byte[0]));
        record(
                new RemoveEntry(Tree.ROOT, "a"),
                new PutEntry(6, "b", 5),
                new PutInode(5, attributes(FileKind.REGULAR, ".~fuse-5")),
                new RenameImage("a", ".~fuse-5"));
        record(new RemoveXattr(5, "user.y"));
        record(new PutInode(7, attributes(FileKind.SYMLINK, "b/c")), new PutEntry(6, "s", 7));
        record(new RemoveEntry(6, "s"), new RemoveInode(7));
        return log();
    }

    @Test
    void aWholeLogIsReadToItsEnd() throws Exception {
        byte[] log = sample();
        Replay replay = Replay.of(log);
        assertThat(TreeText.of(replay.tree())).isEqualTo(states.get(states.size() - 1));
        assertThat(replay.validBytes()).isEqualTo(log.length);
        assertThat(replay.nextSequence()).isEqualTo(records.size() + 1);
        assertThat(replay.tree().nextInode()).isEqualTo(8);
        assertThat(replay.tree().ownerOf(".~fuse-5")).isSameAs(replay.tree().inode(5));
        assertThat(replay.tree().ownerOf("a")).isNull();
    }

    @Test
    void cutAtEveryByteItIsTheStateAfterTheLastWholeRecord() throws Exception {
        byte[] log = sample();
        int snapshot = records.get(0).length + records.get(1).length;
        for (int cut = 0; cut <= log.length; cut++) {
            byte[] shorter = Arrays.copyOf(log, cut);
            byte[] zeros = Arrays.copyOf(shorter, log.length + 100);
            if (cut < snapshot) {
                assertThatThrownBy(() -> Replay.of(shorter)).isInstanceOf(TreeDamagedException.class);
                assertThatThrownBy(() -> Replay.of(zeros)).isInstanceOf(TreeDamagedException.class);
                continue;
            }
            for (byte[] tried : List.of(shorter, zeros)) {
                int whole = wholeRecords(tried);
                Replay replay = Replay.of(tried);
                assertThat(TreeText.of(replay.tree())).as("cut at %d", cut).isEqualTo(states.get(whole - 1));
                assertThat(replay.nextSequence()).isEqualTo(whole + 1);
            }
        }
    }

    /** Zeros behind a cut may be what was cut off. */
    private int wholeRecords(byte[] log) {
        int whole = 0;
        int end = 0;
        while (whole < records.size()) {
            byte[] record = records.get(whole);
            if (end + record.length > log.length
                    || !Arrays.equals(record, Arrays.copyOfRange(log, end, end + record.length))) {
                break;
            }
            end += record.length;
            whole++;
        }
        return whole;
    }

    @Test
    void aChangedByteIsNeverTakenForTruth() throws Exception {
        byte[] log = sample();
        int last = log.length - records.get(records.size() - 1).length;
        for (int at = 0; at < log.length; at++) {
            byte[] damaged = log.clone();
            damaged[at] ^= 0x10;
            if (at < last) {
                assertThatThrownBy(() -> Replay.of(damaged)).as("byte %d", at).isInstanceOf(TreeDamagedException.class);
            } else { // as if it had not been written wholly
                assertThat(TreeText.of(Replay.of(damaged).tree())).isEqualTo(states.get(states.size() - 2));
            }
        }
    }

    @Test
    void aCancelledTransactionDidNotHappen() throws Exception {
        sample();
        int kept = records.size();
        String before = states.get(kept - 1);
        record(new PutInode(9, attributes(FileKind.REGULAR, "n")), new PutEntry(Tree.ROOT, "n", 9));
        records.add(Records.encode(kept + 2, List.of(new Cancel())).array());
        Replay replay = Replay.of(log());
        assertThat(TreeText.of(replay.tree())).isEqualTo(before);
        assertThat(replay.last()).isEmpty();
        assertThat(replay.nextSequence()).isEqualTo(kept + 3);
    }

    @Test
    void theLastTransactionIsTold() throws Exception {
        sample();
        assertThat(Replay.of(log()).last()).containsExactly(new RemoveEntry(6, "s"), new RemoveInode(7));
    }

    @Test
    void aChangeThatMakesNoSenseIsDamage() {
        sample();
        records.add(Records.encode(records.size() + 1, List.of(new PutEntry(77, "x", 5)))
                .array());
        assertThatThrownBy(() -> Replay.of(log()))
                .isInstanceOf(TreeDamagedException.class)
                .hasMessageContaining("77");
    }

    @Test
    void aSnapshotMakesTheSameTree() throws Exception {
        sample();
        List<List<Change>> snapshot = model.snapshot(2);
        records.clear();
        for (List<Change> changes : snapshot) {
            records.add(Records.encode(records.size() + 1, changes).array());
        }
        Replay replay = Replay.of(log());
        assertThat(TreeText.of(replay.tree())).isEqualTo(TreeText.of(model));
        assertThat(replay.tree().nextInode()).isEqualTo(model.nextInode());
        assertThat(replay.snapshotBytes()).isEqualTo(log().length);
        assertThat(replay.tree().snapshotBytes())
                .isEqualTo(model.snapshotBytes())
                .isBetween(log().length / 2L, 2L * log().length);
    }
}
