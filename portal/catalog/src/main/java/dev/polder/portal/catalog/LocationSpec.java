package dev.polder.portal.catalog;

import dev.polder.kernel.model.Problem;
import java.nio.file.Path;
import java.util.regex.Pattern;

/**
 * Where descriptors come from, Backstage's {@code type:target}.
 *
 * @param type {@code file} (a file, a folder or a glob) or {@code url}
 * @param target an absolute path or a URL
 * @param optional whether a missing target is no mistake
 */
public record LocationSpec(String type, String target, boolean optional) {

    /** The type of descriptors on this machine's disk. */
    public static final String FILE = "file";

    /** The type of descriptors that a {@link LocationReader} brings. */
    public static final String URL = "url";

    /** A browser would run such a target when somebody clicks on it; control characters do not hide it. */
    private static final Pattern SCRIPT = Pattern.compile(
            "^[\\x00-\\x1f ]*" + String.join("[\\r\\n\\t]*", "javascript".split("")) + "[\\r\\n\\t]*:.*",
            Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

    /** A file, folder or glob; relative paths are taken from the working directory. */
    public static LocationSpec file(String path) {
        return new LocationSpec(FILE, Path.of(path).toAbsolutePath().normalize().toString(), false);
    }

    /** A URL. */
    public static LocationSpec url(String url) {
        return new LocationSpec(URL, url, false);
    }

    /**
     * Parses {@code type:target}.
     *
     * @throws Problem INVALID when a part is missing or the target is a script
     */
    public static LocationSpec parse(String ref) {
        int colon = ref.indexOf(':');
        String type = colon < 0 ? "" : ref.substring(0, colon).trim();
        String target = ref.substring(colon + 1).trim();
        if (type.isEmpty() || target.isEmpty()) {
            throw Problem.invalid("Unable to parse location ref '" + ref
                    + "', expected '<type>:<target>', e.g. 'url:https://host/path'");
        }
        if (type.equals("http") || type.equals("https")) {
            throw Problem.invalid(
                    "Invalid location ref '" + ref + "', please prefix it with 'url:', e.g. 'url:" + ref + "'");
        }
        if (isScript(target)) {
            throw Problem.invalid("Invalid location ref '" + ref + "', target is a javascript: URL");
        }
        return new LocationSpec(type, target, false);
    }

    static boolean isScript(String url) {
        return SCRIPT.matcher(url).matches();
    }

    /** {@code type:target}, as in the annotation {@code backstage.io/managed-by-location}. */
    public String ref() {
        return type + ":" + target;
    }

    @Override
    public String toString() {
        return ref();
    }
}
