package io.github.livededup.engine.check;

import io.github.livededup.Compression;
import io.github.livededup.CorruptionException;
import io.github.livededup.LiveDedupException;
import io.github.livededup.NotFoundException;
import io.github.livededup.OperationCancelledException;
import io.github.livededup.Progress;
import io.github.livededup.VerifyLevel;
import io.github.livededup.VerifyOptions;
import io.github.livededup.VerifyReport;
import io.github.livededup.engine.codec.BlockCodec;
import io.github.livededup.engine.fingerprint.Fingerprinters;
import io.github.livededup.engine.format.BlockAddress;
import io.github.livededup.engine.format.VolumeFormat;
import io.github.livededup.engine.io.VolumeDirectory;
import io.github.livededup.engine.metadata.MetadataStore;
import io.github.livededup.engine.metadata.superblock.SuperblockFile;
import io.github.livededup.engine.volume.BlockGroups;
import io.github.livededup.engine.volume.GroupLayout;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Lock;

/**
 * Verifies an open volume, level by level. Metadata is checked under the shared metadata lock, so changes wait for it;
 * blocks are read in parallel, a group at a time, while others read and write. Damage is collected, never thrown.
 */
public final class VolumeVerifier {
    private static final long RECOUNT_MEMORY_BYTES = 64L << 20;
    private static final int SLOTS_PER_STEP = 1024;

    private final VolumeDirectory directory;
    private final VolumeFormat format;
    private final BlockGroups groups;
    private final MetadataStore metadata;
    private final Lock metadataShared;
    private final VerifyOptions options;
    private final Problems problems = new Problems();
    private final Thread caller = Thread.currentThread();
    private final long startNanos = System.nanoTime();
    private final AtomicLong blocks = new AtomicLong();
    private final AtomicLong bytes = new AtomicLong();
    private long pages;

    /**
     * Makes a verifier, for one run.
     *
     * @param directory the volume's directory
     * @param format the volume's settings
     * @param groups its block groups
     * @param metadata its metadata
     * @param metadataShared the shared side of the metadata lock
     * @param options how deep, and who is told
     */
    public VolumeVerifier(
            VolumeDirectory directory,
            VolumeFormat format,
            BlockGroups groups,
            MetadataStore metadata,
            Lock metadataShared,
            VerifyOptions options) {
        this.directory = directory;
        this.format = format;
        this.groups = groups;
        this.metadata = metadata;
        this.metadataShared = metadataShared;
        this.options = options;
    }

    /**
     * Verifies.
     *
     * @param helpers runs the other workers
     * @param workers threads in all
     * @return what was found
     * @throws OperationCancelledException if cancelled or interrupted
     * @throws IOException if the check itself cannot go on
     */
    public VerifyReport run(Executor helpers, int workers) throws IOException {
        checkSuperblocks();
        if (options.level().compareTo(VerifyLevel.METADATA) >= 0) {
            checkMetadata();
        }
        if (options.level().compareTo(VerifyLevel.CHECKSUMS) >= 0) {
            checkBlocks(helpers, workers);
        }
        report();
        return new VerifyReport(
                options.level(), problems.kept(), problems.count(), pages, blocks.get(), bytes.get(), elapsed());
    }

    private void checkSuperblocks() throws IOException {
        // A checkpoint holds this lock while it writes a slot.
        metadataShared.lock();
        try (SuperblockFile file = SuperblockFile.open(directory, true)) {
            if (file.wasDamaged()) {
                problems.problem(SuperblockFile.NAME, "one of the two slots is damaged; the other is intact");
            }
        } catch (LiveDedupException e) {
            problems.problem(SuperblockFile.NAME, String.valueOf(e.getMessage()));
        } finally {
            metadataShared.unlock();
        }
    }

    private void checkMetadata() throws IOException {
        metadataShared.lock();
        try {
            pages = metadata.verify(problems, RECOUNT_MEMORY_BYTES);
        } finally {
            metadataShared.unlock();
        }
        for (GroupLayout info : groups.layouts()) {
            checkCancelled();
            try {
                groups.check(info.group());
            } catch (NotFoundException e) {
                // It died and was given back meanwhile.
            } catch (CorruptionException e) {
                problems.problem("group " + info.group(), String.valueOf(e.getMessage()));
            }
        }
    }

    private void checkBlocks(Executor helpers, int workers) throws IOException {
        List<GroupLayout> infos = groups.layouts();
        AtomicInteger next = new AtomicInteger();
        List<FutureTask<Void>> others = new ArrayList<>();
        for (int i = 1; i < workers; i++) {
            FutureTask<Void> task = new FutureTask<>(() -> {
                scrubGroups(infos, next);
                return null;
            });
            others.add(task);
            helpers.execute(task);
        }
        try {
            scrubGroups(infos, next);
        } finally {
            next.set(infos.size());
            for (FutureTask<Void> task : others) {
                await(task);
            }
        }
    }

    private void scrubGroups(List<GroupLayout> infos, AtomicInteger next) throws IOException {
        Fingerprinters fingerprinters = Fingerprinters.of(format.fingerprint());
        BlockScrub scrub = new BlockScrub(
                groups,
                problems,
                BlockCodec.of(Compression.NONE),
                format.blockSizeBytes(),
                fingerprinters.lengthBytes(),
                options.level() == VerifyLevel.FINGERPRINTS ? fingerprinters.newFingerprinter() : null);
        int index;
        while ((index = next.getAndIncrement()) < infos.size()) {
            GroupLayout info = infos.get(index);
            for (int slot = 0; slot < info.slots(); slot += SLOTS_PER_STEP) {
                checkCancelled();
                scrubSlots(info.group(), slot, Math.min(slot + SLOTS_PER_STEP, info.slots()), scrub);
            }
        }
    }

    private void scrubSlots(int group, int fromSlot, int toSlot, BlockScrub scrub) throws IOException {
        long blocksBefore = scrub.blocks();
        long bytesBefore = scrub.bytes();
        int ticket = groups.enter();
        try {
            for (int slot = fromSlot; slot < toSlot; slot++) {
                long address = BlockAddress.of(group, slot);
                if (isLive(address)) {
                    scrub.check(address);
                }
            }
        } finally {
            groups.leave(ticket);
        }
        blocks.addAndGet(scrub.blocks() - blocksBefore);
        bytes.addAndGet(scrub.bytes() - bytesBefore);
        if (Thread.currentThread() == caller) {
            report();
        }
    }

    private boolean isLive(long address) throws IOException {
        metadataShared.lock();
        try {
            return metadata.references().count(address) > 0;
        } finally {
            metadataShared.unlock();
        }
    }

    private static void await(FutureTask<Void> task) throws IOException {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    task.get();
                    return;
                } catch (InterruptedException e) {
                    interrupted = true;
                } catch (ExecutionException e) {
                    if (e.getCause() instanceof IOException io) {
                        throw io;
                    }
                    throw new IllegalStateException("verification failed", e.getCause());
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void checkCancelled() throws OperationCancelledException {
        if (caller.isInterrupted()) {
            throw new OperationCancelledException(directory.description(), true);
        }
        if (options.cancellation().isCancelled()) {
            throw new OperationCancelledException(directory.description(), false);
        }
    }

    private void report() {
        options.listener()
                .onProgress(new Progress(
                        "verify",
                        directory.description(),
                        bytes.get(),
                        groups.usedBytes(),
                        0,
                        blocks.get(),
                        0,
                        elapsed()));
    }

    private Duration elapsed() {
        return Duration.ofNanos(System.nanoTime() - startNanos);
    }
}
