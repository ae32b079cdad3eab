package dev.polder.kernel.server;

import com.linecorp.armeria.common.HttpResponse;

/**
 * One HTTP endpoint as plain blocking code; each call runs on a virtual thread of its own.
 *
 * <p>What it throws becomes the answer: a {@code Problem} by its code, anything else as 500 with a logged reference.
 */
@FunctionalInterface
public interface Handler {
    HttpResponse handle(Request request) throws Exception;
}
