package dev.polder.kernel.server;

import com.linecorp.armeria.common.Cookie;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.RequestHeaders;
import dev.polder.kernel.model.Problem;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Where a request carries its secret: a Bearer token, HTTP Basic's password, or the session cookie. */
public final class Credentials {

    /** The name of the session cookie. */
    public static final String SESSION_COOKIE = "polder-session";

    private static final int MAX_LENGTH = 8_192;
    private static final Pattern BEARER = Pattern.compile("Bearer[ ]+(\\S+)", Pattern.CASE_INSENSITIVE);
    private static final Pattern BASIC = Pattern.compile("Basic[ ]+(\\S+)", Pattern.CASE_INSENSITIVE);

    private Credentials() {}

    /**
     * The secret of the {@code Authorization} header: a Bearer token (RFC 6750) or the password of HTTP Basic (RFC
     * 7617), whose user name means nothing here, as git and package clients send it.
     *
     * @throws Problem UNAUTHENTICATED when the header is there but neither of the two
     */
    public static Optional<String> authorization(RequestHeaders headers) {
        String header = headers.get(HttpHeaderNames.AUTHORIZATION);
        if (header == null) {
            return Optional.empty();
        }
        if (header.length() <= MAX_LENGTH) {
            Matcher bearer = BEARER.matcher(header);
            if (bearer.matches()) {
                return Optional.of(bearer.group(1));
            }
            Matcher basic = BASIC.matcher(header);
            if (basic.matches()) {
                return Optional.of(password(basic.group(1)));
            }
        }
        throw Gate.unauthenticated("Authorization: unreadable (expected: Bearer TOKEN, or Basic with a password)");
    }

    /** The session cookie's value. */
    public static Optional<String> sessionCookie(RequestHeaders headers) {
        return headers.cookies().stream()
                .filter(cookie -> cookie.name().equals(SESSION_COOKIE))
                .map(Cookie::value)
                .findFirst();
    }

    private static String password(String base64) {
        try {
            String pair = new String(Base64.getDecoder().decode(base64), StandardCharsets.UTF_8);
            int colon = pair.indexOf(':');
            if (colon >= 0) {
                return pair.substring(colon + 1);
            }
        } catch (IllegalArgumentException e) {
            throw new Problem(
                    Problem.Code.UNAUTHENTICATED,
                    Problem.WhoFailed.CALLER,
                    false,
                    "Authorization: Basic without valid Base64",
                    null,
                    e);
        }
        throw Gate.unauthenticated("Authorization: Basic without a colon (expected: user:password)");
    }
}
