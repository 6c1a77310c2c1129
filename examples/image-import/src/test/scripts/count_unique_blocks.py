#!/usr/bin/env python3
"""Counts the blocks of files that are not all zero, and how many of them are different.

Independent of LiveDedup: it shares neither code nor hash with it. Holes are skipped; the last block of a file is filled
up with zeros. Memory grows by about 100 bytes with each different block.

usage: count_unique_blocks.py [--block-size BYTES] FILE...
"""
import argparse
import errno
import hashlib
import json
import os

CHUNK_BLOCKS = 256


def data_ranges(descriptor, size, block):
    """Yields (start, end) of the file's data, widened to whole blocks and without overlaps."""
    end = 0
    while end < size:
        try:
            start = os.lseek(descriptor, end, os.SEEK_DATA)
        except OSError as error:
            if error.errno == errno.ENXIO:
                return
            raise
        stop = os.lseek(descriptor, start, os.SEEK_HOLE)
        start = max(end, start // block * block)
        end = min(size, (stop + block - 1) // block * block)
        if start < end:
            yield start, end


def count(paths, block):
    """Returns the figures over all the files together."""
    zero = bytes(block)
    seen = set()
    logical = non_zero = 0
    for path in paths:
        with open(path, "rb", buffering=0) as file:
            size = os.fstat(file.fileno()).st_size
            logical += size
            for start, end in data_ranges(file.fileno(), size, block):
                position = start
                while position < end:
                    chunk = os.pread(file.fileno(), min(CHUNK_BLOCKS * block, end - position), position)
                    if not chunk:
                        raise OSError(errno.EIO, "the file shrinks while it is read", path)
                    whole = len(chunk) // block * block
                    if whole == 0 or position + len(chunk) == size:
                        chunk += bytes(-len(chunk) % block)
                        whole = len(chunk)
                    for offset in range(0, whole, block):
                        piece = chunk[offset : offset + block]
                        if piece != zero:
                            non_zero += 1
                            seen.add(hashlib.blake2b(piece, digest_size=16).digest())
                    position += whole
    return {
        "blockSize": block,
        "logicalBytes": logical,
        "nonZeroBlocks": non_zero,
        "nonZeroBytes": non_zero * block,
        "uniqueBlocks": len(seen),
        "uniqueBytes": len(seen) * block,
    }


def main():
    """Prints the figures as JSON."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--block-size", type=int, default=4096)
    parser.add_argument("files", nargs="+", metavar="FILE")
    arguments = parser.parse_args()
    print(json.dumps(count(arguments.files, arguments.block_size)))


if __name__ == "__main__":
    main()
