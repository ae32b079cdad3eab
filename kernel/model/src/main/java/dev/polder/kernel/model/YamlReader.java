package dev.polder.kernel.model;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.AnchorNode;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;
import org.snakeyaml.engine.v2.resolver.CoreScalarResolver;
import org.snakeyaml.engine.v2.resolver.ScalarResolver;
import org.snakeyaml.engine.v2.schema.CoreSchema;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads multi-document YAML 1.2 (core schema, no merge keys) into JSON trees with the line of every field.
 *
 * <p>Foreign bytes meet limits here: size, depth, aliases and the number of nodes after aliases are followed. Safe for
 * any thread; nothing is kept between calls.
 */
public final class YamlReader {

    /**
     * What one stream may hold.
     *
     * @param maxBytes size of the text in bytes
     * @param maxNodes values over all documents, with aliases followed
     * @param maxDepth nesting of mappings and sequences
     */
    public record Limits(int maxBytes, int maxNodes, int maxDepth) {
        /** 10 MiB, 500,000 values, 100 levels: above what a hand-written or generated descriptor has. */
        public static final Limits DEFAULT = new Limits(10 * 1024 * 1024, 500_000, 100);
    }

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final String BYTE_ORDER_MARK = "\uFEFF";
    private static final int MAX_DIGITS = 400;

    /** The core schema of YAML 1.2 as other parsers read it: {@code <<} is a key like any other. */
    private static final class CoreWithoutMerge extends CoreSchema {
        @Override
        public ScalarResolver getScalarResolver() {
            return new CoreScalarResolver(false);
        }
    }

    private final String source;
    private final Limits limits;
    private int nodes;

    private YamlReader(String source, Limits limits) {
        this.source = source;
        this.limits = limits;
    }

    /** Reads UTF-8 bytes with the default limits. */
    public static List<YamlDocument> read(String source, byte[] bytes) {
        return read(source, bytes, Limits.DEFAULT);
    }

    /**
     * Reads UTF-8 bytes.
     *
     * @throws Problem INVALID with line and column for malformed YAML, TOO_LARGE beyond a limit
     */
    public static List<YamlDocument> read(String source, byte[] bytes, Limits limits) {
        if (bytes.length > limits.maxBytes()) {
            throw Problem.tooLarge(
                    source + ": " + bytes.length + " bytes (expected: at most " + limits.maxBytes() + ")");
        }
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
            return new YamlReader(source, limits).readText(text.startsWith(BYTE_ORDER_MARK) ? text.substring(1) : text);
        } catch (CharacterCodingException e) {
            throw Problem.invalid("not UTF-8 (expected: YAML in UTF-8)", Where.of(source));
        }
    }

    /** Reads text with the default limits. */
    public static List<YamlDocument> read(String source, String text) {
        return read(source, text.getBytes(StandardCharsets.UTF_8), Limits.DEFAULT);
    }

    private List<YamlDocument> readText(String text) {
        LoadSettings settings = LoadSettings.builder()
                .setLabel(source)
                .setSchema(new CoreWithoutMerge())
                .setCodePointLimit(limits.maxBytes())
                .setMaxAliasesForCollections(200)
                .setAllowRecursiveKeys(false)
                // Refused below, with the place that the parser leaves out.
                .setAllowNonScalarKeys(true)
                .build();
        List<YamlDocument> documents = new ArrayList<>();
        try {
            for (Node node : new Compose(settings).composeAllFromString(text)) {
                Map<String, Where> places = new HashMap<>();
                JsonNode root = convert(node, "", 0, places);
                documents.add(new YamlDocument(source, documents.size(), root, Map.copyOf(places)));
            }
        } catch (Problem e) {
            throw e;
        } catch (MarkedYamlEngineException e) {
            throw Problem.invalid(oneLine(e), place(e.getProblemMark(), ""));
        } catch (YamlEngineException e) {
            throw Problem.invalid("malformed YAML: " + e.getMessage(), Where.of(source));
        } catch (RuntimeException e) {
            // The parser meets some foreign bytes with plain exceptions, such as an escape beyond Unicode.
            throw Problem.invalid("malformed YAML: " + e.getMessage(), Where.of(source));
        } catch (StackOverflowError e) {
            throw Problem.tooLarge(source + ": nested too deeply (expected: at most " + limits.maxDepth() + " levels)");
        }
        return List.copyOf(documents);
    }

    private JsonNode convert(Node node, String path, int depth, Map<String, Where> places) {
        if (++nodes > limits.maxNodes()) {
            throw Problem.tooLarge(source + ": more than " + limits.maxNodes() + " values, aliases followed");
        }
        Where here = place(node.getStartMark(), path);
        if (depth > limits.maxDepth()) {
            throw Problem.tooLarge("nested deeper than " + limits.maxDepth() + " levels")
                    .at(here);
        }
        places.putIfAbsent(path, here);
        return switch (node) {
            case AnchorNode anchor -> convert(anchor.getRealNode(), path, depth + 1, places);
            case MappingNode mapping -> {
                requireTag(mapping, Tag.MAP, here);
                yield convertMapping(mapping, path, depth, places);
            }
            case SequenceNode sequence -> {
                requireTag(sequence, Tag.SEQ, here);
                yield convertSequence(sequence, path, depth, places);
            }
            case ScalarNode scalar -> convertScalar(scalar, here);
            default -> throw Problem.invalid("unexpected YAML node " + node.getNodeType(), here);
        };
    }

    private ObjectNode convertMapping(MappingNode mapping, String path, int depth, Map<String, Where> places) {
        ObjectNode object = JSON.objectNode();
        for (NodeTuple tuple : mapping.getValue()) {
            if (!(tuple.getKeyNode() instanceof ScalarNode key)) {
                throw Problem.invalid(
                        "a mapping key is a collection (expected: a scalar)",
                        place(tuple.getKeyNode().getStartMark(), path));
            }
            String name = key.getValue();
            String child = path.isEmpty() ? name : path + "." + name;
            if (object.has(name)) {
                throw Problem.invalid(
                        "key \"" + name + "\" stands twice in one mapping", place(key.getStartMark(), child));
            }
            places.put(child, place(key.getStartMark(), child));
            object.set(name, convert(tuple.getValueNode(), child, depth + 1, places));
        }
        return object;
    }

    private ArrayNode convertSequence(SequenceNode sequence, String path, int depth, Map<String, Where> places) {
        ArrayNode array = JSON.arrayNode();
        for (Node item : sequence.getValue()) {
            array.add(convert(item, path + "[" + array.size() + "]", depth + 1, places));
        }
        return array;
    }

    private static void requireTag(Node node, Tag expected, Where here) {
        if (!node.getTag().equals(expected)) {
            throw unsupported(node.getTag(), here);
        }
    }

    private static Problem unsupported(Tag tag, Where here) {
        return Problem.invalid("tag " + tag + " is not supported (expected: the YAML core schema)", here);
    }

    private static JsonNode convertScalar(ScalarNode scalar, Where here) {
        String text = scalar.getValue();
        Tag tag = scalar.getTag();
        if (tag.equals(Tag.STR)) {
            return JSON.stringNode(text);
        }
        if (tag.equals(Tag.NULL)) {
            return JSON.nullNode();
        }
        if (tag.equals(Tag.BOOL)) {
            return bool(text, here);
        }
        if (tag.equals(Tag.INT) || tag.equals(Tag.FLOAT)) {
            return number(text, tag, here);
        }
        throw unsupported(tag, here);
    }

    private static JsonNode bool(String text, Where here) {
        String lower = text.toLowerCase(Locale.ROOT);
        if (!lower.equals("true") && !lower.equals("false")) {
            throw Problem.invalid("\"" + text + "\" (expected: true or false)", here);
        }
        return JSON.booleanNode(lower.equals("true"));
    }

    private static JsonNode number(String text, Tag tag, Where here) {
        // Reading a number takes time that grows with the square of its digits.
        if (text.length() > MAX_DIGITS) {
            throw Problem.tooLarge(
                            "a number of " + text.length() + " characters (expected: at most " + MAX_DIGITS + ")")
                    .at(here);
        }
        try {
            return tag.equals(Tag.INT) ? integer(text) : floating(text);
        } catch (NumberFormatException e) {
            throw Problem.invalid("not a number: \"" + text + "\"", here);
        }
    }

    private static JsonNode integer(String text) {
        BigInteger value = text.startsWith("0x")
                ? new BigInteger(text.substring(2), 16)
                : text.startsWith("0o")
                        ? new BigInteger(text.substring(2), 8)
                        : new BigInteger(text.startsWith("+") ? text.substring(1) : text);
        if (value.bitLength() < 32) {
            return JSON.numberNode(value.intValue());
        }
        return value.bitLength() < 64 ? JSON.numberNode(value.longValue()) : JSON.numberNode(value);
    }

    private static JsonNode floating(String text) {
        String lower = text.toLowerCase(Locale.ROOT);
        if (lower.endsWith(".inf")) {
            return JSON.numberNode(lower.startsWith("-") ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY);
        }
        return JSON.numberNode(lower.equals(".nan") ? Double.NaN : Double.parseDouble(lower));
    }

    private Where place(Optional<Mark> mark, String path) {
        return new Where(
                source,
                mark.map(m -> m.getLine() + 1).orElse(0),
                mark.map(m -> m.getColumn() + 1).orElse(0),
                path.isEmpty() ? null : path);
    }

    private static String oneLine(MarkedYamlEngineException e) {
        String context = e.getContext() == null || e.getContext().isBlank() ? "" : " " + e.getContext();
        return "malformed YAML: " + e.getProblem() + context;
    }
}
