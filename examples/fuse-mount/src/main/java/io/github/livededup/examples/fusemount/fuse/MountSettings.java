package io.github.livededup.examples.fusemount.fuse;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Where and how to mount.
 *
 * @param point an existing directory
 * @param volume what is shown as the device
 * @param readOnly whether the kernel is to refuse changes
 * @param allowOther whether other users may enter
 * @param options more options for libfuse, as for {@code -o}
 * @param stopSeconds how long open files may hold up the end
 */
public record MountSettings(
        Path point, Path volume, boolean readOnly, boolean allowOther, List<String> options, long stopSeconds) {
    /**
     * Writes of 128 KiB instead of 4; the kernel checks permissions; attributes
     * are not cached, because each name of a file has a cache of its own.
     */
    private static final String OPTIONS = "big_writes,max_write=131072,max_read=131072,default_permissions,use_ino,"
            + "attr_timeout=0,negative_timeout=0,subtype=livededup";

    /**
     * The arguments for libfuse.
     *
     * @return with the program's name in front
     */
    List<String> toArguments() {
        String name = volume.toString().replace(',', '_').replace('\\', '_');
        List<String> arguments = new ArrayList<>(List.of(
                "livededup-fuse-mount",
                "-f",
                point.toAbsolutePath().toString(),
                "-o",
                OPTIONS,
                "-o",
                "fsname=" + name));
        if (readOnly) {
            arguments.addAll(List.of("-o", "ro"));
        }
        if (allowOther) {
            arguments.addAll(List.of("-o", "allow_other"));
        }
        for (String option : options) {
            arguments.addAll(List.of("-o", option));
        }
        return arguments;
    }
}
