package dev.polder.portal.scaffolder.action;

import dev.polder.kernel.model.Problem;
import dev.polder.portal.scaffolder.ActionContext;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Set;

/**
 * Finds what {@code url} inputs name: files of the template itself, and single files from hosts that the configuration
 * allows. Redirects are not followed: they could lead anywhere.
 */
final class Fetcher {

    private static final int MAX_BYTES = 20 * 1024 * 1024;
    private static final Duration TIMEOUT = Duration.ofSeconds(60);

    private final Set<String> hosts;

    Fetcher(Set<String> hosts) {
        this.hosts = hosts;
    }

    /** The folder of the template that a relative URL names. */
    Path folder(ActionContext context, String url) {
        if (isAbsolute(url)) {
            throw new Problem(
                    Problem.Code.UNSUPPORTED,
                    Problem.WhoFailed.CALLER,
                    false,
                    "url: \"" + url + "\" (expected: a folder relative to the template, such as ./skeleton)",
                    null,
                    null);
        }
        Path folder = context.resolveTemplate(url);
        if (!Files.isDirectory(folder)) {
            throw Problem.notFound("url: \"" + url + "\" is no folder beside the template " + context.templateRef());
        }
        return folder;
    }

    /** The content of one file. */
    byte[] file(ActionContext context, String url) throws IOException, InterruptedException {
        if (isAbsolute(url)) {
            return download(context, url);
        }
        Path file = context.resolveTemplate(url);
        if (!Files.isRegularFile(file)) {
            throw Problem.notFound("url: \"" + url + "\" is no file beside the template " + context.templateRef());
        }
        requireSize(url, Files.size(file));
        return Files.readAllBytes(file);
    }

    private byte[] download(ActionContext context, String url) throws IOException, InterruptedException {
        URI uri;
        try {
            uri = new URI(url);
        } catch (URISyntaxException e) {
            throw Problem.invalid("url: \"" + url + "\" (expected: a URL): " + e.getReason());
        }
        String scheme = String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
        String host = uri.getPort() < 0 ? String.valueOf(uri.getHost()) : uri.getHost() + ":" + uri.getPort();
        boolean web = scheme.equals("https") || scheme.equals("http");
        if (!web || !hosts.contains(host)) {
            throw new Problem(
                    Problem.Code.FORBIDDEN,
                    Problem.WhoFailed.CALLER,
                    false,
                    "url: \"" + url + "\": host " + host + " may not be fetched from (expected: "
                            + (hosts.isEmpty() ? "a file beside the template" : "one of " + String.join(", ", hosts))
                            + ")",
                    null,
                    null);
        }
        try (HttpClient client = HttpClient.newBuilder()
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(TIMEOUT)
                .build()) {
            context.onCancel(client::shutdownNow);
            HttpResponse<InputStream> answer = client.send(
                    HttpRequest.newBuilder(uri).timeout(TIMEOUT).build(), HttpResponse.BodyHandlers.ofInputStream());
            try (InputStream body = answer.body()) {
                if (answer.statusCode() != 200) {
                    throw new Problem(
                            Problem.Code.BAD_UPSTREAM,
                            Problem.WhoFailed.UPSTREAM,
                            true,
                            "url: \"" + url + "\" answered " + answer.statusCode() + " (expected: 200)",
                            null,
                            null);
                }
                byte[] bytes = body.readNBytes(MAX_BYTES + 1);
                requireSize(url, bytes.length);
                return bytes;
            }
        }
    }

    private static void requireSize(String url, long size) {
        if (size > MAX_BYTES) {
            throw Problem.tooLarge("url: \"" + url + "\": more than " + MAX_BYTES + " bytes");
        }
    }

    private static boolean isAbsolute(String url) {
        return url.matches("[A-Za-z][A-Za-z0-9+.-]*:.*");
    }
}
