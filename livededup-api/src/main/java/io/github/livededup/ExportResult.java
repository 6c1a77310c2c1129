package io.github.livededup;

import java.time.Duration;

/**
 * What an export did.
 *
 * @param name the image
 * @param logicalBytes its size
 * @param dataBytes bytes of blocks written; the rest are holes (in a file) or zeros (in a channel)
 * @param elapsed the time it took
 * @since 0.1.0
 */
public record ExportResult(String name, long logicalBytes, long dataBytes, Duration elapsed) {}
