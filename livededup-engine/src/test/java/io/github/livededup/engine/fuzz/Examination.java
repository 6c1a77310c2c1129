package io.github.livededup.engine.fuzz;

import com.sun.management.ThreadMXBean;
import io.github.livededup.Image;
import io.github.livededup.ImageInfo;
import io.github.livededup.LiveDedupException;
import io.github.livededup.VerifyLevel;
import io.github.livededup.VerifyOptions;
import io.github.livededup.VerifyReport;
import io.github.livededup.Volume;
import io.github.livededup.engine.MemoryProvider;
import io.github.livededup.engine.contract.TestData;
import io.github.livededup.engine.fuzz.MemorySpecimen.Contents;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * What becomes of a damaged volume: opens it, verifies it, reads everything, writes something, closes it, opens it again. A
 * typed exception is allowed anywhere, a wrong byte nowhere, nor any other exception, nor much time or memory.
 */
public final class Examination {
    /** Of the processor: more is a hang; a sound volume takes some hundredths of a second. */
    private static final long MAX_NANOS = 8_000_000_000L;
    /** More is a huge allocation; a sound volume takes a sixth of it. */
    private static final long MAX_BYTES = 300L << 20;

    private static final String THROWN = "thrown: ";
    private static final String NEW_IMAGE = "new-image";
    private static final byte[] NEW_BYTES = makeNewBytes();

    private final MemorySpecimen specimen;
    private final List<Contents> allowed;
    private final boolean isForged;

    /** What came of it. */
    public enum Outcome {
        /** It was not opened, and said so. */
        REFUSED(true),
        /** It was opened, and verification names the damage; what is read is right or a typed error. */
        REPORTED(true),
        /** It was opened, and all is there. */
        INTACT(true),
        /** It was opened at an earlier commit: what was last committed is not there, all else is. */
        EARLIER(true),
        /** Opened, reported; some bytes are others than they were, as forged metadata says. Not for damage without forged checksums. */
        FORGED(true),
        /**
         * Opened and verified as clean; the forged field says what it could have said: another name, size or time, one record
         * less. Not for damage without forged checksums.
         */
        BELIEVED(true),
        /** Opened and verified as clean, and yet something is not there. */
        LOST(false),
        /** Wrong bytes without a word. */
        WRONG(false),
        /** An exception that is no typed one. */
        UNTYPED(false),
        /** Worse after writing to it and closing it. */
        WORSE(false),
        /** It took too long. */
        SLOW(false),
        /** It took too much memory. */
        HUGE(false);

        /** Whether this may be a stated outcome at all. */
        public final boolean isAllowed;

        Outcome(boolean isAllowed) {
            this.isAllowed = isAllowed;
        }
    }

    /**
     * An outcome and what there is to say of it.
     *
     * @param outcome the outcome
     * @param detail the exception's simple name if it was refused, else a hint for whoever looks into it
     * @param cause what was thrown, or null
     */
    public record Result(Outcome outcome, String detail, Throwable cause) {
        /** As it stands in the table of stated outcomes. */
        public String stated() {
            return outcome == Outcome.REFUSED ? outcome + " " + detail : outcome.name();
        }
    }

    private Examination(MemorySpecimen specimen, List<Contents> allowed, boolean isForged) {
        this.specimen = specimen;
        this.allowed = allowed;
        this.isForged = isForged;
    }

    /** Examines a damaged copy of the closed volume; its checksums may be forged. */
    public static Result ofClosed(MemorySpecimen specimen, VolumeBytes damaged, boolean isForged) {
        return new Examination(specimen, List.of(specimen.atClose()), isForged).run(damaged);
    }

    /** Examines a damaged copy of the crashed volume; its checksums may be forged. */
    public static Result ofCrashed(MemorySpecimen specimen, VolumeBytes damaged, boolean isForged) {
        return new Examination(specimen, specimen.commits, isForged).run(damaged);
    }

    private Result run(VolumeBytes damaged) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long bytesBefore = threads.getCurrentThreadAllocatedBytes();
        long before = threads.getCurrentThreadCpuTime();
        Result result;
        try {
            result = examine(damaged);
        } catch (LiveDedupException e) {
            result = new Result(Outcome.REFUSED, e.getClass().getSimpleName(), e);
        } catch (Throwable e) {
            result = new Result(Outcome.UNTYPED, e + " at " + Arrays.toString(frames(e)), e);
        }
        long nanos = threads.getCurrentThreadCpuTime() - before;
        long bytes = threads.getCurrentThreadAllocatedBytes() - bytesBefore;
        if (result.outcome.isAllowed && nanos > MAX_NANOS) {
            return new Result(Outcome.SLOW, nanos / 1_000_000 + " ms", null);
        }
        if (result.outcome.isAllowed && bytes > MAX_BYTES) {
            return new Result(Outcome.HUGE, (bytes >> 20) + " MiB", null);
        }
        return result;
    }

    private static StackTraceElement[] frames(Throwable e) {
        return Arrays.copyOf(e.getStackTrace(), Math.min(3, e.getStackTrace().length));
    }

    private Result examine(VolumeBytes damaged) throws IOException {
        Result result;
        boolean isWritten;
        Volume volume = MemoryProvider.open(damaged.directory(), MemorySpecimen.OPTIONS);
        try {
            VerifyReport report = volume.verify(VerifyOptions.of(VerifyLevel.FINGERPRINTS));
            result = report.isClean() ? readClean(volume) : readReported(volume, report);
            isWritten = write(volume);
        } catch (Throwable e) {
            try {
                volume.close();
            } catch (Throwable second) {
                e.addSuppressed(second);
            }
            if (e instanceof LiveDedupException) {
                return new Result(Outcome.UNTYPED, "verification throws: " + e, e);
            }
            throw e;
        }
        boolean isClosed = attempt(volume::close);
        boolean wasClean = result.outcome == Outcome.INTACT
                || result.outcome == Outcome.EARLIER
                || result.outcome == Outcome.BELIEVED;
        return result.outcome.isAllowed ? again(damaged, result, wasClean, isWritten, isClosed) : result;
    }

    /** Verified as clean: one of the allowed states, in full. */
    private Result readClean(Volume volume) throws IOException {
        String difference = "";
        for (int i = allowed.size() - 1; i >= 0; i--) {
            difference = difference(volume, allowed.get(i));
            if (difference.isEmpty()) {
                return new Result(i == allowed.size() - 1 ? Outcome.INTACT : Outcome.EARLIER, "", null);
            }
        }
        if (isForged && !difference.startsWith(THROWN)) {
            return new Result(Outcome.BELIEVED, difference, null);
        }
        return new Result(difference.startsWith("wrong") ? Outcome.WRONG : Outcome.LOST, difference, null);
    }

    private static String difference(Volume volume, Contents contents) throws IOException {
        List<String> names =
                volume.images().list().stream().map(ImageInfo::name).toList();
        if (!names.equals(List.copyOf(contents.images().keySet()))) {
            return "images: " + names;
        }
        for (Map.Entry<String, byte[]> image : contents.images().entrySet()) {
            try (Image opened = volume.images().openReadOnly(image.getKey())) {
                if (opened.sizeBytes() != image.getValue().length
                        || !Arrays.equals(TestData.readAll(opened), image.getValue())) {
                    return "wrong bytes in " + image.getKey();
                }
            } catch (LiveDedupException e) {
                return THROWN + e;
            }
        }
        for (Map.Entry<Long, byte[]> block : contents.blocks().entrySet()) {
            ByteBuffer into = ByteBuffer.allocate(MemorySpecimen.BLOCK);
            try {
                volume.blocks().get(block.getKey(), into);
            } catch (LiveDedupException e) {
                return THROWN + e;
            }
            if (!Arrays.equals(into.array(), block.getValue())) {
                return "wrong bytes of block " + block.getKey();
            }
        }
        return "";
    }

    /** Damage was found: what can be read must be of some allowed state, image by image. */
    private Result readReported(Volume volume, VerifyReport report) throws IOException {
        String wrong = "";
        attempt(() -> volume.images().list().forEach(info -> {}));
        for (String name : allowed.get(allowed.size() - 1).images().keySet()) {
            try (Image opened = volume.images().openReadOnly(name)) {
                if (opened.sizeBytes() > 1 << 24) {
                    wrong = name + " has another size";
                    attempt(() -> opened.read(ByteBuffer.allocate(MemorySpecimen.BLOCK), opened.sizeBytes() / 2));
                    continue;
                }
                byte[] bytes = TestData.readAll(opened);
                if (allowed.stream()
                        .noneMatch(state -> Arrays.equals(state.images().get(name), bytes))) {
                    wrong = "wrong bytes in " + name;
                }
            } catch (LiveDedupException e) {
                // Said so.
            }
        }
        for (Map.Entry<Long, byte[]> block : allowed.get(0).blocks().entrySet()) {
            ByteBuffer into = ByteBuffer.allocate(MemorySpecimen.BLOCK);
            if (attempt(() -> volume.blocks().get(block.getKey(), into))
                    && !Arrays.equals(into.array(), block.getValue())) {
                wrong = "wrong bytes of block " + block.getKey();
            }
        }
        if (wrong.isEmpty()) {
            return new Result(Outcome.REPORTED, report.problems().get(0).toString(), null);
        }
        return new Result(isForged ? Outcome.FORGED : Outcome.WRONG, wrong, null);
    }

    /** Whether something could be written and committed; what is read of it then is right. */
    private static boolean write(Volume volume) throws IOException {
        byte[] bytes = NEW_BYTES;
        boolean isWritten = attempt(() -> {
            try (Image image = volume.images().create(NEW_IMAGE, bytes.length)) {
                image.write(ByteBuffer.wrap(bytes), 0);
            }
            volume.commit();
        });
        attempt(() -> {
            try (Image image = volume.images().openReadOnly(NEW_IMAGE)) {
                if (isWritten && !Arrays.equals(TestData.readAll(image), bytes)) {
                    throw new IllegalStateException("wrong bytes read back");
                }
            }
        });
        attempt(() -> volume.images().delete("a-clone"));
        attempt(() -> volume.statistics());
        attempt(volume::commit);
        return isWritten;
    }

    private static byte[] makeNewBytes() {
        byte[] twins = TestData.distinctBlocks(MemorySpecimen.BLOCK, 640, 10);
        byte[] fresh = TestData.distinctBlocks(MemorySpecimen.BLOCK, 50_000, 10);
        byte[] bytes = Arrays.copyOf(twins, twins.length + fresh.length);
        System.arraycopy(fresh, 0, bytes, twins.length, fresh.length);
        return bytes;
    }

    /** The second open: a volume that was in order and written to is in order. */
    private Result again(VolumeBytes damaged, Result first, boolean wasClean, boolean isWritten, boolean isClosed)
            throws IOException {
        if (wasClean && !(isWritten && isClosed)) {
            return new Result(Outcome.WORSE, "was clean, written=" + isWritten + ", closed=" + isClosed, null);
        }
        try (Volume volume = MemoryProvider.open(damaged.directory(), MemorySpecimen.OPTIONS)) {
            boolean isClean =
                    volume.verify(VerifyOptions.of(VerifyLevel.CHECKSUMS)).isClean();
            if (wasClean && !isClean) {
                return new Result(Outcome.WORSE, "was clean, is not any more", null);
            }
            try (Image image = volume.images().openReadOnly(NEW_IMAGE)) {
                if (isWritten && !Arrays.equals(TestData.readAll(image), NEW_BYTES)) {
                    return new Result(Outcome.WRONG, "wrong bytes in the new image", null);
                }
            } catch (LiveDedupException e) {
                if (wasClean) {
                    return new Result(Outcome.WORSE, e.toString(), e);
                }
            }
        } catch (LiveDedupException e) {
            if (wasClean) {
                return new Result(Outcome.WORSE, e.toString(), e);
            }
        }
        return first;
    }

    /** Something that may throw. */
    private interface Attempt {
        void run() throws IOException;
    }

    /** Does something; a typed exception is as good as none. */
    private static boolean attempt(Attempt attempt) throws IOException {
        try {
            attempt.run();
            return true;
        } catch (LiveDedupException e) {
            return false;
        }
    }
}
