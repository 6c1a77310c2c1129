package io.github.livededup.examples.fusemount.fs;

/** What becomes of a time. */
public final class TimeChange {
    /** It stays. */
    public static final TimeChange KEEP = new TimeChange(false, false, 0);
    /** It becomes now. */
    public static final TimeChange NOW = new TimeChange(true, true, 0);

    private final boolean isSet;
    private final boolean isNow;
    private final long nanos;

    private TimeChange(boolean isSet, boolean isNow, long nanos) {
        this.isSet = isSet;
        this.isNow = isNow;
        this.nanos = nanos;
    }

    /**
     * It is set.
     *
     * @param seconds since 1970
     * @param nanos of the second
     * @return the change
     */
    public static TimeChange to(long seconds, long nanos) {
        return new TimeChange(true, false, Clock.nanosOf(seconds, nanos));
    }

    long apply(long present, long now) {
        if (!isSet) {
            return present;
        }
        return isNow ? now : nanos;
    }
}
