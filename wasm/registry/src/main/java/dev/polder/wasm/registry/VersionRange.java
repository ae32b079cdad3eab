package dev.polder.wasm.registry;

import dev.polder.kernel.model.Problem;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.semver4j.Semver;
import org.semver4j.range.RangeList;
import org.semver4j.range.RangeListFactory;

/**
 * A range of versions as Cargo and Spin write one: {@code >=1.2, <2}, {@code ^1.2}, {@code ~1.2.3}, {@code 1.2.*}; all
 * parts must hold, and one without an operator stands for what is compatible with it. A pre-release is in a range only
 * where a part names one of the same number. Immutable. Source: Cargo, "Version requirement syntax"; SemVer 2.0.0.
 */
public final class VersionRange {

    private static final int MAX_LENGTH = 200;
    private static final String NUMBER = "(?:0|[1-9][0-9]{0,8})";
    private static final Pattern EXACT =
            Pattern.compile(NUMBER + "\\." + NUMBER + "\\." + NUMBER + "(?:-[0-9A-Za-z.-]+)?(?:\\+[0-9A-Za-z.-]+)?");
    private static final Pattern PART = Pattern.compile("(\\^|~|>=|<=|>|<|=)?\\s*(?:(" + EXACT.pattern() + ")|("
            + NUMBER + "(?:\\." + NUMBER + ")?)|((?:" + NUMBER + "\\.){0,2}[*xX](?:\\.\\*)?))");

    /** All but pre-releases. */
    static final VersionRange ANY = parse("*");

    private final String text;
    private final RangeList ranges;

    private VersionRange(String text, RangeList ranges) {
        this.text = text;
        this.ranges = ranges;
    }

    /** @throws Problem INVALID when it is none */
    public static VersionRange parse(String text) {
        List<String> parts = new ArrayList<>();
        for (String part : text.length() > MAX_LENGTH ? new String[] {""} : text.split(",", -1)) {
            Matcher matcher = PART.matcher(part.strip());
            if (!matcher.matches() || (matcher.group(1) != null && matcher.group(4) != null)) {
                throw Problem.invalid("version \"" + (text.length() > MAX_LENGTH ? text.substring(0, MAX_LENGTH) : text)
                        + "\" (expected: one such as 1.2.3, or a range such as >=1.2, <2)");
            }
            String plain = part.replaceAll("\\s", "");
            parts.add(matcher.group(1) == null && matcher.group(4) == null ? "^" + plain : plain);
        }
        return new VersionRange(text, RangeListFactory.create(String.join(" ", parts)));
    }

    /** Whether a text is one version and no range. */
    public static boolean isExact(String text) {
        return EXACT.matcher(text).matches();
    }

    /** The newest of these that is in the range; what is no version is not. */
    public Optional<String> newest(Stream<String> versions) {
        return sorted(versions).reversed().stream().findFirst();
    }

    /** Those that are in the range, the oldest first. */
    List<String> sorted(Stream<String> versions) {
        return versions.filter(VersionRange::isExact)
                .map(Semver::new)
                .filter(version -> version.satisfies(ranges))
                .sorted(Comparator.naturalOrder())
                .map(Semver::getVersion)
                .toList();
    }

    @Override
    public String toString() {
        return text;
    }
}
