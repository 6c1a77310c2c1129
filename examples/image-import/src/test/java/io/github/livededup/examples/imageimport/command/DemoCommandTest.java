package io.github.livededup.examples.imageimport.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.livededup.VerifyLevel;
import io.github.livededup.VerifyOptions;
import io.github.livededup.VerifyReport;
import io.github.livededup.VolumeOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DemoCommandTest {
    @TempDir
    Path directory;

    private final CliFixture cli = new CliFixture();

    @Test
    void makesImportsExportsAndCompares() throws IOException {
        Path place = directory.resolve("demo");
        Path repository = Files.createDirectories(directory.resolve("repository"));
        Files.write(repository.resolve("a.jar"), new byte[] {1, 2, 3});

        int code = cli.run("demo", "--limit", "200K", "--maven-repo", repository, place);

        assertThat(code).isZero();
        assertThat(place.resolve("images"))
                .isDirectoryContaining("glob:**jdk-v1.raw")
                .isDirectoryContaining("glob:**maven-v2.raw");
        assertThat(cli.out()).contains("exported jdk-v2: identical");
        assertThat(cli.out().lines().reduce((a, b) -> b))
                .hasValueSatisfying(line -> assertThat(line)
                        .startsWith("demo: 4 images, identical after export; saved ")
                        .contains("non-zero (dedup "));
        assertThat(place).isDirectoryNotContaining("glob:**exported.raw");
    }

    @Test
    void saysWhenThereIsNoRepository() {
        Path absent = directory.resolve("absent");
        assertThat(cli.run("demo", "--limit", "100K", "--maven-repo", absent, directory.resolve("demo"), "--json"))
                .isZero();
        assertThat(cli.out()).startsWith("{\"images\":[{\"name\":\"jdk-v1\"").contains("\"identical\":true");
        assertThat(cli.out().lines()).hasSize(1);
    }

    @Test
    void refusesADirectoryThatHoldsSomething() throws IOException {
        Files.createFile(directory.resolve("mine"));
        assertThat(cli.run("demo", directory)).isEqualTo(2);
        assertThat(cli.err()).contains("not empty");
        assertThat(directory).isDirectoryContaining("glob:**mine");
    }

    @Test
    void damageAndDifferencesAreBad() throws IOException {
        FakeVolume volume = new FakeVolume(directory, VolumeOptions.defaults(), Map.of());
        VerifyReport clean = volume.verify(VerifyOptions.of(VerifyLevel.CHECKSUMS));
        DemoReport.Comparison same = new DemoReport.Comparison("a", 10, -1);
        DemoReport.Comparison different = new DemoReport.Comparison("b", 10, 7);

        assertThat(new DemoReport(List.of(same), VolumeFigures.of(volume), clean).isGood())
                .isTrue();
        DemoReport bad = new DemoReport(List.of(same, different), VolumeFigures.of(volume), clean);
        assertThat(bad.isGood()).isFalse();
        assertThat(bad.lines().get(0)).startsWith("demo: 2 images, 1 DIFFER after export; saved ");
    }
}
