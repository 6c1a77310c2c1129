package io.github.livededup;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Options of a volume; immutable. Format-time options (block size, block-group size, fingerprint) are chosen when the
 * volume is created; when one is set at open it must equal what the volume records. All others may differ at each open.
 *
 * @since 0.1.0
 */
public final class VolumeOptions {
    /** The smallest block size: 4 KiB. */
    public static final int MIN_BLOCK_SIZE_BYTES = 4 << 10;
    /** The largest block size: 64 KiB. */
    public static final int MAX_BLOCK_SIZE_BYTES = 64 << 10;
    /** The smallest block-group size: 1 MiB. */
    public static final int MIN_GROUP_SIZE_BYTES = 1 << 20;
    /** The largest block-group size: 1 GiB, so that a group is mapped as one buffer. */
    public static final int MAX_GROUP_SIZE_BYTES = 1 << 30;
    /** The smallest memory budget: 32 MiB. */
    public static final long MIN_MEMORY_BUDGET_BYTES = 32L << 20;

    private static final long DEFAULT_MEMORY_BUDGET_BYTES = 256L << 20;
    /** The largest write budget: 1 GiB. */
    private static final long MAX_WRITE_BUFFER_BYTES = 1L << 30;

    private static final long DEFAULT_WRITE_BUFFER_BYTES = 8L << 20;
    private static final Duration MAX_COMMIT_INTERVAL = Duration.ofHours(1);

    private final Builder values;

    private VolumeOptions(Builder values) {
        this.values = values;
    }

    /**
     * The defaults: 4 KiB blocks, 128 MiB block groups, SHA-256, LZ4 fast, 256 MiB of memory, commit every 5 seconds.
     *
     * @return the defaults
     */
    public static VolumeOptions defaults() {
        return builder().build();
    }

    /**
     * A builder holding the defaults.
     *
     * @return a new builder
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * A builder holding these options.
     *
     * @return a new builder
     */
    public Builder toBuilder() {
        return new Builder(values);
    }

    /**
     * The block size, if set; 4 KiB is used at creation when it is not.
     *
     * @return the size in bytes
     */
    public OptionalInt blockSizeBytes() {
        return values.blockSizeBytes == 0 ? OptionalInt.empty() : OptionalInt.of(values.blockSizeBytes);
    }

    /**
     * The block-group size, if set. When it is not, 128 MiB is used at creation, or as much less as it takes for {@link
     * #maxPhysicalBytes()} to be 64 groups, but at least 1 MiB.
     *
     * @return the size in bytes
     */
    public OptionalInt groupSizeBytes() {
        return values.groupSizeBytes == 0 ? OptionalInt.empty() : OptionalInt.of(values.groupSizeBytes);
    }

    /**
     * The fingerprint algorithm, if set; SHA-256 is used at creation when it is not.
     *
     * @return the algorithm
     */
    public Optional<FingerprintAlgorithm> fingerprint() {
        return Optional.ofNullable(values.fingerprint);
    }

    /**
     * The most bytes the volume may take on disk, if limited.
     *
     * @return the limit in bytes
     */
    public OptionalLong maxPhysicalBytes() {
        return values.maxPhysicalBytes == Long.MAX_VALUE
                ? OptionalLong.empty()
                : OptionalLong.of(values.maxPhysicalBytes);
    }

    /**
     * The memory for metadata pages, index partitions and resident parts of the mapped volume file. Beside it come the filter, at most 4
     * bytes a unique block and a quarter of a MiB, the {@linkplain #writeBufferBytes() write buffer}, and some MiB of buffers for open block
     * groups, for calls, and for imports and exports.
     *
     * @return the budget in bytes
     */
    public long memoryBudgetBytes() {
        return values.memoryBudgetBytes;
    }

    /**
     * How new blocks are compressed.
     *
     * @return the compression
     */
    public Compression compression() {
        return values.compression;
    }

    /**
     * When changes become durable by themselves.
     *
     * @return the durability
     */
    public Durability durability() {
        return values.durability;
    }

    /**
     * The time between commits under {@link Durability#INTERVAL}.
     *
     * @return the interval
     */
    public Duration commitInterval() {
        return values.commitInterval;
    }

    /**
     * Whether every duplicate is compared byte for byte before it is shared; always so with {@link
     * FingerprintAlgorithm#XXH3_128}.
     *
     * @return true if verification was asked for
     */
    public boolean verifyDuplicates() {
        return values.verifyDuplicates;
    }

    /**
     * Whether the volume is opened for reading only: nothing in its directory is changed, except that the lock is taken.
     *
     * @return true if read-only
     */
    public boolean isReadOnly() {
        return values.readOnly;
    }

    /**
     * What holds the index partitions.
     *
     * @return the backend asked for
     */
    public IndexBackend indexBackend() {
        return values.indexBackend;
    }

    /**
     * Worker threads for import, export and verification.
     *
     * @return the number of threads
     */
    public int workerThreads() {
        return values.workerThreads;
    }

    /**
     * Memory for small writes that are not stored yet.
     *
     * @return the budget in bytes, 0 if every write is stored at once
     */
    public long writeBufferBytes() {
        return values.writeBufferBytes;
    }

    /**
     * Whether and how space comes back by itself.
     *
     * @return the setting
     */
    public BackgroundCompaction backgroundCompaction() {
        return values.backgroundCompaction;
    }

    /**
     * The room below which the listener is told.
     *
     * @return the mark in bytes
     */
    public long lowSpaceBytes() {
        return values.lowSpaceBytes;
    }

    /**
     * Who is told of low space.
     *
     * @return the listener
     */
    public LowSpaceListener lowSpaceListener() {
        return values.lowSpaceListener;
    }

    /** All options but the listener; "default" is what the engine chooses when it creates a volume. */
    @Override
    public String toString() {
        return "VolumeOptions[blockSizeBytes=" + orDefault(values.blockSizeBytes)
                + ", groupSizeBytes=" + orDefault(values.groupSizeBytes)
                + ", fingerprint=" + (values.fingerprint == null ? "default" : values.fingerprint)
                + ", maxPhysicalBytes="
                + (values.maxPhysicalBytes == Long.MAX_VALUE ? "unlimited" : values.maxPhysicalBytes)
                + ", memoryBudgetBytes=" + values.memoryBudgetBytes
                + ", compression=" + values.compression
                + ", durability=" + values.durability
                + ", commitInterval=" + values.commitInterval
                + ", verifyDuplicates=" + values.verifyDuplicates
                + ", readOnly=" + values.readOnly
                + ", indexBackend=" + values.indexBackend
                + ", workerThreads=" + values.workerThreads
                + ", writeBufferBytes=" + values.writeBufferBytes
                + ", backgroundCompaction=" + values.backgroundCompaction
                + ", lowSpaceBytes=" + values.lowSpaceBytes
                + "]";
    }

    private static String orDefault(int bytes) {
        return bytes == 0 ? "default" : Integer.toString(bytes);
    }

    /**
     * Collects options; not safe for use by several threads.
     *
     * @since 0.1.0
     */
    public static final class Builder {
        private int blockSizeBytes;
        private int groupSizeBytes;
        private @Nullable FingerprintAlgorithm fingerprint;
        private long maxPhysicalBytes = Long.MAX_VALUE;
        private long memoryBudgetBytes = DEFAULT_MEMORY_BUDGET_BYTES;
        private Compression compression = Compression.LZ4_FAST;
        private Durability durability = Durability.INTERVAL;
        private Duration commitInterval = Duration.ofSeconds(5);
        private boolean verifyDuplicates;
        private boolean readOnly;
        private IndexBackend indexBackend = IndexBackend.AUTO;
        private long writeBufferBytes = DEFAULT_WRITE_BUFFER_BYTES;
        private BackgroundCompaction backgroundCompaction = BackgroundCompaction.defaults();
        private long lowSpaceBytes;
        private LowSpaceListener lowSpaceListener = LowSpaceListener.NONE;
        private int workerThreads = Math.max(1, Runtime.getRuntime().availableProcessors());

        private Builder() {}

        private Builder(Builder other) {
            blockSizeBytes = other.blockSizeBytes;
            groupSizeBytes = other.groupSizeBytes;
            fingerprint = other.fingerprint;
            maxPhysicalBytes = other.maxPhysicalBytes;
            memoryBudgetBytes = other.memoryBudgetBytes;
            compression = other.compression;
            durability = other.durability;
            commitInterval = other.commitInterval;
            verifyDuplicates = other.verifyDuplicates;
            readOnly = other.readOnly;
            indexBackend = other.indexBackend;
            workerThreads = other.workerThreads;
            writeBufferBytes = other.writeBufferBytes;
            backgroundCompaction = other.backgroundCompaction;
            lowSpaceBytes = other.lowSpaceBytes;
            lowSpaceListener = other.lowSpaceListener;
        }

        /**
         * Sets the block size (format-time).
         *
         * @param bytes a power of two from 4 KiB to 64 KiB
         * @return this
         * @throws InvalidArgumentException if it is not
         */
        public Builder blockSizeBytes(int bytes) {
            blockSizeBytes = powerOfTwo("blockSizeBytes", bytes, MIN_BLOCK_SIZE_BYTES, MAX_BLOCK_SIZE_BYTES);
            return this;
        }

        /**
         * Sets the block-group size (format-time). Volumes beyond 1 TiB want larger groups than the default.
         *
         * @param bytes a power of two from 1 MiB to 1 GiB
         * @return this
         * @throws InvalidArgumentException if it is not
         */
        public Builder groupSizeBytes(int bytes) {
            groupSizeBytes = powerOfTwo("groupSizeBytes", bytes, MIN_GROUP_SIZE_BYTES, MAX_GROUP_SIZE_BYTES);
            return this;
        }

        /**
         * Sets the fingerprint algorithm (format-time).
         *
         * @param algorithm the algorithm
         * @return this
         */
        public Builder fingerprint(FingerprintAlgorithm algorithm) {
            fingerprint = Objects.requireNonNull(algorithm, "algorithm");
            return this;
        }

        /**
         * Limits what the volume may take on disk. It grows on demand up to this; opening a full volume may take some pages of
         * metadata more, so that what was committed is not refused.
         *
         * @param bytes at least 16 MiB
         * @return this
         * @throws InvalidArgumentException if it is less
         */
        public Builder maxPhysicalBytes(long bytes) {
            maxPhysicalBytes = atLeast("maxPhysicalBytes", bytes, 16L << 20);
            return this;
        }

        /**
         * Sets the memory budget.
         *
         * @param bytes at least {@link #MIN_MEMORY_BUDGET_BYTES}
         * @return this
         * @throws InvalidArgumentException if it is less
         */
        public Builder memoryBudgetBytes(long bytes) {
            memoryBudgetBytes = atLeast("memoryBudgetBytes", bytes, MIN_MEMORY_BUDGET_BYTES);
            return this;
        }

        /**
         * Sets how new blocks are compressed.
         *
         * @param value the compression
         * @return this
         */
        public Builder compression(Compression value) {
            compression = Objects.requireNonNull(value, "value");
            return this;
        }

        /**
         * Sets when changes become durable by themselves.
         *
         * @param value the durability
         * @return this
         */
        public Builder durability(Durability value) {
            durability = Objects.requireNonNull(value, "value");
            return this;
        }

        /**
         * Sets the time between commits under {@link Durability#INTERVAL}.
         *
         * @param interval from 1 ms to 1 hour
         * @return this
         * @throws InvalidArgumentException if it is outside
         */
        public Builder commitInterval(Duration interval) {
            if (interval.compareTo(Duration.ofMillis(1)) < 0 || interval.compareTo(MAX_COMMIT_INTERVAL) > 0) {
                throw new InvalidArgumentException("commitInterval", interval, "1 ms..1 h");
            }
            commitInterval = interval;
            return this;
        }

        /**
         * Sets whether duplicates are compared byte for byte before they are shared.
         *
         * @param verify true to compare
         * @return this
         */
        public Builder verifyDuplicates(boolean verify) {
            verifyDuplicates = verify;
            return this;
        }

        /**
         * Sets whether the volume is opened for reading only.
         *
         * @param value true for read-only
         * @return this
         */
        public Builder readOnly(boolean value) {
            readOnly = value;
            return this;
        }

        /**
         * Sets what holds the index partitions.
         *
         * @param backend the backend
         * @return this
         */
        public Builder indexBackend(IndexBackend backend) {
            indexBackend = Objects.requireNonNull(backend, "backend");
            return this;
        }

        /**
         * Sets the number of worker threads.
         *
         * @param threads from 1 to 256
         * @return this
         * @throws InvalidArgumentException if it is outside
         */
        public Builder workerThreads(int threads) {
            if (threads < 1 || threads > 256) {
                throw new InvalidArgumentException("workerThreads", threads, "1..256");
            }
            workerThreads = threads;
            return this;
        }

        /**
         * Sets the memory for small writes that are not stored yet: writes to the same block, and neighbouring ones, are
         * stored together when they are flushed. It is memory on top of {@link #memoryBudgetBytes}. The volume may use
         * less, so that a flush always finds room.
         *
         * @param bytes from 0, by which every write is stored at once, to 1 GiB
         * @return this
         * @throws InvalidArgumentException if it is outside
         */
        public Builder writeBufferBytes(long bytes) {
            if (bytes < 0 || bytes > MAX_WRITE_BUFFER_BYTES) {
                throw new InvalidArgumentException("writeBufferBytes", bytes, "0.." + MAX_WRITE_BUFFER_BYTES);
            }
            writeBufferBytes = bytes;
            return this;
        }

        /**
         * Sets whether and how space comes back by itself.
         *
         * @param value the setting
         * @return this
         */
        public Builder backgroundCompaction(BackgroundCompaction value) {
            backgroundCompaction = Objects.requireNonNull(value, "value");
            return this;
        }

        /**
         * Sets who is told when room runs low.
         *
         * @param bytes the room for blocks below which the listener is told; 0 for never
         * @param listener the listener
         * @return this
         * @throws InvalidArgumentException if the mark is negative
         */
        public Builder lowSpace(long bytes, LowSpaceListener listener) {
            lowSpaceBytes = atLeast("lowSpaceBytes", bytes, 0);
            lowSpaceListener = Objects.requireNonNull(listener, "listener");
            return this;
        }

        /**
         * Makes the options.
         *
         * @return the options
         */
        public VolumeOptions build() {
            return new VolumeOptions(new Builder(this));
        }

        private static int powerOfTwo(String what, int value, int min, int max) {
            if (value < min || value > max || Integer.bitCount(value) != 1) {
                throw new InvalidArgumentException(what, value, "a power of two from " + min + " to " + max);
            }
            return value;
        }

        private static long atLeast(String what, long value, long min) {
            if (value < min) {
                throw new InvalidArgumentException(what, value, "at least " + min);
            }
            return value;
        }
    }
}
