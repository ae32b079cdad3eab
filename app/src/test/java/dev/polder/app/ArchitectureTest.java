package dev.polder.app;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The laws of the house, as docs/architecture.md states them. */
class ArchitectureTest {

    private static final JavaClasses HOUSE = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            // what tests share lies in jars when Maven packages, which that does not know
            .withImportOption(location -> !location.contains("-tests.jar"))
            .importPackages("dev.polder");
    private static final List<String> PILLARS = List.of("portal", "wasm", "mesh", "evidence");

    @Test
    void theImporterSawTheWholeHouse() {
        assertThat(HOUSE.stream()
                        .map(type -> type.getPackageName().split("\\.")[2])
                        .distinct())
                .contains("kernel", "portal", "wasm", "mesh", "evidence", "app");
    }

    @Test
    void theKernelKnowsNoPillar() {
        noClasses()
                .that()
                .resideInAPackage("dev.polder.kernel..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "dev.polder.portal..",
                        "dev.polder.wasm..",
                        "dev.polder.mesh..",
                        "dev.polder.evidence..",
                        "dev.polder.app..")
                .check(HOUSE);
    }

    @Test
    void aPillarNeverImportsAnotherPillar() {
        for (String pillar : PILLARS) {
            String[] others = PILLARS.stream()
                    .filter(other -> !other.equals(pillar))
                    .map(other -> "dev.polder." + other + "..")
                    .toArray(String[]::new);
            noClasses()
                    .that()
                    .resideInAPackage("dev.polder." + pillar + "..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(others)
                    .check(HOUSE);
            noClasses()
                    .that()
                    .resideInAPackage("dev.polder." + pillar + "..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAPackage("dev.polder.app..")
                    .check(HOUSE);
        }
    }

    @Test
    void portalCodeNeverImportsNetty() {
        noClasses()
                .that()
                .resideInAPackage("dev.polder.portal..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.netty..")
                .check(HOUSE);
    }

    @Test
    void proxyCodeNeverImportsSql() {
        noClasses()
                .that()
                .resideInAPackage("dev.polder.mesh.proxy..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("java.sql..", "javax.sql..", "dev.polder.kernel.store..")
                .check(HOUSE);
    }

    @Test
    void modulesFormNoCycle() {
        SlicesRuleDefinition.slices()
                .matching("dev.polder.(*).(*)..")
                .namingSlices("$1/$2")
                .should()
                .beFreeOfCycles()
                .check(HOUSE.that(DescribedPredicate.not(JavaClass.Predicates.resideInAPackage("dev.polder.app.."))));
    }

    @Test
    void namesAreTheFieldsWords() {
        noClasses()
                .should()
                .haveSimpleNameEndingWith("Manager")
                .orShould()
                .haveSimpleNameEndingWith("Helper")
                .orShould()
                .haveSimpleNameEndingWith("Util")
                .orShould()
                .haveSimpleNameEndingWith("Utils")
                .check(HOUSE);
    }

    @Test
    void nobodyPrintsButTheCommandLine() {
        noClasses()
                .that()
                .resideOutsideOfPackage("dev.polder.app..")
                .should()
                .accessField(System.class, "out")
                .orShould()
                .accessField(System.class, "err")
                .check(HOUSE);
    }

    @Test
    void everyPackageIsNullMarked() {
        classes()
                .that()
                .haveSimpleName("package-info")
                .should()
                .beAnnotatedWith(org.jspecify.annotations.NullMarked.class)
                .check(HOUSE);
        List<String> marked = HOUSE.stream()
                .filter(type -> type.getSimpleName().equals("package-info"))
                .map(type -> type.getPackageName())
                .toList();
        assertThat(HOUSE.stream().map(type -> type.getPackageName()).distinct()).allMatch(marked::contains);
    }

    @Test
    void everyModuleSaysWhatItIsAndNoFileIsTooLong() throws IOException {
        Path root = Path.of("..").toAbsolutePath().normalize();
        for (String group : List.of("kernel", "portal", "wasm", "mesh", "evidence")) {
            try (Stream<Path> modules = Files.list(root.resolve(group))) {
                for (Path module : modules.filter(Files::isDirectory).toList()) {
                    assertThat(module.resolve("README.md")).isNotEmptyFile();
                }
            }
        }
        assertThat(root.resolve("app/README.md")).isNotEmptyFile();
        try (Stream<Path> files = Files.walk(root)) {
            List<Path> sources = files.filter(file -> file.toString().endsWith(".java"))
                    .filter(file -> !file.toString().contains("/target/"))
                    .toList();
            for (Path source : sources) {
                try (Stream<String> lines = Files.lines(source)) {
                    assertThat(lines.count())
                            .as(root.relativize(source) + " lines")
                            .isLessThanOrEqualTo(800);
                }
            }
        }
    }
}
