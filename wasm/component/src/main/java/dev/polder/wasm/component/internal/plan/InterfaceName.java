package dev.polder.wasm.component.internal.plan;

import java.util.Comparator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The name of an interface, its version apart. Two versions are of one track when a host of one can serve a guest of the
 * other: the same major from 1 on, the same minor below 1, the same patch below 0.1; a pre-release is a track of its own.
 *
 * @param name without version
 * @param version {@code ""} for none
 */
record InterfaceName(String name, String version) {

    private static final Pattern VERSION = Pattern.compile("(\\d{1,9})(?:\\.(\\d{1,9}))?(?:\\.(\\d{1,9}))?([-+].*)?");

    /** Newer ones last. */
    static final Comparator<InterfaceName> BY_VERSION = Comparator.comparingInt((InterfaceName n) -> n.number(1))
            .thenComparingInt(n -> n.number(2))
            .thenComparingInt(n -> n.number(3));

    static InterfaceName parse(String text) {
        int at = text.lastIndexOf('@');
        return at < 0 ? new InterfaceName(text, "") : new InterfaceName(text.substring(0, at), text.substring(at + 1));
    }

    private int number(int group) {
        Matcher matcher = VERSION.matcher(version);
        return matcher.matches() && matcher.group(group) != null ? Integer.parseInt(matcher.group(group)) : 0;
    }

    /** What is the same for all versions that fit together. */
    String track() {
        Matcher matcher = VERSION.matcher(version);
        String rest = matcher.matches() ? matcher.group(4) : "";
        if (!matcher.matches() || (rest != null && rest.startsWith("-"))) {
            return version;
        }
        if (number(1) > 0) {
            return "" + number(1);
        }
        return number(2) > 0 ? "0." + number(2) : "0.0." + number(3);
    }

    boolean fits(InterfaceName other) {
        return name.equals(other.name) && track().equals(other.track());
    }

    @Override
    public String toString() {
        return version.isEmpty() ? name : name + "@" + version;
    }
}
