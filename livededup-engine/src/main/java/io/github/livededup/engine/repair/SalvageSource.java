package io.github.livededup.engine.repair;

import io.github.livededup.CorruptionException;
import io.github.livededup.LiveDedupException;
import io.github.livededup.UnsupportedFormatException;
import io.github.livededup.VolumeOptions;
import io.github.livededup.engine.format.Superblock;
import io.github.livededup.engine.format.TableEntry;
import io.github.livededup.engine.format.VolumeFormat;
import io.github.livededup.engine.io.VolumeDirectory;
import io.github.livededup.engine.io.VolumeDirectory.OpenMode;
import io.github.livededup.engine.io.VolumeFile;
import io.github.livededup.engine.journal.Journal;
import io.github.livededup.engine.journal.JournalOptions;
import io.github.livededup.engine.journal.JournalRecords;
import io.github.livededup.engine.metadata.MetadataRoots;
import io.github.livededup.engine.metadata.MetadataSalvage;
import io.github.livededup.engine.metadata.ProblemListener;
import io.github.livededup.engine.metadata.superblock.SuperblockFile;
import io.github.livededup.engine.recovery.Roots;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What can be read of a damaged volume: images and blocks as of the newest checkpoint whose roots can be read, and the
 * journal's committed changes since, as far as they go. It never writes.
 */
final class SalvageSource implements Closeable {
    private final Superblock superblock;
    private final boolean isOther;
    private final MetadataSalvage metadata;
    private final VolumeFile blocksFile;
    private final SalvagedState state;
    private final SalvagedBlocks blocks;

    private SalvageSource(
            Superblock superblock,
            boolean isOther,
            MetadataSalvage metadata,
            VolumeFile blocksFile,
            SalvagedState state) {
        this.superblock = superblock;
        this.isOther = isOther;
        this.metadata = metadata;
        this.blocksFile = blocksFile;
        this.state = state;
        blocks = new SalvagedBlocks(superblock.format(), blocksFile, metadata, state);
    }

    /**
     * Opens a volume.
     *
     * @param directory its directory
     * @param blocksName the file of blocks
     * @param problems told what is wrong
     * @return the source; the caller closes it
     * @throws CorruptionException if nothing can be read: no superblock is intact, or a file is absent
     * @throws UnsupportedFormatException if it is of another version
     * @throws IOException if the file system refuses
     */
    static SalvageSource open(VolumeDirectory directory, String blocksName, ProblemListener problems)
            throws IOException {
        List<Superblock> candidates = superblocks(directory, problems);
        VolumeFormat format = candidates.get(0).format();
        checkFormat(directory, format);
        MetadataSalvage metadata = null;
        VolumeFile blocksFile = null;
        try {
            metadata = MetadataSalvage.open(
                    directory,
                    format.volumeId(),
                    TableEntry.sizeBytes(format.fingerprint().lengthBytes()));
            blocksFile = directory.open(blocksName, OpenMode.READ);
            Superblock chosen = choose(candidates, metadata, problems);
            MetadataRoots roots = Roots.fromFormat(chosen);
            SalvagedState state = new SalvagedState(
                    format.blockSizeBytes(), metadata.images(roots, problems), metadata.groups(roots, problems));
            replay(directory, chosen, state, problems);
            boolean isOlder = chosen.generation() != candidates.get(0).generation();
            return new SalvageSource(chosen, isOlder, metadata, blocksFile, state);
        } catch (Throwable e) {
            closeAfter(metadata, e);
            closeAfter(blocksFile, e);
            throw e;
        }
    }

    /** The intact superblocks, the newest first. */
    private static List<Superblock> superblocks(VolumeDirectory directory, ProblemListener problems)
            throws IOException {
        List<Superblock> intact = new ArrayList<>();
        for (SuperblockFile.Slot slot : SuperblockFile.slots(directory)) {
            if (slot.superblock() != null) {
                intact.add(slot.superblock());
            } else {
                problems.problem(SuperblockFile.NAME + " slot " + slot.number(), String.valueOf(slot.problem()));
            }
        }
        if (intact.isEmpty()) {
            throw new CorruptionException(
                    directory.description() + "/" + SuperblockFile.NAME,
                    "intact superblock slots: actual=0 expected=1..2");
        }
        intact.sort(Comparator.comparingLong(Superblock::generation).reversed());
        return intact;
    }

    private static void checkFormat(VolumeDirectory directory, VolumeFormat format) throws CorruptionException {
        if (!isPowerOfTwo(
                        format.blockSizeBytes(), VolumeOptions.MIN_BLOCK_SIZE_BYTES, VolumeOptions.MAX_BLOCK_SIZE_BYTES)
                || !isPowerOfTwo(
                        format.groupSizeBytes(),
                        VolumeOptions.MIN_GROUP_SIZE_BYTES,
                        VolumeOptions.MAX_GROUP_SIZE_BYTES)) {
            throw new CorruptionException(
                    directory.description() + "/" + SuperblockFile.NAME,
                    "sizes: actual=" + format + " expected=powers of two in range");
        }
    }

    private static boolean isPowerOfTwo(int number, int min, int max) {
        return Integer.bitCount(number) == 1 && number >= min && number <= max;
    }

    /** The newest superblock whose roots can be read; the newest of all if none can. */
    private static Superblock choose(List<Superblock> candidates, MetadataSalvage metadata, ProblemListener problems) {
        for (Superblock candidate : candidates) {
            String problem = metadata.rootProblem(Roots.fromFormat(candidate));
            if (problem == null) {
                return candidate;
            }
            problems.problem("generation " + candidate.generation(), problem);
        }
        return candidates.get(0);
    }

    private static void replay(
            VolumeDirectory directory, Superblock from, SalvagedState state, ProblemListener problems)
            throws IOException {
        String resource = directory.description() + "/journal";
        JournalOptions options = JournalOptions.defaults(from.format().volumeId())
                .withReadOnly(true)
                .withCleanStart(from.cleanlyClosed())
                .withAcceptLoss(true);
        try (Journal journal = Journal.open(directory, options, from.journalStart())) {
            String loss = journal.loss();
            if (loss != null) {
                problems.problem(resource, loss);
            }
            journal.replay(JournalRecords.decoding(state, resource));
        } catch (UnsupportedFormatException e) {
            throw e;
        } catch (LiveDedupException e) {
            problems.problem(resource, "changes since the checkpoint are lost, some or all: " + e.getMessage());
        } catch (IOException e) {
            problems.problem(resource, "changes since the checkpoint are lost, some or all: it cannot be read: " + e);
        }
        if (state.orphans() > 0) {
            problems.problem(
                    resource,
                    "records of images or groups that are not known: actual=" + state.orphans() + " expected=0");
        }
    }

    private static void closeAfter(@Nullable Closeable part, Throwable cause) {
        if (part != null) {
            try {
                part.close();
            } catch (IOException e) {
                cause.addSuppressed(e);
            }
        }
    }

    Superblock superblock() {
        return superblock;
    }

    /** Whether the superblock is not the newest one. */
    boolean isOther() {
        return isOther;
    }

    MetadataSalvage metadata() {
        return metadata;
    }

    SalvagedState state() {
        return state;
    }

    SalvagedBlocks blocks() {
        return blocks;
    }

    @Override
    public void close() throws IOException {
        try {
            blocksFile.close();
        } finally {
            metadata.close();
        }
    }
}
