package io.github.livededup.engine.volume;

import io.github.livededup.NotFoundException;
import io.github.livededup.VolumeFullException;
import io.github.livededup.engine.format.BlockAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * The groups by number, the regions they take, and which open groups have writers. Finding a group takes no lock; the rest
 * is under this object's monitor, under which nothing else is locked.
 */
final class GroupList {
    private final String resource;
    private final BitSet numbers = new BitSet();
    private final BitSet regions = new BitSet();
    /** Open groups and how many writers each has. */
    private final IdentityHashMap<BlockGroup, Integer> open = new IdentityHashMap<>();

    private int creating;
    private volatile @Nullable BlockGroup[] groups = new BlockGroup[16];

    GroupList(String resource) {
        this.resource = resource;
        numbers.set(0); // address 0 is a hole
    }

    /** A number and a region that are taken and not yet a group's. */
    record Place(int group, int region) {}

    @Nullable
    BlockGroup find(int group) {
        @Nullable BlockGroup[] now = groups;
        return group >= 0 && group < now.length ? now[group] : null;
    }

    /**
     * A group by its number.
     *
     * @throws NotFoundException if there is none
     */
    BlockGroup require(int group) throws NotFoundException {
        BlockGroup found = find(group);
        if (found == null) {
            throw new NotFoundException(resource, "group " + group + ": no such group");
        }
        return found;
    }

    /** The groups by number as they are now, null where there is none: to be read only. */
    @Nullable
    BlockGroup[] now() {
        return groups;
    }

    List<BlockGroup> all() {
        List<BlockGroup> all = new ArrayList<>();
        for (BlockGroup group : groups) {
            if (group != null) {
                all.add(group);
            }
        }
        return all;
    }

    synchronized int count() {
        return numbers.cardinality() - 1;
    }

    synchronized List<BlockGroup> open() {
        return List.copyOf(open.keySet());
    }

    /** Takes an open group that has no writer; the fullest, so that it is sealed soon. */
    synchronized Optional<GroupWriter> takeIdle() {
        return take(group -> open.getOrDefault(group, 0) == 0, group -> group.dataEnd);
    }

    /** Takes an open group that has no writer and is allowed; the fullest of them. */
    synchronized Optional<GroupWriter> takeIdle(Predicate<BlockGroup> allowed) {
        return take(group -> open.getOrDefault(group, 0) == 0 && allowed.test(group), group -> group.dataEnd);
    }

    /**
     * Takes the open group that has most of something, whoever else writes to it, if that is at least so much and nobody
     * holds room in it: who shares a group may seal it.
     */
    synchronized Optional<GroupWriter> takeMost(ToLongFunction<BlockGroup> measure, long least) {
        return take(group -> !group.appender().isHeld() && measure.applyAsLong(group) >= least, measure);
    }

    private Optional<GroupWriter> take(Predicate<BlockGroup> allowed, ToLongFunction<BlockGroup> measure) {
        Optional<BlockGroup> best = open.keySet().stream().filter(allowed).max(Comparator.comparingLong(measure));
        return best.map(group -> {
            open.merge(group, 1, Integer::sum);
            return new GroupWriter(group);
        });
    }

    synchronized void giveBack(GroupWriter writer) {
        if (writer.markReleased()) {
            open.computeIfPresent(writer.blockGroup(), (group, writers) -> writers - 1);
        }
    }

    /** Takes the first free number and region; null if so many groups are open that no other may be. */
    synchronized @Nullable Place reserve(int maxOpen) throws VolumeFullException {
        if (shareable() + creating >= maxOpen) {
            return null;
        }
        int group = numbers.nextClearBit(0);
        if (group > BlockAddress.MAX_GROUP) {
            throw new VolumeFullException(
                    resource, "group numbers: actual=" + group + " expected=at most " + BlockAddress.MAX_GROUP);
        }
        int region = regions.nextClearBit(0);
        numbers.set(group);
        regions.set(region);
        creating++;
        return new Place(group, region);
    }

    /** The open groups in which nobody holds room: the others are not for sharing. */
    private long shareable() {
        return open.keySet().stream()
                .filter(group -> !group.appender().isHeld())
                .count();
    }

    /** Waits while every group that may be open is still being made. Interrupts are kept for later. */
    synchronized void awaitCreation() {
        boolean interrupted = false;
        while (creating > 0 && shareable() == 0) {
            try {
                wait();
            } catch (InterruptedException interruption) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Takes a certain place; false if it is taken. */
    synchronized boolean reserve(int group, int region) {
        if (numbers.get(group) || regions.get(region)) {
            return false;
        }
        numbers.set(group);
        regions.set(region);
        creating++;
        return true;
    }

    synchronized void unreserve(Place place) {
        created();
        numbers.clear(place.group());
        regions.clear(place.region());
    }

    /** Puts a group where a place was reserved for it. */
    synchronized void add(BlockGroup group) {
        created();
        @Nullable BlockGroup[] now = groups;
        if (group.group() >= now.length) {
            now = Arrays.copyOf(now, Math.max(group.group() + 1, now.length * 2));
        }
        now[group.group()] = group;
        groups = now; // publishes the element
        if (!group.sealed) {
            open.put(group, 0);
        }
    }

    /** Adds a new group and takes it for its first writer. */
    synchronized GroupWriter addTaken(BlockGroup group) {
        add(group);
        open.put(group, 1);
        return new GroupWriter(group);
    }

    /** Takes the first free region, for a group that is to move there. */
    synchronized int reserveRegion() {
        int region = regions.nextClearBit(0);
        regions.set(region);
        return region;
    }

    /** Gives a region back that no group takes and nobody reads any more. */
    synchronized void releaseRegion(int region) {
        regions.clear(region);
    }

    /** The regions that are taken, by a group or by one that moves. */
    synchronized BitSet takenRegions() {
        return (BitSet) regions.clone();
    }

    /** Puts a sealed group in the place of the one that has its number; the region of that one stays taken. */
    synchronized BlockGroup replace(BlockGroup group) {
        @Nullable BlockGroup[] now = groups;
        BlockGroup before = Objects.requireNonNull(now[group.group()]);
        now[group.group()] = group;
        groups = now; // publishes the element
        return before;
    }

    /**
     * Takes a sealed group out; its region stays taken. So does its number, as long as the volume is open: what readers and
     * the index remember of it must not be taken for another group's.
     */
    synchronized BlockGroup remove(int group) {
        @Nullable BlockGroup[] now = groups;
        BlockGroup before = Objects.requireNonNull(now[group]);
        now[group] = null;
        groups = now; // publishes the element
        return before;
    }

    private void created() {
        creating--;
        notifyAll();
    }

    synchronized void sealed(BlockGroup group) {
        open.remove(group);
    }
}
