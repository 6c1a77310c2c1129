package io.github.livededup.jmh.soak;

/**
 * What became of a figure in the second half of a run: the line that fits it best, by least squares, and how far single values are from
 * that line.
 *
 * @param samples how many values there were
 * @param mean their mean
 * @param least the least of them
 * @param most the greatest of them
 * @param growth by how much the line rises from the half's first value to its last
 * @param growthError the standard error of that
 */
record Growth(int samples, double mean, double least, double most, double growth, double growthError) {
    /** With fewer nothing is said. */
    static final int FEWEST_SAMPLES = 5;

    /** So many standard errors, and it is no chance. */
    private static final double CERTAIN = 2;

    /**
     * Fits the second half.
     *
     * @param seconds when values were taken, ascending
     * @param values the values; NaN where there was none
     * @return the fit
     */
    static Growth ofSecondHalf(double[] seconds, double[] values) {
        if (seconds.length == 0) {
            return new Growth(0, 0, 0, 0, 0, 0);
        }
        double from = (seconds[0] + seconds[seconds.length - 1]) / 2;
        int first = 0;
        while (seconds[first] < from) {
            first++;
        }
        return fit(seconds, values, first);
    }

    private static Growth fit(double[] seconds, double[] values, int first) {
        int count = 0;
        double time = 0;
        double mean = 0;
        double least = Double.POSITIVE_INFINITY;
        double most = Double.NEGATIVE_INFINITY;
        for (int i = first; i < values.length; i++) {
            if (!Double.isNaN(values[i])) {
                count++;
                time += seconds[i];
                mean += values[i];
                least = Math.min(least, values[i]);
                most = Math.max(most, values[i]);
            }
        }
        if (count == 0) {
            return new Growth(0, 0, 0, 0, 0, 0);
        }
        time /= count;
        mean /= count;
        double spread = 0;
        double together = 0;
        for (int i = first; i < values.length; i++) {
            if (!Double.isNaN(values[i])) {
                spread += (seconds[i] - time) * (seconds[i] - time);
                together += (seconds[i] - time) * (values[i] - mean);
            }
        }
        double slope = spread == 0 ? 0 : together / spread;
        double rest = 0;
        for (int i = first; i < values.length; i++) {
            if (!Double.isNaN(values[i])) {
                double off = values[i] - mean - slope * (seconds[i] - time);
                rest += off * off;
            }
        }
        double length = seconds[seconds.length - 1] - seconds[first];
        double error = count > 2 && spread > 0 ? Math.sqrt(rest / (count - 2) / spread) : 0;
        return new Growth(count, mean, least, most, slope * length, error * length);
    }

    /**
     * Whether it grows: by more than it may, and not by chance.
     *
     * @param bound how much it may grow
     * @return true if it does
     */
    boolean exceeds(double bound) {
        return samples >= FEWEST_SAMPLES && growth > bound && growth > CERTAIN * growthError;
    }
}
