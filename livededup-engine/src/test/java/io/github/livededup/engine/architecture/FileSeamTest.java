package io.github.livededup.engine.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.ArchConfiguration;
import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/**
 * Nothing goes round the one seam to the file system, {@link io.github.livededup.engine.io.VolumeDirectory}: what opens,
 * maps, locks or changes files is used in {@code io.disk} alone. The exceptions are two, and neither touches a file that a
 * volume needs: {@code index} asks a {@link File} about Chronicle Map's own derived files, which that library opens itself;
 * {@code nio} implements the interfaces of {@code java.nio.file}, over the public API.
 */
class FileSeamTest {
    private static final String ENGINE = "io.github.livededup.engine";
    private static final String SEAM = ENGINE + ".io.disk..";

    private static final Set<String> FILE_ACCESS = Set.of(
            "java.io.FileDescriptor",
            "java.io.FileInputStream",
            "java.io.FileOutputStream",
            "java.io.FileReader",
            "java.io.FileWriter",
            "java.io.RandomAccessFile",
            "java.nio.MappedByteBuffer",
            "java.nio.channels.AsynchronousFileChannel",
            "java.nio.channels.FileChannel",
            "java.nio.channels.FileLock",
            "java.nio.file.Files",
            "sun.misc.Unsafe");

    private static final Set<String> NAMING_ONLY = Set.of("getName", "getPath", "toString", "equals", "hashCode");

    static {
        // Names are enough; importing the JDK as well takes long.
        ArchConfiguration.get().setResolveMissingDependenciesFromClassPath(false);
    }

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages(ENGINE);

    private static final ArchRule NO_FILE_ACCESS = noClasses()
            .that()
            .resideOutsideOfPackage(SEAM)
            .should()
            .dependOnClassesThat(described("open, map or lock files", type -> FILE_ACCESS.contains(type.getName())));

    private static final ArchRule NO_SYSTEM_CALLS = noClasses()
            .that()
            .resideOutsideOfPackage(SEAM)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("net.openhft.posix..", "jnr..", "com.kenai.jffi..", "sun.nio..");

    private static final ArchRule NO_FILE_CALLS = noClasses()
            .that()
            .resideOutsideOfPackages(SEAM, ENGINE + ".index..")
            .should()
            .accessTargetWhere(new DescribedPredicate<>("java.io.File does more than name") {
                @Override
                public boolean test(JavaAccess<?> access) {
                    return access.getTargetOwner().isEquivalentTo(File.class)
                            && !NAMING_ONLY.contains(access.getName());
                }
            });

    private static final ArchRule NO_FILE_SYSTEM = noClasses()
            .that()
            .resideOutsideOfPackages(SEAM, ENGINE + ".nio..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("java.nio.file.spi..")
            .orShould()
            .dependOnClassesThat()
            .haveFullyQualifiedName("java.nio.file.FileSystem");

    /** Goes round the seam on purpose, without an import of what it uses. */
    static final class Bypass {
        long size(Path path) throws IOException {
            try (java.io.RandomAccessFile file = new java.io.RandomAccessFile(path.toFile(), "r")) {
                return file.getChannel().size() + Files.size(path);
            }
        }
    }

    private static DescribedPredicate<JavaClass> described(String what, Predicate<JavaClass> test) {
        return DescribedPredicate.describe(what, test);
    }

    @Test
    void allFileAccessIsInOnePackage() {
        assertThat(CLASSES).hasSizeGreaterThan(300);
        NO_FILE_ACCESS.check(CLASSES);
        NO_SYSTEM_CALLS.check(CLASSES);
        NO_FILE_CALLS.check(CLASSES);
        NO_FILE_SYSTEM.check(CLASSES);
    }

    @Test
    void whatGoesRoundIsSeen() {
        JavaClasses bypass = new ClassFileImporter().importClasses(Bypass.class);
        assertThat(NO_FILE_ACCESS.evaluate(bypass).getFailureReport().getDetails())
                .anyMatch(line -> line.contains("java.io.RandomAccessFile"))
                .anyMatch(line -> line.contains("java.nio.file.Files"));
        assertThat(NO_FILE_CALLS.evaluate(bypass).hasViolation()).isFalse();
    }
}
