/**
 * The LiveDedup engine. It exports nothing: applications reach it through the API's service loader.
 *
 * <p>Chronicle Map and jffi are optional at run time. Where they are absent, or the JVM was not started with the flags
 * that Chronicle needs, the engine falls back to plain JDK code.
 */
module io.github.livededup.engine {
    requires io.github.livededup;
    requires jdk.jfr;
    requires jdk.unsupported; // sun.misc.Unsafe, to unmap buffers
    requires org.bouncycastle.provider;
    requires org.lz4.java;
    requires static chronicle.map;
    requires static org.jnrproject.jffi;
    requires static org.jspecify;

    provides io.github.livededup.spi.VolumeProvider with
            io.github.livededup.engine.EngineProvider;
    provides java.nio.file.spi.FileSystemProvider with
            io.github.livededup.engine.nio.ImageFileSystemProvider;
}
