package dev.polder.wasm.capability.internal;

import dev.polder.kernel.model.Problem;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * An address as clients of servers write it: {@code scheme://user:password@host:port/path?key=value}. Its text shows no
 * password, and no message about a wrong one quotes it.
 *
 * @param host without brackets
 * @param port -1 when none is written
 * @param path without the leading slash, decoded
 */
public record ServerAddress(
        String scheme,
        @Nullable String user,
        @Nullable String password,
        String host,
        int port,
        String path,
        Map<String, String> query) {

    private static final int MAX = 4096;
    private static final Pattern FORM = Pattern.compile("([a-z][a-z0-9+.-]{0,30})://(?:([^/?#]*)@)?"
            + "(\\[[0-9a-fA-F:.]{2,45}]|[A-Za-z0-9._-]{1,253})(?::([0-9]{1,5}))?(?:/([^?#]*))?(?:\\?([^#]*))?");

    public ServerAddress {
        query = Map.copyOf(query);
    }

    /** @throws Problem INVALID that does not quote the address */
    public static ServerAddress parse(String text) {
        Matcher matcher = text.length() > MAX ? FORM.matcher("") : FORM.matcher(text);
        if (!matcher.matches()) {
            throw Problem.invalid("address (expected: scheme://user:password@host:port/path?key=value)");
        }
        String userInfo = matcher.group(2);
        int colon = userInfo == null ? -1 : userInfo.indexOf(':');
        String host = matcher.group(3);
        int port = matcher.group(4) == null ? -1 : Integer.parseInt(matcher.group(4));
        if (port == 0 || port > 65_535) {
            throw Problem.invalid("address: port " + port + " (expected: 1 to 65535)");
        }
        Map<String, String> query = new LinkedHashMap<>();
        if (matcher.group(6) != null) {
            for (String pair : matcher.group(6).split("&")) {
                int equals = pair.indexOf('=');
                query.put(
                        decoded(equals < 0 ? pair : pair.substring(0, equals)),
                        equals < 0 ? "" : decoded(pair.substring(equals + 1)));
            }
        }
        return new ServerAddress(
                matcher.group(1),
                userInfo == null ? null : decoded(colon < 0 ? userInfo : userInfo.substring(0, colon)),
                colon < 0 || userInfo == null ? null : decoded(userInfo.substring(colon + 1)),
                host.startsWith("[") ? host.substring(1, host.length() - 1) : host,
                port,
                matcher.group(5) == null ? "" : decoded(matcher.group(5)),
                query);
    }

    private static String decoded(String text) {
        if (text.indexOf('%') < 0) {
            return text;
        }
        byte[] raw = text.getBytes(StandardCharsets.UTF_8);
        ByteBuffer bytes = ByteBuffer.allocate(raw.length);
        for (int i = 0; i < raw.length; i++) {
            if (raw[i] == '%') {
                int high = i + 2 < raw.length ? Character.digit(raw[i + 1], 16) : -1;
                int low = i + 2 < raw.length ? Character.digit(raw[i + 2], 16) : -1;
                if (high < 0 || low < 0) {
                    throw Problem.invalid("address: a % without two hexadecimal digits (expected: %25 for a %)");
                }
                bytes.put((byte) (high * 16 + low));
                i += 2;
            } else {
                bytes.put(raw[i]);
            }
        }
        try {
            String result =
                    StandardCharsets.UTF_8.newDecoder().decode(bytes.flip()).toString();
            if (result.indexOf('\0') >= 0) {
                throw Problem.invalid("address: a NUL (expected: text)");
            }
            return result;
        } catch (CharacterCodingException e) {
            throw Problem.invalid("address: escapes that are no UTF-8 (expected: UTF-8)");
        }
    }

    @Override
    public String toString() {
        return scheme + "://" + host + (port < 0 ? "" : ":" + port);
    }
}
