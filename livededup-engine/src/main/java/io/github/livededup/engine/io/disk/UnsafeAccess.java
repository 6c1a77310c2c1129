package io.github.livededup.engine.io.disk;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Field;
import java.nio.Buffer;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;

/**
 * The two things only {@code sun.misc.Unsafe} does on JDK 17: unmapping a buffer now, and telling where it is mapped. By
 * method handles, since the compiler's warning about that class cannot be switched off.
 */
final class UnsafeAccess {
    private static final MethodHandle INVOKE_CLEANER = handle("invokeCleaner", void.class, ByteBuffer.class);

    private UnsafeAccess() {}

    /**
     * Unmaps a buffer. Touching it afterwards crashes the JVM.
     *
     * @param mapping the mapping itself, not a slice nor a duplicate
     */
    static void unmap(MappedByteBuffer mapping) {
        try {
            INVOKE_CLEANER.invokeExact((ByteBuffer) mapping);
        } catch (Throwable failure) {
            throw new IllegalStateException("unmapping", failure);
        }
    }

    /** The address of a direct buffer, as long as it lives. */
    static long address(Buffer buffer) {
        try {
            return (long) Address.GET_LONG.invokeExact((Object) buffer, Address.OFFSET);
        } catch (Throwable failure) {
            throw new IllegalStateException("address of a buffer", failure);
        }
    }

    static int pageSizeBytes() {
        return Address.PAGE_SIZE_BYTES;
    }

    private static MethodHandle handle(String name, Class<?> result, Class<?>... parameters) {
        try {
            Class<?> type = Class.forName("sun.misc.Unsafe");
            Field instance = type.getDeclaredField("theUnsafe");
            instance.setAccessible(true);
            return MethodHandles.lookup()
                    .findVirtual(type, name, MethodType.methodType(result, parameters))
                    .bindTo(instance.get(null));
        } catch (ReflectiveOperationException absent) {
            throw new LinkageError("sun.misc.Unsafe." + name, absent);
        }
    }

    /** Only for advice on mappings, so apart from unmapping. */
    private static final class Address {
        private static final MethodHandle GET_LONG = handle("getLong", long.class, Object.class, long.class);
        private static final long OFFSET;
        private static final int PAGE_SIZE_BYTES;

        static {
            try {
                OFFSET = (long) handle("objectFieldOffset", long.class, Field.class)
                        .invokeExact(Buffer.class.getDeclaredField("address"));
                PAGE_SIZE_BYTES = (int) handle("pageSize", int.class).invokeExact();
            } catch (Throwable absent) {
                throw new LinkageError("java.nio.Buffer.address", absent);
            }
        }
    }
}
