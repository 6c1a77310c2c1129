package io.github.livededup.engine.check;

import io.github.livededup.CorruptionException;
import io.github.livededup.LiveDedupException;
import io.github.livededup.NotFoundException;
import io.github.livededup.OperationCancelledException;
import io.github.livededup.Progress;
import io.github.livededup.VerifyLevel;
import io.github.livededup.VerifyOptions;
import io.github.livededup.VerifyReport;
import io.github.livededup.engine.metadata.superblock.SuperblockFile;
import io.github.livededup.engine.volume.GroupLayout;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Verifies an open volume, level by level. Metadata is checked under the shared metadata lock, so changes wait for it;
 * blocks are read in parallel, a group at a time, while others read and write. Damage is collected, never thrown. A run that
 * goes on from a cursor checks the structure again, and metadata and blocks only as far as they were not.
 */
public final class VolumeVerifier {
    private static final long RECOUNT_MEMORY_BYTES = 64L << 20;

    private final VerifierParts parts;
    private final VerifyOptions options;
    private final Problems problems;
    private final CheckPace pace;
    private final ScrubCursor from;
    private @Nullable BlockCheck blockCheck;
    private long pages;

    /**
     * Makes a verifier, for one run by the thread that makes it.
     *
     * @param parts the volume
     * @param options how deep, and who is told
     * @throws io.github.livededup.InvalidArgumentException if the options' cursor is none of this volume and level
     */
    public VolumeVerifier(VerifierParts parts, VerifyOptions options) {
        this.parts = parts;
        this.options = options;
        problems = new Problems(options.maxUses());
        pace = new CheckPace(parts.directory().description(), options, parts.clock());
        from = options.cursor()
                .map(text -> ScrubCursor.decode(text, parts.format().volumeId(), options.level()))
                .orElseGet(ScrubCursor::start);
    }

    /**
     * Verifies.
     *
     * @param helpers runs the other threads
     * @param threads threads in all
     * @return what was found
     * @throws OperationCancelledException if cancelled or interrupted
     * @throws IOException if the check itself cannot go on
     */
    public VerifyReport run(Executor helpers, int threads) throws IOException {
        checkSuperblocks();
        checkJournal();
        // A run that ends for want of time has checked the metadata before.
        if (options.level().compareTo(VerifyLevel.METADATA) >= 0
                && options.cursor().isEmpty()) {
            checkMetadata();
        }
        if (options.level().compareTo(VerifyLevel.CHECKSUMS) >= 0) {
            blockCheck = new BlockCheck(parts, options.level(), problems, pace, from, this::report);
            blockCheck.run(helpers, threads);
        }
        new BlockUses(parts.metadata(), parts.metadataShared(), parts.format().blockSizeBytes(), problems, pace).find();
        report();
        return result(blockCheck);
    }

    private VerifyReport result(@Nullable BlockCheck blocks) {
        boolean complete = blocks == null || blocks.isComplete();
        Optional<String> cursor = complete || blocks == null
                ? Optional.empty()
                : Optional.of(blocks.cursor().encode(parts.format().volumeId(), options.level()));
        return new VerifyReport(
                options.level(),
                problems.kept(),
                problems.count(),
                pages,
                blocks == null ? 0 : blocks.groups(),
                blocks == null ? 0 : blocks.blocks(),
                blocks == null ? 0 : blocks.bytes(),
                complete,
                cursor,
                elapsed());
    }

    private void checkSuperblocks() throws IOException {
        // A checkpoint holds this lock while it writes a slot.
        parts.metadataShared().lock();
        try (SuperblockFile file = SuperblockFile.open(parts.directory(), true)) {
            if (file.wasDamaged()) {
                problems.of(VerifyReport.Kind.SUPERBLOCK)
                        .problem(SuperblockFile.NAME, "intact slots: actual=1 expected=2; the volume goes on from it");
            }
        } catch (LiveDedupException e) {
            problems.of(VerifyReport.Kind.SUPERBLOCK).problem(SuperblockFile.NAME, String.valueOf(e.getMessage()));
        } finally {
            parts.metadataShared().unlock();
        }
    }

    private void checkJournal() throws IOException {
        parts.metadataShared().lock();
        try {
            String problem = parts.journal().check();
            if (problem != null) {
                problems.of(VerifyReport.Kind.JOURNAL).problem(parts.journal().description(), problem);
            }
        } finally {
            parts.metadataShared().unlock();
        }
    }

    private void checkMetadata() throws IOException {
        pace.check();
        parts.metadataShared().lock();
        try {
            pages = parts.metadata().verify(problems.of(VerifyReport.Kind.METADATA), RECOUNT_MEMORY_BYTES);
        } finally {
            parts.metadataShared().unlock();
        }
        new ImageEnds(
                        parts.metadata(),
                        parts.metadataShared(),
                        parts.format().blockSizeBytes(),
                        problems.of(VerifyReport.Kind.METADATA))
                .check(pace);
        GroupFigures figures = new GroupFigures(parts, problems.of(VerifyReport.Kind.METADATA));
        for (GroupLayout info : parts.groups().layouts()) {
            pace.check();
            try {
                parts.groups().check(info.group());
                figures.check(info.group());
            } catch (NotFoundException e) {
                // It died and was given back meanwhile.
            } catch (CorruptionException e) {
                problems.of(VerifyReport.Kind.GROUP).problem("group " + info.group(), String.valueOf(e.getMessage()));
            }
        }
    }

    private void report() {
        BlockCheck blocks = blockCheck;
        options.listener()
                .onProgress(new Progress(
                        "verify",
                        parts.directory().description(),
                        blocks == null ? 0 : blocks.bytes(),
                        parts.groups().usedBytes(),
                        0,
                        blocks == null ? 0 : blocks.blocks(),
                        0,
                        elapsed()));
    }

    private Duration elapsed() {
        return Duration.ofNanos(pace.elapsedNanos());
    }
}
