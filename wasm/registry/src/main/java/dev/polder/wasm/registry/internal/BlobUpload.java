package dev.polder.wasm.registry.internal;

import dev.polder.kernel.model.Problem;
import dev.polder.wasm.registry.PushOptions;
import dev.polder.wasm.registry.TransferEvent;
import java.net.URI;
import java.net.http.HttpRequest;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Sends blobs: not at all when the registry has them or can mount them, in one request when they are small, in pieces
 * that can be resumed when they are not (OCI distribution specification, pushing blobs).
 */
final class BlobUpload {

    private static final Pattern RANGE = Pattern.compile("(?:bytes=)?0-([0-9]{1,18})");

    private final Api api;
    private final PushOptions options;
    private final String scope;

    BlobUpload(Api api, PushOptions options) {
        this.api = api;
        this.options = options;
        this.scope = api.scope("pull,push");
    }

    /** Sends a blob; false when the registry had it. */
    boolean send(Blob blob) {
        Descriptor descriptor = blob.descriptor();
        if (isPresent(descriptor)) {
            tell(TransferEvent.Kind.PRESENT, descriptor, descriptor.size());
            return false;
        }
        for (int attempt = 1; ; attempt++) {
            URI location = start(descriptor);
            if (location == null) {
                tell(TransferEvent.Kind.PRESENT, descriptor, descriptor.size());
                return false;
            }
            try {
                if (descriptor.size() <= options.chunkBytes()) {
                    finish(location, descriptor, blob.read(0, (int) descriptor.size()));
                } else {
                    finish(pieces(location, blob), descriptor, new byte[0]);
                }
                tell(TransferEvent.Kind.DONE, descriptor, descriptor.size());
                return true;
            } catch (Problem failure) {
                if (!failure.retryable()) {
                    throw failure;
                }
                // the upload's state is unknown: a fresh one is begun
                api.pause(attempt, null, failure);
            }
        }
    }

    private boolean isPresent(Descriptor blob) {
        try (Answer answer = api.send(Call.head(api.blob(blob.digest()), scope, 200, 404))) {
            return answer.status() == 200;
        }
    }

    /** Begins an upload, or mounts the blob and returns null. */
    private @Nullable URI start(Descriptor blob) {
        String mount = options.mountFrom() == null ? "" : "?mount=" + blob.digest() + "&from=" + options.mountFrom();
        String scopes = options.mountFrom() == null ? scope : scope + " repository:" + options.mountFrom() + ":pull";
        Call call = call("POST", api.uri("blobs/uploads/" + mount), Map.of(), new byte[0], scopes, true, 201, 202);
        try (Answer answer = api.send(call)) {
            return answer.status() == 201 ? null : location(answer);
        }
    }

    private void finish(URI location, Descriptor blob, byte[] bytes) {
        String text = location.toString();
        URI uri = URI.create(text + (location.getRawQuery() == null ? "?" : "&") + "digest=" + blob.digest());
        Map<String, String> headers = Map.of("Content-Type", "application/octet-stream");
        api.send(call("PUT", uri, headers, bytes, scope, false, 201, 204)).close();
    }

    private URI pieces(URI first, Blob blob) {
        long size = blob.descriptor().size();
        URI location = first;
        long offset = 0;
        int breaks = 0;
        while (offset < size) {
            int length = (int) Math.min(options.chunkBytes(), size - offset);
            Map<String, String> headers = Map.of(
                    "Content-Type", "application/octet-stream", "Content-Range", offset + "-" + (offset + length - 1));
            Call call = call("PATCH", location, headers, blob.read(offset, length), scope, false, 202, 204, 416);
            try (Answer answer = api.send(call)) {
                if (answer.status() != 416) {
                    location = location(answer);
                    offset = taken(answer, offset, offset + length);
                    tell(TransferEvent.Kind.PROGRESS, blob.descriptor(), offset);
                    continue;
                }
                api.pause(++breaks, null, answer.problem(call));
            } catch (Problem failure) {
                if (!failure.retryable()) {
                    throw failure;
                }
                api.pause(++breaks, null, failure);
            }
            try (Answer state = api.send(Call.get(location, Map.of(), scope, 204, 200, 404))) {
                if (state.status() == 404) {
                    throw new Problem(
                            Problem.Code.BAD_UPSTREAM,
                            Problem.WhoFailed.UPSTREAM,
                            true,
                            "upload " + Addresses.shown(location) + ": gone after " + offset + " of " + size + " bytes",
                            null,
                            null);
                }
                location = location(state);
                offset = taken(state, 0, size);
                tell(TransferEvent.Kind.RESUMED, blob.descriptor(), offset);
            }
        }
        return location;
    }

    /** How many bytes the registry has, by its {@code Range} header, which says {@code 0-0} for none as for one. */
    private static long taken(Answer answer, long from, long to) {
        String range = answer.header("Range");
        if (range == null) {
            return to;
        }
        Matcher matcher = RANGE.matcher(range);
        long taken = matcher.matches() ? Long.parseLong(matcher.group(1)) : -1;
        taken = taken == 0 && to != 1 ? 0 : taken + 1;
        if (!matcher.matches() || taken < from || taken > to) {
            throw Api.upstream("upload " + Addresses.shown(answer.uri()) + ": Range \"" + Answer.printable(range)
                    + "\" (expected: 0-N with N from " + from + " to " + (to - 1) + ")");
        }
        return taken;
    }

    private URI location(Answer answer) {
        String location = answer.header("Location");
        if (location == null) {
            throw Api.upstream("upload " + Addresses.shown(answer.uri()) + ": " + answer.status()
                    + " without Location (expected: where to send the bytes)");
        }
        return api.addresses().resolve(answer.uri(), location, "Location");
    }

    private void tell(TransferEvent.Kind kind, Descriptor blob, long bytes) {
        options.listener().on(new TransferEvent(kind, blob.digest(), bytes, blob.size()));
    }

    private static Call call(
            String method,
            URI uri,
            Map<String, String> headers,
            byte[] body,
            String scope,
            boolean retry,
            Integer... accepted) {
        return new Call(
                method, uri, headers, HttpRequest.BodyPublishers.ofByteArray(body), scope, retry, Set.of(accepted));
    }
}
