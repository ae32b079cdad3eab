package dev.polder.wasm.service;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A whole HTTP response of an app. {@code Content-Length} and hop-by-hop fields are left to the server that sends it.
 *
 * @param status 200 to 599
 * @param headers in the guest's order
 */
@SuppressWarnings("ArrayRecordComponent") // a body is bytes; never compared, never changed
public record HttpResponseData(int status, List<HttpHeader> headers, byte[] body) {

    /** The first value of a header, or null. */
    public @Nullable String header(String name) {
        for (HttpHeader header : headers) {
            if (header.name().equalsIgnoreCase(name)) {
                return header.value();
            }
        }
        return null;
    }
}
