package io.github.livededup.engine.badinput;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.livededup.engine.fuzz.Examination.Result;
import io.github.livededup.engine.fuzz.MemorySpecimen;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Every structure of the format, damaged by hand, with a stated outcome for each case: the resource {@code outcomes.txt}
 * beside this class. With {@code -Dlivededup.test.outcomes=FILE} the outcomes that were found are written to a file in
 * its form.
 */
@TestInstance(Lifecycle.PER_CLASS)
@Tag("exhaustive")
class DamageCatalogueTest {
    private static final String STATED = "outcomes.txt";

    private final Map<String, Map<String, String>> stated = new TreeMap<>();
    private final Map<String, Map<String, String>> found = new LinkedHashMap<>();
    private MemorySpecimen specimen;

    /** A part of the catalogue. */
    enum Structure {
        SUPERBLOCK(StructureDamage::superblock),
        SEGMENT_HEADERS(StructureDamage::segments),
        FRAMES(StructureDamage::frames),
        RECORDS(StructureDamage::records),
        PAGE_HEADERS(PageDamage::headers),
        PAGE_CONTENTS(PageDamage::contents),
        TREES(TreeDamage::of),
        BLOCK_GROUPS(StructureDamage::groups),
        INDEX(StructureDamage::index),
        FILES(FileDamage::of);

        private final Function<MemorySpecimen, List<DamageCase>> cases;

        Structure(Function<MemorySpecimen, List<DamageCase>> cases) {
            this.cases = cases;
        }
    }

    @BeforeAll
    void prepare() throws IOException {
        specimen = new MemorySpecimen();
        try (InputStream table = DamageCatalogueTest.class.getResourceAsStream(STATED)) {
            if (table != null) {
                new String(table.readAllBytes(), StandardCharsets.UTF_8).lines().forEach(this::readStated);
            }
        }
    }

    private void readStated(String line) {
        int colon = line.indexOf(": ");
        if (line.startsWith("#") || colon < 0) {
            return;
        }
        Map<String, String> outcomes = stated.computeIfAbsent(line.substring(0, colon), key -> new LinkedHashMap<>());
        for (String part : line.substring(colon + 2).split("; ")) {
            int equals = part.lastIndexOf(" = ");
            outcomes.put(part.substring(0, equals), part.substring(equals + 3));
        }
    }

    @ParameterizedTest
    @EnumSource
    @Timeout(value = 600, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void hasTheStatedOutcome(Structure structure) {
        List<String> differences = new ArrayList<>();
        List<DamageCase> cases = structure.cases.apply(specimen);
        for (DamageCase damage : cases) {
            Result result = damage.examine(specimen);
            Map<String, String> line = stated.getOrDefault(damage.line(), Map.of());
            String expected = line.getOrDefault(damage.how(), line.getOrDefault("all", "nothing stated"));
            found.computeIfAbsent(damage.line(), key -> new LinkedHashMap<>()).put(damage.how(), result.stated());
            if (!result.stated().equals(expected) || !result.outcome().isAllowed) {
                differences.add(damage.line() + ": " + damage.how() + ": actual=" + result.stated() + " ("
                        + result.detail() + ") expected=" + expected);
            }
        }
        System.out.println("damage catalogue, " + structure + ": " + cases.size() + " cases");
        assertThat(differences).isEmpty();
    }

    @AfterAll
    void writeFound() throws IOException {
        String file = System.getProperty("livededup.test.outcomes");
        if (file != null) {
            List<String> lines = new ArrayList<>();
            found.forEach((line, outcomes) -> lines.add(line + ": " + joined(outcomes)));
            Files.write(Path.of(file), lines);
        }
    }

    private static String joined(Map<String, String> outcomes) {
        if (outcomes.size() > 1 && outcomes.values().stream().distinct().count() == 1) {
            return "all = " + outcomes.values().iterator().next();
        }
        List<String> parts = new ArrayList<>();
        outcomes.forEach((how, outcome) -> parts.add(how + " = " + outcome));
        return String.join("; ", parts);
    }
}
