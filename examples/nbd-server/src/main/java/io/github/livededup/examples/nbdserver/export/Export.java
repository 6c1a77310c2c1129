package io.github.livededup.examples.nbdserver.export;

/**
 * What a client is told of an export.
 *
 * @param name the name of the image behind it
 * @param sizeBytes its size, which stays the same while a client is connected
 * @param isReadOnly whether changes are refused
 * @param isShared whether all connections that ask for it get the same image; not so for a clone made on connect
 * @param description a sentence for people
 */
public record Export(String name, long sizeBytes, boolean isReadOnly, boolean isShared, String description) {}
