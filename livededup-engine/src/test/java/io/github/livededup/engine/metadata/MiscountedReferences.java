package io.github.livededup.engine.metadata;

import java.io.IOException;

/** Makes a reference count wrong. */
public final class MiscountedReferences {
    private MiscountedReferences() {}

    /** One reference more than there is; nobody else uses the metadata meanwhile. */
    public static void addOne(MetadataStore metadata, long address) throws IOException {
        metadata.reserve(MetadataStore.SMALL_CHANGE_PAGES);
        metadata.references().add(address, 1);
    }
}
