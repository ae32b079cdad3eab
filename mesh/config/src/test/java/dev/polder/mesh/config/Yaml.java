package dev.polder.mesh.config;

import dev.polder.kernel.model.Resource;
import dev.polder.kernel.model.ResourceCodec;
import dev.polder.kernel.model.YamlReader;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;

/** Resources and compilations from YAML text. */
final class Yaml {

    static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");
    static final MeshCompiler COMPILER = new MeshCompiler(MeshOptions.DEFAULT, Clock.fixed(NOW, ZoneOffset.UTC));

    private Yaml() {}

    static List<Resource> resources(String text) {
        return YamlReader.read("test.yaml", text).stream()
                .filter(document -> !document.root().isNull())
                .map(document -> ResourceCodec.decode(document, "default"))
                .toList();
    }

    static Resource resource(String text) {
        return resources(text).getFirst();
    }

    static Compilation compile(String text) {
        return COMPILER.compile(resources(text));
    }
}
