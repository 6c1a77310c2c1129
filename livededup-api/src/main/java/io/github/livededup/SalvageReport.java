package io.github.livededup;

import java.time.Duration;
import java.util.List;

/**
 * What a salvage copied, and what is lost.
 *
 * @param generation the checkpoint it started from
 * @param usedOtherSuperblock whether that is not the newest one, as the newest cannot be used
 * @param images the images found, in the order of their numbers
 * @param hiddenImages images that were being made or deleted, and are left out
 * @param problems what is wrong with the volume apart from what the images' lost ranges say, at most 1,000: parts of the
 *     catalogue that cannot be read, commits that are lost
 * @param problemCount how many such problems there were in all
 * @param elapsed the time it took
 * @since 0.1.0
 */
public record SalvageReport(
        long generation,
        boolean usedOtherSuperblock,
        List<SalvagedImage> images,
        long hiddenImages,
        List<VerifyReport.Problem> problems,
        long problemCount,
        Duration elapsed) {
    /**
     * Makes a report.
     *
     * @param generation the checkpoint it started from
     * @param usedOtherSuperblock whether that is not the newest one
     * @param images the images found
     * @param hiddenImages images left out
     * @param problems what is wrong with the volume
     * @param problemCount how many problems there were in all
     * @param elapsed the time it took
     */
    public SalvageReport {
        images = List.copyOf(images);
        problems = List.copyOf(problems);
    }

    /**
     * Whether nothing is lost.
     *
     * @return true if every image was copied wholly and nothing else is wrong
     */
    public boolean isComplete() {
        return problemCount == 0 && images.stream().allMatch(image -> image.kept() && image.lostBytes() == 0);
    }

    /**
     * An image that was found.
     *
     * @param name its name
     * @param newName its name in the new volume; another one if two images had the same
     * @param snapshot whether it is a snapshot; it is one in the new volume as well
     * @param sizeBytes its size
     * @param copiedBytes bytes copied, holes not counted
     * @param lostBytes bytes that cannot be read, and are holes now
     * @param lostRangeCount how many ranges these are
     * @param lostRanges the ranges in order; the first 10,000 of an image, 100,000 in all
     * @param kept whether it is in the new volume
     * @since 0.1.0
     */
    public record SalvagedImage(
            String name,
            String newName,
            boolean snapshot,
            long sizeBytes,
            long copiedBytes,
            long lostBytes,
            long lostRangeCount,
            List<LostRange> lostRanges,
            boolean kept) {
        /**
         * Makes a record.
         *
         * @param name its name
         * @param newName its name in the new volume
         * @param snapshot whether it is a snapshot
         * @param sizeBytes its size
         * @param copiedBytes bytes copied
         * @param lostBytes bytes that cannot be read
         * @param lostRangeCount how many ranges these are
         * @param lostRanges the ranges in order
         * @param kept whether it is in the new volume
         */
        public SalvagedImage {
            lostRanges = List.copyOf(lostRanges);
        }
    }

    /**
     * What kind of damage a range is lost to.
     *
     * @since 0.1.0
     */
    public enum Cause {
        /** A page of the image's map cannot be read: what was there is not known, and may have been a hole. */
        MAP,
        /** The block group of its blocks cannot be told or is another's. */
        GROUP,
        /** The blocks themselves are damaged. */
        BLOCK
    }

    /**
     * A range of an image that is lost.
     *
     * @param offsetBytes where it starts
     * @param lengthBytes how long it is
     * @param cause what it is lost to
     * @param message what is wrong, as "what: actual=… expected=…"; of the first block, if there are several
     * @since 0.1.0
     */
    public record LostRange(long offsetBytes, long lengthBytes, Cause cause, String message) {}
}
