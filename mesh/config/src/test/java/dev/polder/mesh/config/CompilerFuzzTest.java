package dev.polder.mesh.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.polder.kernel.model.Problem;
import dev.polder.kernel.model.Resource;
import dev.polder.kernel.model.ResourceKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Good resources with random damage: compiling answers statuses, validating answers Problems, nothing else happens. */
class CompilerFuzzTest {

    private static final int ROUNDS = 400;
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private static List<Resource> seeds() throws IOException {
        List<Resource> seeds = new ArrayList<>();
        try (Stream<Path> files = Files.list(Path.of("src/test/resources/golden"))) {
            for (Path file : files.sorted().toList()) {
                seeds.addAll(Yaml.resources(Files.readString(file).split("(?m)^----\n", 2)[0]));
            }
        }
        return seeds;
    }

    @Test
    void damagedResourcesOnlyMakeProblemsAndStatuses() throws IOException {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        List<Resource> seeds = seeds();
        for (int round = 0; round < ROUNDS; round++) {
            List<Resource> damaged = new ArrayList<>();
            for (Resource resource : seeds) {
                ObjectNode fields = resource.fields().deepCopy();
                ObjectNode status = JSON.objectNode();
                if (random.nextInt(4) == 0) {
                    damage(fields, random, 0);
                    if (random.nextInt(4) == 0) {
                        status.set("conditions", value(random));
                        status.set("parents", value(random));
                        status.set("listeners", value(random));
                    }
                }
                damaged.add(new Resource(resource.apiVersion(), resource.kind(), resource.metadata(), fields, status));
            }
            try {
                Compilation compilation = Yaml.COMPILER.compile(damaged);
                SnapshotJson.encode(compilation.snapshot());
                List<ResourceKey> keys = damaged.stream().map(Resource::key).toList();
                assertThat(keys).containsAll(compilation.statuses().keySet());
                damaged.forEach(CompilerFuzzTest::validate);
            } catch (RuntimeException | AssertionError | StackOverflowError e) {
                throw new AssertionError("seed " + seed + ", round " + round, e);
            }
        }
    }

    private static void validate(Resource resource) {
        try {
            MeshKinds.validate(resource);
        } catch (Problem e) {
            assertThat(e.code()).isEqualTo(Problem.Code.INVALID);
            assertThat(e.detail()).isNotBlank();
        }
    }

    /** Changes one or more values somewhere in the tree. */
    private static void damage(JsonNode node, Random random, int depth) {
        if (node instanceof ObjectNode object) {
            for (String name : List.copyOf(object.propertyNames())) {
                if (random.nextInt(6) == 0) {
                    object.set(name, value(random));
                } else if (random.nextInt(12) == 0) {
                    object.remove(name);
                } else {
                    damage(object.get(name), random, depth + 1);
                }
            }
        } else if (node instanceof ArrayNode array) {
            for (int i = 0; i < array.size(); i++) {
                if (random.nextInt(6) == 0) {
                    array.set(i, value(random));
                } else {
                    damage(array.get(i), random, depth + 1);
                }
            }
        }
    }

    private static JsonNode value(Random random) {
        return switch (random.nextInt(11)) {
            case 0 -> JSON.nullNode();
            case 1 -> JSON.numberNode(random.nextInt());
            case 2 -> JSON.numberNode(random.nextDouble());
            case 3 -> JSON.booleanNode(random.nextBoolean());
            case 4 -> JSON.arrayNode().add(value(random));
            case 5 -> JSON.objectNode().set("type", JSON.stringNode("Exact"));
            case 6 -> JSON.stringNode("");
            case 7 -> JSON.stringNode("*");
            case 8 -> JSON.stringNode("a".repeat(random.nextInt(2000)));
            case 9 -> JSON.arrayNode();
            default -> {
                StringBuilder text = new StringBuilder();
                random.ints(random.nextInt(12), 0, 0x2ff).forEach(text::appendCodePoint);
                yield JSON.stringNode(text.toString());
            }
        };
    }
}
