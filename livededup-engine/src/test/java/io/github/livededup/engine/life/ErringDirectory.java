package io.github.livededup.engine.life;

import io.github.livededup.engine.crashkit.FileOperation;
import io.github.livededup.engine.crashkit.ForwardingDirectory;
import io.github.livededup.engine.crashkit.ForwardingFile;
import io.github.livededup.engine.io.MappedRegion;
import io.github.livededup.engine.io.VolumeDirectory;
import io.github.livededup.engine.io.VolumeFile;
import java.io.IOException;
import java.nio.ByteBuffer;

/** A directory one of whose calls ends with an error of the JVM, as when memory is used up. Of reads, forces, punches, mappings and closing. */
final class ErringDirectory extends ForwardingDirectory {
    private String erringFile = "";
    private FileOperation erringOperation = FileOperation.READ;
    private long left = -1;

    ErringDirectory(VolumeDirectory next) {
        super(next);
    }

    /** Lets a call fail, from now on the one after so many others of its kind. */
    synchronized void errAt(FileOperation operation, String file, long after) {
        erringOperation = operation;
        erringFile = file;
        left = after;
    }

    /** Whether the call was made. */
    synchronized boolean hasErred() {
        return left < 0;
    }

    private synchronized void called(FileOperation operation, String file) {
        if (operation == erringOperation && file.equals(erringFile) && left-- == 0) {
            throw new OutOfMemoryError("injected");
        }
    }

    @Override
    protected VolumeFile wrap(String name, OpenMode mode, VolumeFile file) {
        return new ForwardingFile(file) {
            @Override
            public void read(ByteBuffer into, long positionBytes) throws IOException {
                called(FileOperation.READ, name);
                super.read(into, positionBytes);
            }

            @Override
            public void force() throws IOException {
                called(FileOperation.FORCE, name);
                super.force();
            }

            @Override
            public boolean punch(long positionBytes, long lengthBytes) throws IOException {
                called(FileOperation.PUNCH, name);
                return super.punch(positionBytes, lengthBytes);
            }

            @Override
            public MappedRegion map(long positionBytes, int lengthBytes) throws IOException {
                called(FileOperation.MAP, name);
                return super.map(positionBytes, lengthBytes);
            }

            @Override
            public void close() throws IOException {
                called(FileOperation.CLOSE, name);
                super.close();
            }
        };
    }
}
