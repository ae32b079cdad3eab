package dev.polder.kernel.server;

import com.linecorp.armeria.common.HttpResponse;
import java.io.InputStream;

/** One endpoint that takes a large body as plain blocking code on a virtual thread, as the body comes. */
@FunctionalInterface
public interface UploadHandler {

    /**
     * Answers.
     *
     * @param request its body is empty here
     * @param body ends in a Problem TOO_LARGE past the endpoint's limit; closed by the caller
     */
    HttpResponse handle(Request request, InputStream body) throws Exception;
}
