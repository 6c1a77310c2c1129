package io.github.livededup.engine.index;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Whether this JVM can run Chronicle Map. The flags are looked at without loading any of its classes; the first map, which
 * takes about a second, is made on a background thread, once in a JVM.
 */
final class ChronicleSupport {
    /** What Chronicle Map needs of the JVM. It logs a warning, and works, without {@code java.base/jdk.internal.ref}, which is not asked for. */
    static final List<String> FLAGS = List.of(
            "--add-exports=jdk.compiler/com.sun.tools.javac.file=ALL-UNNAMED",
            "--add-opens=java.base/java.lang=ALL-UNNAMED",
            "--add-opens=java.base/java.lang.reflect=ALL-UNNAMED",
            "--add-opens=java.base/sun.nio.ch=ALL-UNNAMED");

    private static final String MAP_CLASS = "net.openhft.chronicle.map.ChronicleMap";

    private ChronicleSupport() {}

    /**
     * What keeps Chronicle Map from running.
     *
     * @return what to do about it, or empty if nothing is known to be missing
     */
    static Optional<String> obstacle() {
        disableAnalytics();
        Class<?> map;
        try {
            map = Class.forName(MAP_CLASS, false, ChronicleSupport.class.getClassLoader());
        } catch (ClassNotFoundException | LinkageError absent) {
            return Optional.of("add net.openhft:chronicle-map to the class path");
        }
        if (ModuleLayer.boot().findModule("jdk.compiler").isEmpty()) {
            return Optional.of("run on a JDK that has the module jdk.compiler");
        }
        List<String> missing = new ArrayList<>();
        for (String flag : FLAGS) {
            if (!isSet(flag, map.getModule())) {
                missing.add(flag);
            }
        }
        return missing.isEmpty() ? Optional.empty() : Optional.of("start the JVM with " + String.join(" ", missing));
    }

    /** Has the first map of this JVM made in the background, unless that was done before. */
    static void beginWarmUp() {
        CompletableFuture<Boolean> unused = WarmUp.DONE;
    }

    /**
     * Makes the first map of this JVM, unless that was done before.
     *
     * @return completed with true once maps can be used, or with false if they cannot be after all
     */
    static CompletableFuture<Boolean> warmUp() {
        return WarmUp.DONE;
    }

    /** Keeps Chronicle from sending usage data; to be called before its first class is loaded. */
    private static void disableAnalytics() {
        System.setProperty("chronicle.analytics.disable", "true");
    }

    private static boolean isSet(String flag, Module user) {
        int slash = flag.indexOf('/');
        String packageName = flag.substring(slash + 1, flag.lastIndexOf('='));
        Module module = ModuleLayer.boot()
                .findModule(flag.substring(flag.indexOf('=') + 1, slash))
                .orElseThrow();
        return flag.startsWith("--add-opens") ? module.isOpen(packageName, user) : module.isExported(packageName, user);
    }

    /** Started at the first use. */
    private static final class WarmUp {
        static final CompletableFuture<Boolean> DONE = new CompletableFuture<>();

        static {
            Thread thread = new Thread(WarmUp::run, "livededup-chronicle-warm-up");
            thread.setDaemon(true);
            thread.start();
        }

        private WarmUp() {}

        @SuppressWarnings("CatchThrowable") // whatever Chronicle throws here, the built-in partitions do
        private static void run() {
            try {
                ChronicleMapPartition.warmUp();
                DONE.complete(true);
            } catch (Throwable failure) {
                System.getLogger(ChronicleSupport.class.getName())
                        .log(System.Logger.Level.WARNING, "Chronicle Map does not work in this JVM", failure);
                DONE.complete(false);
            }
        }
    }
}
