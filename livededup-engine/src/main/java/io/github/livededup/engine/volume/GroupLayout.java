package io.github.livededup.engine.volume;

/**
 * Where a block group lies and how far it is filled, at one moment.
 *
 * @param group its number, from 1
 * @param region the region it lies in, from 0
 * @param sealed whether it is sealed; the figures are final then
 * @param slots its slots
 * @param dataEnd where its stored blocks end, from the region's start
 * @param tableOffset where its table starts, from the region's start; 0 while it is open
 * @param tableCrc the CRC32C of its table; 0 while it is open
 */
public record GroupLayout(
        int group, int region, boolean sealed, int slots, int dataEnd, int tableOffset, int tableCrc) {}
