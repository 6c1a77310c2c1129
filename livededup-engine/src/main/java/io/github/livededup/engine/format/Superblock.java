package io.github.livededup.engine.format;

/**
 * What a volume's superblock says: where its last checkpoint is and where the journal goes on from it.
 *
 * @param format the settings of the volume
 * @param generation counts checkpoints, from 1; of two superblocks the higher one holds
 * @param roots the metadata of the checkpoint
 * @param journalStart the sequence of the journal from which it is replayed
 * @param nextImageId reserved: written as 0, kept as it is read, and used by nobody
 * @param cleanlyClosed whether the volume was closed behind this checkpoint, so that the journal holds nothing and
 *     derived files are up to date
 * @param compatFlags features that a library may ignore if it does not know them; they are kept
 */
public record Superblock(
        VolumeFormat format,
        long generation,
        MetadataRoots roots,
        long journalStart,
        long nextImageId,
        boolean cleanlyClosed,
        int compatFlags) {
    /**
     * The superblock of the next checkpoint.
     *
     * @param newRoots its metadata
     * @param newJournalStart where the journal goes on from it
     * @param newNextImageId reserved: 0
     * @param closed whether the volume is being closed
     * @return a superblock of the next generation
     */
    public Superblock next(MetadataRoots newRoots, long newJournalStart, long newNextImageId, boolean closed) {
        return new Superblock(format, generation + 1, newRoots, newJournalStart, newNextImageId, closed, compatFlags);
    }
}
