package io.github.livededup.examples.fusemount.cli;

import io.github.livededup.examples.fusemount.fs.RootOwner;
import io.github.livededup.examples.fusemount.fuse.MountSettings;
import io.github.livededup.examples.serving.cli.UsageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How the volume is mounted. */
final class MountOptions {
    private static final int OCTAL = 8;
    private static final int PERMISSIONS = 07777;

    @Option(
            names = {"-r", "--read-only"},
            description = "Mount for reading only: nothing in the volume changes.")
    boolean readOnly;

    @Option(names = "--create", description = "Create the volume if it is not there.")
    boolean create;

    @Option(names = "--allow-other", description = "Let other users enter; always so for root.")
    boolean allowOther;

    @Option(
            names = "--uid",
            paramLabel = "UID",
            description = "Owner of a fresh root and of images that have no file yet; default the volume's owner.")
    @Nullable
    Integer uid;

    @Option(names = "--gid", paramLabel = "GID", description = "Their group; default the volume's group.")
    @Nullable
    Integer gid;

    @Option(names = "--root-mode", paramLabel = "OCTAL", description = "Permissions of a fresh root; default 755.")
    String rootMode = "755";

    @Option(
            names = "--file-mode",
            paramLabel = "OCTAL",
            description = "Permissions of images that have no file yet; default 644.")
    String fileMode = "644";

    @Option(names = "-o", paramLabel = "OPTION", description = "Another option for libfuse; may be repeated.")
    List<String> options = new ArrayList<>();

    @Option(
            names = "--stop-timeout",
            paramLabel = "SECONDS",
            description = "The time that open files have when the program is stopped; default 30.")
    int stopSeconds = 30;

    MountSettings toSettings(Path point, Path volume) throws IOException {
        boolean isRoot = "root".equals(System.getProperty("user.name"));
        if (stopSeconds < 0) {
            throw new UsageException("--stop-timeout: actual=" + stopSeconds + " expected=0 or more");
        }
        return new MountSettings(
                point, volume.toAbsolutePath(), readOnly, allowOther || isRoot, List.copyOf(options), stopSeconds);
    }

    RootOwner rootOwner(Path volume) throws IOException {
        return new RootOwner(
                uid != null ? uid : (Integer) Files.getAttribute(volume, "unix:uid"),
                gid != null ? gid : (Integer) Files.getAttribute(volume, "unix:gid"),
                permissions("--root-mode", rootMode),
                permissions("--file-mode", fileMode));
    }

    private static int permissions(String option, String text) {
        try {
            int value = Integer.parseInt(text, OCTAL);
            if (value >= 0 && value <= PERMISSIONS) {
                return value;
            }
        } catch (NumberFormatException e) {
            // told below
        }
        throw new UsageException(option + ": actual=" + text + " expected=octal permissions such as 755");
    }
}
