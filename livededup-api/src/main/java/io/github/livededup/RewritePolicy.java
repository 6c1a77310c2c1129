package io.github.livededup;

import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Whether an import stores duplicates anew that would scatter the image: it trades space for reading speed. The copies
 * become the ones that later imports find. What it cost is in {@link ImportResult#rewrittenBlocks()}.
 *
 * @since 0.1.0
 */
public final class RewritePolicy {
    private static final RewritePolicy NEVER = new RewritePolicy(Kind.NEVER, null, 0, 0, 1);
    private static final double DEFAULT_MAX_SHARE = 0.05;

    /**
     * The kinds of policy.
     *
     * @since 0.1.0
     */
    public enum Kind {
        /** Every duplicate is shared. */
        NEVER,
        /** Duplicates in places that the last version hardly used are stored anew. */
        NEWEST_VERSION,
        /** Duplicates in short runs are stored anew. */
        MINIMUM_RUN
    }

    private final Kind kind;
    private final @Nullable String previousImage;
    private final double minUtilisation;
    private final int minRunBlocks;
    private final double maxShare;

    private RewritePolicy(
            Kind kind, @Nullable String previousImage, double minUtilisation, int minRunBlocks, double maxShare) {
        this.kind = kind;
        this.previousImage = previousImage;
        this.minUtilisation = minUtilisation;
        this.minRunBlocks = minRunBlocks;
        this.maxShare = maxShare;
    }

    /**
     * Every duplicate is shared: the least space.
     *
     * @return the policy
     */
    public static RewritePolicy never() {
        return NEVER;
    }

    /**
     * Stores a duplicate anew if it lies in a stretch of 4 MiB of a block group of which the last version of the image
     * uses less than a share. The idea is that of history-aware rewriting (Fu et al., "Accelerating Restore and Garbage
     * Collection in Deduplication-based Backup Systems via Exploiting Historical Information", USENIX ATC 2014).
     *
     * @param previousImage the last version, an image of the volume; an import throws {@link NotFoundException} if there is
     *     none of that name
     * @param minUtilisation the share of a stretch's stored bytes, from 0 to 1; 0.5 is usual
     * @return the policy, which rewrites at most a twentieth of the image
     * @throws InvalidArgumentException if the share is outside
     */
    public static RewritePolicy newestVersion(String previousImage, double minUtilisation) {
        Objects.requireNonNull(previousImage, "previousImage");
        return new RewritePolicy(
                Kind.NEWEST_VERSION, previousImage, share("minUtilisation", minUtilisation), 0, DEFAULT_MAX_SHARE);
    }

    /**
     * Stores duplicates anew that come in shorter runs of neighbouring stored blocks. The idea is that of iDedup
     * (Srinivasan et al., "iDedup: Latency-aware, Inline Data Deduplication for Primary Storage", USENIX FAST 2012). Runs
     * are looked at in pieces of 1 MiB of the image: one that goes on in the next piece is shared so far.
     *
     * @param blocks the shortest run that is shared, from 2 to 256
     * @return the policy, which rewrites at most a twentieth of the image
     * @throws InvalidArgumentException if the number is outside
     */
    public static RewritePolicy minimumRun(int blocks) {
        if (blocks < 2 || blocks > 256) {
            throw new InvalidArgumentException("minimum run", blocks, "2..256 blocks");
        }
        return new RewritePolicy(Kind.MINIMUM_RUN, null, 0, blocks, DEFAULT_MAX_SHARE);
    }

    /**
     * This policy with another limit of what it may cost.
     *
     * @param share the most blocks stored anew, as a share of the blocks passed so far, from 0 to 1
     * @return a new policy
     * @throws InvalidArgumentException if the share is outside
     */
    public RewritePolicy withMaxShare(double share) {
        return new RewritePolicy(kind, previousImage, minUtilisation, minRunBlocks, share("maxShare", share));
    }

    /**
     * The kind.
     *
     * @return the kind
     */
    public Kind kind() {
        return kind;
    }

    /**
     * The last version, for {@link Kind#NEWEST_VERSION}.
     *
     * @return the image's name
     */
    public Optional<String> previousImage() {
        return Optional.ofNullable(previousImage);
    }

    /**
     * The least utilisation, for {@link Kind#NEWEST_VERSION}.
     *
     * @return from 0 to 1
     */
    public double minUtilisation() {
        return minUtilisation;
    }

    /**
     * The shortest run that is shared, for {@link Kind#MINIMUM_RUN}.
     *
     * @return blocks
     */
    public int minRunBlocks() {
        return minRunBlocks;
    }

    /**
     * The most blocks stored anew, as a share of the blocks passed so far.
     *
     * @return from 0 to 1
     */
    public double maxShare() {
        return maxShare;
    }

    @Override
    public String toString() {
        return switch (kind) {
            case NEVER -> "RewritePolicy[NEVER]";
            case NEWEST_VERSION ->
                "RewritePolicy[NEWEST_VERSION, previousImage=" + previousImage + ", minUtilisation=" + minUtilisation
                        + ", maxShare=" + maxShare + "]";
            case MINIMUM_RUN ->
                "RewritePolicy[MINIMUM_RUN, minRunBlocks=" + minRunBlocks + ", maxShare=" + maxShare + "]";
        };
    }

    private static double share(String what, double value) {
        if (!(value >= 0 && value <= 1)) {
            throw new InvalidArgumentException(what, value, "0..1");
        }
        return value;
    }
}
