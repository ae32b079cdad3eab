package dev.polder.mesh.config;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One match of one rule, and where it leads.
 *
 * @param method the method it is for, or null for any
 * @param headers all must match
 * @param queryParameters all must match
 */
public record RouteEntry(
        PathMatch path,
        @Nullable String method,
        List<NamedMatch> headers,
        List<NamedMatch> queryParameters,
        HttpRule rule) {

    public RouteEntry {
        headers = List.copyOf(headers);
        queryParameters = List.copyOf(queryParameters);
    }

    /** Everything but the path. */
    boolean matchesRest(RequestFacts request) {
        if (method != null && !method.equals(request.method())) {
            return false;
        }
        for (int i = 0; i < headers.size(); i++) {
            NamedMatch header = headers.get(i);
            if (!header.matches(request.header(header.name()))) {
                return false;
            }
        }
        for (int i = 0; i < queryParameters.size(); i++) {
            NamedMatch parameter = queryParameters.get(i);
            if (!parameter.matches(request.queryParameter(parameter.name()))) {
                return false;
            }
        }
        return true;
    }
}
