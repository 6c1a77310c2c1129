package io.github.livededup.examples.imageimport.command;

import io.github.livededup.Volume;
import io.github.livededup.VolumeOptions;
import io.github.livededup.examples.imageimport.console.ExitCode;
import io.github.livededup.examples.imageimport.console.Sizes;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Creates an empty volume. */
@Command(name = "create", description = "Create an empty volume.")
final class CreateCommand implements Callable<Integer> {
    private final Cli cli;

    @Parameters(index = "0", paramLabel = "VOLUME", description = "The volume's directory: absent or empty.")
    private Path directory = Path.of("");

    @Mixin
    private final VolumeSettings settings = new VolumeSettings();

    CreateCommand(Cli cli) {
        this.cli = cli;
    }

    @Override
    public Integer call() throws IOException {
        VolumeOptions options = settings.toOptions();
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        String line;
        try (Volume volume = cli.volumes().create(directory, options)) {
            map.put("volume", directory.toString());
            map.put("blockSize", volume.blockSizeBytes());
            map.put("fingerprint", EnumNames.of(volume.fingerprintAlgorithm()));
            map.put("compression", EnumNames.of(options.compression()));
            line = "created " + directory + ": " + Sizes.binary(volume.blockSizeBytes()) + " blocks, "
                    + EnumNames.of(volume.fingerprintAlgorithm()) + ", " + EnumNames.of(options.compression());
        }
        cli.output().result(List.of(line), map);
        return ExitCode.OK;
    }
}
