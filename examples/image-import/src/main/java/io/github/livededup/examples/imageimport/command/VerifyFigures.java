package io.github.livededup.examples.imageimport.command;

import io.github.livededup.VerifyReport;
import io.github.livededup.examples.imageimport.console.Sizes;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A verification's report as lines for people and as maps for JSON. */
final class VerifyFigures {
    private static final int MAX_PRINTED = 20;

    private VerifyFigures() {}

    static List<String> lines(VerifyReport report) {
        List<String> lines = new ArrayList<>();
        int printed = 0;
        for (VerifyReport.Problem problem : report.problems()) {
            if (printed == MAX_PRINTED) {
                break;
            }
            printed++;
            lines.add("damaged: " + problem.resource() + ": " + problem.message());
            for (VerifyReport.Use use : problem.uses()) {
                lines.add(
                        "  used by " + use.image() + " at " + use.offsetBytes() + ", " + use.lengthBytes() + " bytes");
            }
            if (problem.useCount() > problem.uses().size()) {
                lines.add("  and " + (problem.useCount() - problem.uses().size()) + " more places");
            }
            if (problem.callerReferences() > 0) {
                lines.add("  " + problem.callerReferences() + " references of the block store's callers");
            }
        }
        if (report.problemCount() > printed) {
            lines.add("and " + (report.problemCount() - printed) + " more");
        }
        String verdict = report.isClean() ? "clean" : count(report.problemCount());
        lines.add(verdict + " at level " + EnumNames.of(report.level()) + ": " + report.metadataPages()
                + " metadata pages, " + report.blocks() + " blocks, " + Sizes.format(report.bytes()) + " read in "
                + Sizes.time(report.elapsed()));
        if (!report.complete()) {
            lines.add("not complete: the time was up");
        }
        return lines;
    }

    private static String count(long problems) {
        return problems == 1 ? "1 problem" : problems + " problems";
    }

    static Map<String, @Nullable Object> toMap(VerifyReport report) {
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        map.put("level", EnumNames.of(report.level()));
        map.put("clean", report.isClean());
        map.put("problemCount", report.problemCount());
        map.put("problems", problems(report.problems()));
        map.put("metadataPages", report.metadataPages());
        map.put("groups", report.groups());
        map.put("blocks", report.blocks());
        map.put("bytes", report.bytes());
        map.put("complete", report.complete());
        map.put("cursor", report.cursor().orElse(null));
        map.put("seconds", report.elapsed().toNanos() / 1e9);
        return map;
    }

    static List<Map<String, @Nullable Object>> problems(List<VerifyReport.Problem> problems) {
        List<Map<String, @Nullable Object>> list = new ArrayList<>();
        for (VerifyReport.Problem problem : problems) {
            Map<String, @Nullable Object> each = new LinkedHashMap<>();
            each.put("resource", problem.resource());
            each.put("message", problem.message());
            each.put("kind", EnumNames.of(problem.kind()));
            each.put(
                    "address", problem.address().isPresent() ? problem.address().getAsLong() : null);
            each.put("useCount", problem.useCount());
            each.put("uses", problem.uses().stream().map(VerifyFigures::use).toList());
            each.put("callerReferences", problem.callerReferences());
            list.add(each);
        }
        return list;
    }

    private static Map<String, @Nullable Object> use(VerifyReport.Use use) {
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        map.put("image", use.image());
        map.put("offset", use.offsetBytes());
        map.put("length", use.lengthBytes());
        return map;
    }
}
