package io.github.livededup.jmh;

import java.io.IOException;
import java.util.List;

/**
 * The bytes that each path of the engine allocates on the heap for a block of 4 KiB, once it is warm, checkpoints included and the
 * making of volumes left out. Prints a Markdown table; {@code docs/benchmarks/allocation.md} has one.
 *
 * <p>Run: {@code java -cp livededup-jmh/target/benchmarks.jar io.github.livededup.jmh.AllocationReport [PATH]}, of all paths or of those
 * whose name contains a text; {@code -XX:-UseTLAB} and {@code --sites} in front of it show where: slow, and exact.
 */
public final class AllocationReport {
    private static final String SITES = "--sites";

    private final boolean sites;
    private final String wanted;

    private AllocationReport(boolean sites, String wanted) {
        this.sites = sites;
        this.wanted = wanted;
    }

    /**
     * Runs it.
     *
     * @param arguments see above
     * @throws IOException if the directory for temporary files cannot be written
     */
    public static void main(String[] arguments) throws IOException {
        boolean sites = arguments.length > 0 && arguments[0].equals(SITES);
        String wanted = arguments.length > (sites ? 1 : 0) ? arguments[arguments.length - 1] : "";
        AllocationReport report = new AllocationReport(sites, wanted);
        if (!sites) {
            System.out.println("| path | calling thread | its flush | the least of a round | other threads |");
            System.out.println("|---|---:|---:|---:|---:|");
        }
        try (BlockAllocation paths = new BlockAllocation()) {
            report.measure(paths.paths());
        }
        try (ImageAllocation paths = new ImageAllocation()) {
            report.measure(paths.paths());
        }
        try (TransferAllocation paths = new TransferAllocation()) {
            report.measure(paths.paths());
        }
    }

    private void measure(List<AllocationPath> paths) throws IOException {
        for (AllocationPath path : paths) {
            if (path.name().contains(wanted)) {
                AllocationCount count = AllocationCount.of(path);
                if (sites) {
                    AllocationSites.print(path);
                } else {
                    print(path, count);
                }
            }
        }
    }

    private static void print(AllocationPath path, AllocationCount count) {
        double blocks = count.blocks();
        System.out.printf(
                "| %s | %.1f | %.1f | %.1f | %.1f |%n",
                path.name(),
                count.rounds() / blocks,
                count.ends() / blocks,
                (double) count.leastRound() / path.blocks(),
                count.others() / blocks);
    }
}
