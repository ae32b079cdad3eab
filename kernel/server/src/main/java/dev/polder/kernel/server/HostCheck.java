package dev.polder.kernel.server;

import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.server.DecoratingHttpServiceFunction;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.ServiceRequestContext;
import dev.polder.kernel.model.Problem;
import io.netty.util.NetUtil;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Refuses requests whose Host names somebody else.
 *
 * <p>A web page can point its own name at 127.0.0.1 (DNS rebinding) and then read what listens there; its name in the
 * Host header gives it away. Loopback names and literal addresses cannot be rebound, so they pass.
 */
final class HostCheck implements DecoratingHttpServiceFunction {

    private final Set<String> allowed;

    HostCheck(Set<String> allowed) {
        this.allowed =
                allowed.stream().map(host -> host.toLowerCase(Locale.ROOT)).collect(Collectors.toSet());
    }

    @Override
    public HttpResponse serve(HttpService delegate, ServiceRequestContext context, HttpRequest request)
            throws Exception {
        String authority = request.headers().authority();
        if (permits(authority)) {
            return delegate.serve(context, request);
        }
        String shown = authority == null ? "none" : "\"" + authority + "\"";
        return Answers.plain(new Problem(
                Problem.Code.FORBIDDEN,
                Problem.WhoFailed.CALLER,
                false,
                "Host: " + shown + " (expected: localhost, an IP address, or a configured host name)",
                null,
                null));
    }

    boolean permits(@Nullable String authority) {
        if (authority == null) {
            return false;
        }
        String host = nameOf(authority).toLowerCase(Locale.ROOT);
        return host.equals("localhost")
                || host.endsWith(".localhost")
                || allowed.contains(host)
                || NetUtil.isValidIpV4Address(host)
                || NetUtil.isValidIpV6Address(host);
    }

    private static String nameOf(String authority) {
        if (authority.startsWith("[")) {
            int end = authority.indexOf(']');
            return end < 0 ? "" : authority.substring(1, end);
        }
        int colon = authority.lastIndexOf(':');
        return colon < 0 ? authority : authority.substring(0, colon);
    }
}
