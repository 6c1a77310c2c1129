package io.github.livededup.engine.util;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Field;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * Memory outside the heap that is given back at once. Left to the garbage collector, buffers that are replaced often
 * would pile up, since they hardly fill the heap.
 */
public final class OffHeap {
    /** Null where the JVM does not offer it; the garbage collector then frees the memory. */
    private static final @Nullable MethodHandle INVOKE_CLEANER = invokeCleaner();

    private OffHeap() {}

    /**
     * Allocates zeroed memory.
     *
     * @param sizeBytes how much
     * @return a direct buffer, little-endian
     */
    public static ByteBuffer allocate(int sizeBytes) {
        return ByteBuffer.allocateDirect(sizeBytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    /**
     * Frees memory, or unmaps a mapping. Touching it afterwards crashes the JVM, so its owner must know that nobody does.
     *
     * @param memory a direct buffer or mapping itself, not a slice nor a duplicate, not freed before
     */
    public static void free(ByteBuffer memory) {
        if (INVOKE_CLEANER == null) {
            return;
        }
        try {
            INVOKE_CLEANER.invokeExact(memory);
        } catch (Throwable failure) {
            throw new IllegalStateException("freeing memory outside the heap", failure);
        }
    }

    /**
     * By method handle, since the compiler's warning about the class cannot be switched off. Tried once, as recent JVMs can
     * be told to refuse it (JEP 498).
     */
    private static @Nullable MethodHandle invokeCleaner() {
        try {
            Class<?> type = Class.forName("sun.misc.Unsafe");
            Field instance = type.getDeclaredField("theUnsafe");
            instance.setAccessible(true);
            MethodHandle cleaner = MethodHandles.lookup()
                    .findVirtual(type, "invokeCleaner", MethodType.methodType(void.class, ByteBuffer.class))
                    .bindTo(instance.get(null));
            cleaner.invokeExact(ByteBuffer.allocateDirect(1));
            return cleaner;
        } catch (VirtualMachineError fatal) {
            throw fatal;
        } catch (Throwable absent) {
            return null;
        }
    }
}
