package io.github.livededup.engine.crashkit;

import java.util.Random;
import java.util.function.Predicate;

/**
 * When a {@link FaultyDirectory} lets what go wrong: an operation, on some files, the n-th time or by chance. Takes effect
 * with {@link #then}.
 */
public final class FaultRule {
    private final FaultyDirectory directory;
    private final FileOperation operation;
    private Predicate<String> files = name -> true;
    private long skip;
    private long times = Long.MAX_VALUE;
    private int oneIn = 1;
    private Random random = new Random(0);
    private Fault fault = Fault.error();

    FaultRule(FaultyDirectory directory, FileOperation operation) {
        this.directory = directory;
        this.operation = operation;
    }

    /**
     * Only of one file.
     *
     * @param name its name in the volume's directory, such as "blocks.dat"
     * @return this
     */
    public FaultRule of(String name) {
        return ofAny(name::equals);
    }

    /**
     * Only of some files.
     *
     * @param names tells which, by name
     * @return this
     */
    public FaultRule ofAny(Predicate<String> names) {
        files = names;
        return this;
    }

    /**
     * The n-th time from now and no other time.
     *
     * @param number from 0
     * @return this
     */
    public FaultRule nth(long number) {
        return after(number).times(1);
    }

    /**
     * Not the first times.
     *
     * @param number how many go well
     * @return this
     */
    public FaultRule after(long number) {
        skip = number;
        return this;
    }

    /**
     * Not for ever.
     *
     * @param number how often at most
     * @return this
     */
    public FaultRule times(long number) {
        times = number;
        return this;
    }

    /**
     * By chance only.
     *
     * @param number one time in so many
     * @param seed of the chance
     * @return this
     */
    public FaultRule oneIn(int number, long seed) {
        oneIn = number;
        random = new Random(seed);
        return this;
    }

    /**
     * From now on this goes wrong.
     *
     * @param what how
     */
    public void then(Fault what) {
        fault = what;
        directory.add(this);
    }

    Fault fault() {
        return fault;
    }

    /** Whether it strikes now; counts. The directory's monitor is held. */
    boolean strikes(FileOperation asked, String name) {
        if (asked != operation || !files.test(name) || times == 0) {
            return false;
        }
        if (skip > 0) {
            skip--;
            return false;
        }
        if (oneIn > 1 && random.nextInt(oneIn) > 0) {
            return false;
        }
        times--;
        return true;
    }
}
