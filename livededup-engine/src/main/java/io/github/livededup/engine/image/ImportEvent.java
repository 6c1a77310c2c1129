package io.github.livededup.engine.image;

import io.github.livededup.ImportResult;
import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** The JFR event of an import. */
@Name("livededup.Import")
@Label("Image import")
@Category("LiveDedup")
@StackTrace(false)
final class ImportEvent extends Event {
    @Label("Image")
    String image = "";

    @Label("Logical size")
    @DataAmount
    long logicalBytes;

    @Label("Non-zero blocks")
    long nonZeroBlocks;

    @Label("New blocks")
    long newBlocks;

    @Label("Stored")
    @DataAmount
    long storedBytes;

    private ImportEvent() {}

    /** Begins an event, whose time runs. */
    static ImportEvent begun() {
        ImportEvent event = new ImportEvent();
        event.begin();
        return event;
    }

    /** Ends and records it. */
    void record(ImportResult result) {
        end();
        if (shouldCommit()) {
            image = result.name();
            logicalBytes = result.logicalBytes();
            nonZeroBlocks = result.nonZeroBlocks();
            newBlocks = result.newBlocks();
            storedBytes = result.storedBytes();
            commit();
        }
    }
}
