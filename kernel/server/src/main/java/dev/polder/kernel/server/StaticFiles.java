package dev.polder.kernel.server;

import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.ServiceRequestContext;
import com.linecorp.armeria.server.file.FileService;
import com.linecorp.armeria.server.file.FileServiceBuilder;
import com.linecorp.armeria.server.file.HttpFile;
import java.nio.file.Path;
import java.util.regex.Pattern;

/**
 * The files of a single-page application.
 *
 * <p>Files lie under {@code /assets/}, or at the top with a dot in the name, where a missing one stays a 404 and is not
 * served as HTML. Every other path is a page the browser makes and gets {@code index.html}, dots or not: names of
 * entities have them. Files whose name carries a content hash
 * never change and may be kept for ever; everything else is asked for again each time. A {@code .br} or {@code .gz}
 * beside a file is sent to those who accept it.
 *
 * <p>Nothing is cached here, the operating system does that: Armeria's cache of files gives the buffer of an entry back
 * when it evicts it, also while an answer is made of it, which then fails or has the bytes of another file.
 */
final class StaticFiles implements HttpService {

    private static final Pattern HASHED = Pattern.compile(".*[-.][A-Za-z0-9_-]{8,}\\.[a-z0-9]{2,5}$");
    private static final String ASSETS = "/assets/";
    private static final String FOREVER = "public, max-age=31536000, immutable";
    private static final String ASK_AGAIN = "no-cache";

    private final HttpService files;
    private final HttpService index;

    private StaticFiles(FileServiceBuilder files, HttpFile index) {
        this.files = files.autoIndex(false)
                .serveCompressedFiles(true)
                .maxCacheEntries(0)
                .build();
        this.index = index.asService();
    }

    static StaticFiles of(Path folder) {
        return new StaticFiles(FileService.builder(folder), HttpFile.of(folder.resolve("index.html")));
    }

    static StaticFiles of(ClassLoader loader, String folder) {
        return new StaticFiles(FileService.builder(loader, folder), HttpFile.of(loader, folder + "/index.html"));
    }

    @Override
    public HttpResponse serve(ServiceRequestContext context, HttpRequest request) throws Exception {
        if (request.method() != HttpMethod.GET && request.method() != HttpMethod.HEAD) {
            return HttpResponse.of(
                    ResponseHeaders.of(HttpStatus.METHOD_NOT_ALLOWED, HttpHeaderNames.ALLOW, "GET, HEAD"));
        }
        String path = context.mappedPath();
        boolean asset = path.startsWith(ASSETS);
        boolean file = asset || (path.lastIndexOf('/') == 0 && path.indexOf('.') >= 0);
        String cache = asset && HASHED.matcher(path).matches() ? FOREVER : ASK_AGAIN;
        return (file ? files : index)
                .serve(context, request)
                .mapHeaders(headers -> headers.status().isClientError()
                        ? headers
                        : headers.toBuilder()
                                .set(HttpHeaderNames.CACHE_CONTROL, cache)
                                .build());
    }
}
