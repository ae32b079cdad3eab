package dev.polder.evidence.sbom.internal;

import dev.polder.kernel.model.Problem;
import dev.polder.kernel.model.Where;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;

/** Subresource-integrity text ({@code sha512-BASE64 sha1-BASE64}) to hex by algorithm. Source: W3C SRI. */
final class Integrity {

    private record Algorithm(String name, int bytes) {}

    private static final Map<String, Algorithm> ALGORITHMS = Map.of(
            "sha1", new Algorithm("SHA-1", 20),
            "sha256", new Algorithm("SHA-256", 32),
            "sha384", new Algorithm("SHA-384", 48),
            "sha512", new Algorithm("SHA-512", 64));

    private Integrity() {}

    static Map<String, String> parse(String text, Supplier<Where> where) {
        Map<String, String> hashes = new LinkedHashMap<>();
        for (String part : text.strip().split("\\s+")) {
            int dash = part.indexOf('-');
            Algorithm algorithm = dash < 0 ? null : ALGORITHMS.get(part.substring(0, dash));
            int options = part.indexOf('?');
            byte[] hash = algorithm == null
                    ? new byte[0]
                    : decode(part.substring(dash + 1, options < 0 ? part.length() : options));
            if (algorithm == null || hash.length != algorithm.bytes()) {
                throw Problem.invalid(
                        "integrity: \"" + (part.length() > 80 ? part.substring(0, 80) + "…" : part)
                                + "\" (expected: sha512-, sha384-, sha256- or sha1- and that hash in Base64)",
                        where.get());
            }
            hashes.putIfAbsent(algorithm.name(), HexFormat.of().formatHex(hash));
        }
        return hashes;
    }

    private static byte[] decode(String base64) {
        try {
            return Base64.getDecoder().decode(base64);
        } catch (IllegalArgumentException e) {
            return new byte[0];
        }
    }
}
