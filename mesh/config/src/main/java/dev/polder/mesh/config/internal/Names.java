package dev.polder.mesh.config.internal;

import java.util.Locale;
import java.util.regex.Pattern;

/** The forms of names in Kubernetes and Gateway API. */
final class Names {

    private static final Pattern HOSTNAME =
            Pattern.compile("(\\*\\.)?[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?)*");
    private static final Pattern SECTION = Pattern.compile("[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?");
    private static final Pattern HEADER = Pattern.compile("[A-Za-z0-9!#$%&'*+\\-.^_`|~]{1,256}");
    private static final Pattern LOOKS_LIKE_IPV4 = Pattern.compile("[0-9]{1,3}(\\.[0-9]{1,3}){3}");

    private Names() {}

    /** A host name, maybe with a leading wildcard label; checks it and answers it in lower case. */
    static String hostname(Fields fields, String field, String value, boolean wildcard) {
        String lower = value.toLowerCase(Locale.ROOT);
        boolean good = value.length() <= 253
                && HOSTNAME.matcher(value).matches()
                && (wildcard || !value.startsWith("*"))
                && !LOOKS_LIKE_IPV4.matcher(value).matches();
        if (!good) {
            fields.wrong(
                    field,
                    value,
                    "a lower-case host name" + (wildcard ? ", maybe with *. in front" : " without wildcard")
                            + ", not an IP address");
        }
        return lower;
    }

    /** A DNS name of a listener, rule or object. */
    static String section(Fields fields, String field, String value) {
        if (!SECTION.matcher(value).matches()) {
            fields.wrong(field, value, "lower-case letters, digits, - and ., at most 253");
        }
        return value;
    }

    /** An HTTP header name, answered in lower case. */
    static String header(Fields fields, String field, String value) {
        if (!value.isEmpty() && !HEADER.matcher(value).matches()) {
            fields.wrong(field, value, "an HTTP header name");
        }
        return value.toLowerCase(Locale.ROOT);
    }
}
