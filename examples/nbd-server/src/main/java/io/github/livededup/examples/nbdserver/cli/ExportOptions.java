package io.github.livededup.examples.nbdserver.cli;

import io.github.livededup.examples.nbdserver.export.CloneMode;
import io.github.livededup.examples.nbdserver.export.ExportSettings;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Option;

/** How images are offered. */
final class ExportOptions {
    @Option(
            names = {"-r", "--read-only"},
            description = "Open the volume for reading only; every export is read-only, and there are no clones.")
    boolean readOnly;

    @Option(
            names = "--clones",
            paramLabel = "MODE",
            defaultValue = "delete",
            description = "What becomes of the clone that a client gets for NAME?clone when it has gone: delete"
                    + " (default), keep, or off for no clones.")
    CloneMode clones = CloneMode.DELETE;

    @Option(
            names = "--default-export",
            paramLabel = "NAME",
            defaultValue = "",
            description = "What a client gets that names no export; may end in ?clone.")
    String defaultExport = "";

    @Option(
            names = "--create",
            paramLabel = "NAME=SIZE",
            description = "Create an empty image, unless there is one of that name; may be given several times.")
    Map<String, String> toCreate = new LinkedHashMap<>();

    ExportSettings toSettings() {
        return new ExportSettings(readOnly, clones, defaultExport);
    }
}
