package io.github.livededup.examples.nbdserver.export;

/**
 * How images are offered.
 *
 * @param readOnly whether every export is read-only, and nobody gets a clone
 * @param clones what becomes of clones made on connect
 * @param defaultExport what a client gets that names nothing; empty for an error
 */
public record ExportSettings(boolean readOnly, CloneMode clones, String defaultExport) {
    /** Writable, clones deleted when their clients have gone, no default. */
    public static final ExportSettings DEFAULTS = new ExportSettings(false, CloneMode.DELETE, "");
}
