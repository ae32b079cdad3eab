package dev.polder.wasm.service;

import java.util.regex.Pattern;

/** Spin's patterns of outbound hosts: {@code scheme://host:port}, where each part may be a wildcard. */
final class OutboundHosts {

    private static final Pattern PATTERN = Pattern.compile("(\\*|[a-z][a-z0-9+.-]{0,30})://"
            + "(\\*|(\\*\\.)?[A-Za-z0-9]([A-Za-z0-9._-]{0,252}[A-Za-z0-9])?|\\[[0-9a-fA-F:.]{2,45}])"
            + "(:(\\*|[0-9]{1,5}|[0-9]{1,5}\\.\\.[0-9]{1,5}))?/?");

    private OutboundHosts() {}

    static void check(String pattern, TomlCursor table) {
        if (!pattern.contains("{{") && !PATTERN.matcher(pattern).matches()) {
            table.mistake(
                    "allowed_outbound_hosts",
                    "\"" + TomlCursor.shortened(pattern)
                            + "\" (expected: scheme://host[:port], for example https://*.example.com)");
        }
    }
}
