package io.github.livededup.examples.imageimport.command;

import io.github.livededup.RepairAction;
import io.github.livededup.RepairPlan;
import io.github.livededup.RepairReport;
import io.github.livededup.VerifyReport;
import io.github.livededup.examples.imageimport.console.ExitCode;
import io.github.livededup.examples.imageimport.console.UsageException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Tells what repairs a volume needs and what each would lose; does those that are named. */
@Command(
        name = "repair",
        description = "Tell which repairs a volume needs and what each loses, changing nothing; with --apply, do them.")
final class RepairCommand implements Callable<Integer> {
    private static final int MAX_PRINTED = 20;

    private final Cli cli;

    @Parameters(index = "0", paramLabel = "VOLUME", description = "The volume's directory.")
    private Path directory = Path.of("");

    @Option(names = "--dry-run", description = "Change nothing; the default.")
    private boolean dryRun;

    @Option(
            names = "--apply",
            paramLabel = "ACTION",
            split = ",",
            description =
                    "Do this: rebuild-index, rebuild-counts, cut-journal, use-other-superblock; several with commas.")
    private List<RepairAction> apply = List.of();

    RepairCommand(Cli cli) {
        this.cli = cli;
    }

    @Override
    public Integer call() throws IOException {
        if (apply.isEmpty()) {
            return plan();
        }
        if (dryRun) {
            throw new UsageException("--dry-run and --apply exclude each other");
        }
        RepairReport report = cli.volumes().repair(directory, EnumSet.copyOf(apply));
        cli.output().result(lines(report), toMap(report));
        return report.verification().isClean() ? ExitCode.OK : ExitCode.DAMAGED;
    }

    private int plan() throws IOException {
        RepairPlan plan = cli.volumes().planRepair(directory);
        cli.output().result(lines(plan), toMap(plan));
        return plan.opens() && plan.problemCount() == 0 ? ExitCode.OK : ExitCode.DAMAGED;
    }

    private List<String> lines(RepairPlan plan) {
        List<String> lines = new ArrayList<>();
        for (RepairPlan.Slot slot : plan.superblocks()) {
            lines.add("superblock slot " + slot.number() + ": "
                    + slot.generation()
                            .map(generation -> "generation " + generation + (slot.closedCleanly() ? ", closed" : "")
                                    + (slot.inForce() ? ", in force" : ""))
                            .orElse("damaged: " + slot.problem()));
        }
        int printed = 0;
        for (VerifyReport.Problem problem : plan.problems()) {
            if (printed++ == MAX_PRINTED) {
                lines.add("and " + (plan.problemCount() - MAX_PRINTED) + " more");
                break;
            }
            lines.add("damaged: " + problem.resource() + ": " + problem.message());
        }
        for (RepairPlan.Trial trial : plan.trials()) {
            lines.add(names(trial.actions()) + (trial.helps() ? ": helps; " : ": does not help; ") + trial.does());
            lines.add("  loses: " + trial.loses());
            if (!trial.helps() && !trial.problems().isEmpty()) {
                VerifyReport.Problem first = trial.problems().get(0);
                lines.add("  left: " + first.resource() + ": " + first.message());
            }
        }
        lines.add(verdict(plan));
        return lines;
    }

    private String verdict(RepairPlan plan) {
        if (plan.opens() && plan.problemCount() == 0) {
            return "nothing to repair";
        }
        return plan.advised()
                .map(trial -> "advised: livededup repair " + directory + " --apply " + names(trial.actions()))
                .orElse("no repair helps; livededup salvage copies what can be read");
    }

    private static String names(Set<RepairAction> actions) {
        return actions.stream().map(EnumNames::of).collect(Collectors.joining(","));
    }

    private List<String> lines(RepairReport report) {
        List<String> lines = new ArrayList<>();
        lines.add("repaired " + directory + " by " + names(report.done().actions()) + ": "
                + report.done().does());
        lines.add("lost: " + report.done().loses());
        lines.add("generation " + report.generationBefore() + " before, " + report.generationAfter() + " now");
        lines.addAll(VerifyFigures.lines(report.verification()));
        return lines;
    }

    private Map<String, @Nullable Object> toMap(RepairReport report) {
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        map.put("volume", directory.toString());
        map.put("done", toMap(report.done()));
        map.put("generationBefore", report.generationBefore());
        map.put("generationAfter", report.generationAfter());
        map.put("verification", VerifyFigures.toMap(report.verification()));
        return map;
    }

    private Map<String, @Nullable Object> toMap(RepairPlan plan) {
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        map.put("volume", directory.toString());
        map.put("opens", plan.opens());
        map.put(
                "superblocks",
                plan.superblocks().stream().map(RepairCommand::toMap).toList());
        map.put("problemCount", plan.problemCount());
        map.put("problems", VerifyFigures.problems(plan.problems()));
        map.put("trials", plan.trials().stream().map(RepairCommand::toMap).toList());
        map.put("advised", plan.advised().map(trial -> actions(trial.actions())).orElse(null));
        return map;
    }

    private static List<String> actions(Set<RepairAction> actions) {
        return actions.stream().map(EnumNames::of).toList();
    }

    private static Map<String, @Nullable Object> toMap(RepairPlan.Slot slot) {
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        map.put("slot", slot.number());
        map.put("generation", slot.generation().orElse(null));
        map.put("inForce", slot.inForce());
        map.put("closedCleanly", slot.closedCleanly());
        map.put("problem", slot.problem());
        return map;
    }

    private static Map<String, @Nullable Object> toMap(RepairPlan.Trial trial) {
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        map.put("actions", actions(trial.actions()));
        map.put("helps", trial.helps());
        map.put("does", trial.does());
        map.put("loses", trial.loses());
        map.put("problems", VerifyFigures.problems(trial.problems()));
        return map;
    }
}
