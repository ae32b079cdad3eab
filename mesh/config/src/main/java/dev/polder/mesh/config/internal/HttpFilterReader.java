package dev.polder.mesh.config.internal;

import dev.polder.mesh.config.HttpFilter;
import dev.polder.mesh.config.HttpFilter.Header;
import dev.polder.mesh.config.HttpFilter.HeaderEdit;
import dev.polder.mesh.config.PathModifier;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads {@code filters[]} of a rule or backend; what the proxy does not do is noted as unsupported. */
final class HttpFilterReader {

    private static final List<Integer> REDIRECT_CODES = List.of(301, 302, 303, 307, 308);

    private HttpFilterReader() {}

    static List<HttpFilter> read(Fields owner, List<String> unsupported) {
        List<HttpFilter> filters = new ArrayList<>();
        Set<String> types = new HashSet<>();
        for (Fields item : owner.objects("filters", 16)) {
            String type = item.text("type");
            HttpFilter filter = switch (type) {
                case "RequestHeaderModifier" ->
                    new HttpFilter.RequestHeaders(edit(part(item, "requestHeaderModifier")));
                case "ResponseHeaderModifier" ->
                    new HttpFilter.ResponseHeaders(edit(part(item, "responseHeaderModifier")));
                case "RequestRedirect" -> redirect(part(item, "requestRedirect"));
                case "URLRewrite" -> rewrite(part(item, "urlRewrite"));
                case "RequestMirror", "CORS", "ExtensionRef", "ExternalAuth" -> {
                    unsupported.add(item.path("type") + " " + type);
                    yield null;
                }
                default -> {
                    item.wrong(
                            "type",
                            type,
                            "one of RequestHeaderModifier, ResponseHeaderModifier, RequestRedirect, URLRewrite");
                    yield null;
                }
            };
            if (filter != null) {
                if (!types.add(type)) {
                    item.wrong("type", type, "each type of filter at most once");
                }
                filters.add(filter);
            }
        }
        if (types.contains("RequestRedirect") && types.contains("URLRewrite")) {
            owner.wrong("filters", "RequestRedirect and URLRewrite in one list (expected: one of them)");
        }
        return filters;
    }

    static boolean replacesPrefix(HttpFilter filter) {
        return switch (filter) {
            case HttpFilter.Redirect redirect -> redirect.path() instanceof PathModifier.ReplacePrefixMatch;
            case HttpFilter.Rewrite rewrite -> rewrite.path() instanceof PathModifier.ReplacePrefixMatch;
            default -> false;
        };
    }

    private static Fields part(Fields item, String name) {
        item.only("type", name);
        if (!item.has(name)) {
            item.wrong(name, null, "a mapping, because of the type");
        }
        return item.object(name);
    }

    private static HeaderEdit edit(Fields edit) {
        edit.only("set", "add", "remove");
        List<String> remove = new ArrayList<>();
        int index = 0;
        for (String name : edit.texts("remove", 16)) {
            remove.add(Names.header(edit, "remove[" + index++ + "]", name));
        }
        return new HeaderEdit(headers(edit, "set"), headers(edit, "add"), remove);
    }

    private static List<Header> headers(Fields edit, String field) {
        List<Header> headers = new ArrayList<>();
        for (Fields item : edit.objects(field, 16)) {
            item.only("name", "value");
            String value = item.text("value");
            if (value.chars().anyMatch(c -> c < ' ' && c != '\t')) {
                item.wrong("value", "holds a control character (expected: printable text)");
            }
            headers.add(new Header(Names.header(item, "name", item.text("name")), value));
        }
        return headers;
    }

    private static HttpFilter redirect(Fields fields) {
        fields.only("scheme", "hostname", "path", "port", "statusCode");
        String scheme = fields.choice("scheme", "", "http", "https");
        int status = fields.integer("statusCode", 302, 300, 399);
        if (!REDIRECT_CODES.contains(status)) {
            fields.wrong("statusCode", status, "one of 301, 302, 303, 307, 308");
        }
        return new HttpFilter.Redirect(
                scheme.isEmpty() ? null : scheme,
                hostname(fields),
                path(fields),
                fields.integer("port", 0, 1, 65535),
                status);
    }

    private static HttpFilter rewrite(Fields fields) {
        fields.only("hostname", "path");
        return new HttpFilter.Rewrite(hostname(fields), path(fields));
    }

    private static @Nullable String hostname(Fields fields) {
        String hostname = fields.text("hostname", "");
        return hostname.isEmpty() ? null : Names.hostname(fields, "hostname", hostname, false);
    }

    private static @Nullable PathModifier path(Fields fields) {
        if (!fields.has("path")) {
            return null;
        }
        Fields path = fields.object("path").only("type", "replaceFullPath", "replacePrefixMatch");
        String type = path.choice("type", "", "ReplaceFullPath", "ReplacePrefixMatch");
        return switch (type) {
            case "ReplaceFullPath" -> new PathModifier.ReplaceFullPath(absolute(path, "replaceFullPath"));
            case "ReplacePrefixMatch" -> new PathModifier.ReplacePrefixMatch(absolute(path, "replacePrefixMatch"));
            default -> {
                path.wrong("type", null, "ReplaceFullPath or ReplacePrefixMatch");
                yield null;
            }
        };
    }

    private static String absolute(Fields path, String name) {
        String value = path.text(name, "/");
        boolean clean =
                value.length() <= 1024 && value.chars().allMatch(c -> c > ' ' && c != 127) && !value.contains("#");
        if (!clean || (!value.isEmpty() && !value.startsWith("/"))) {
            path.wrong(name, value, "an absolute path of at most 1024 characters, without spaces or #");
            return "/";
        }
        return value;
    }
}
