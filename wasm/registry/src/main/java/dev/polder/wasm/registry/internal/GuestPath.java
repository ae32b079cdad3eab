package dev.polder.wasm.registry.internal;

import java.util.List;

/** Paths that stay below the folder they are relative to, on every system. */
final class GuestPath {

    static final String EXPECTED = "a relative path with forward slashes that stays below its root";

    private static final int MAX_LENGTH = 4096;

    private GuestPath() {}

    static boolean isSafe(String path) {
        if (path.isEmpty() || path.length() > MAX_LENGTH || path.indexOf('\\') >= 0 || path.indexOf(0) >= 0) {
            return false;
        }
        // a colon would name a drive or a stream on Windows only when it stands second or in the last part
        boolean drive = path.length() > 1 && path.charAt(1) == ':';
        return !drive
                && List.of(path.split("/", -1)).stream()
                        .noneMatch(part -> part.isEmpty() || part.equals(".") || part.equals(".."));
    }
}
