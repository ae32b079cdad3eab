package dev.polder.portal.git;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpResponseWriter;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.RequestHeaders;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.ServiceRequestContext;
import dev.polder.kernel.model.Problem;
import dev.polder.kernel.server.Access;
import dev.polder.kernel.server.PolderServerBuilder;
import dev.polder.kernel.server.Principal;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.transport.PacketLineOut;
import org.eclipse.jgit.transport.RefAdvertiser.PacketLineOutRefAdvertiser;
import org.eclipse.jgit.transport.UploadPack;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Git's smart HTTP protocol, versions 0 and 2, and single files, under one prefix such as {@code /git}.
 *
 * <p>{@code NS/NAME.git/info/refs?service=…}, {@code …/git-upload-pack}, {@code …/git-receive-pack} as in git's
 * {@code gitprotocol-http}, and {@code GET NS/NAME/raw/BRANCH/PATH}. Mount it with {@link #accessOf} so that pushing
 * asks for {@link Access#WRITE} and everything else for {@link Access#READ}:
 * {@code server.service("/git", GitHttpService::accessOf, new GitHttpService("/git", repositories))}. Each call runs on
 * virtual threads; bodies are streamed both ways.
 */
public final class GitHttpService implements HttpService {

    private static final Logger LOG = LoggerFactory.getLogger(GitHttpService.class);
    private static final String UPLOAD = "git-upload-pack";
    private static final String RECEIVE = "git-receive-pack";
    private static final Pattern SMART =
            Pattern.compile("/([^/]+)/([^/]+)\\.git/(info/refs|" + UPLOAD + "|" + RECEIVE + ")");
    private static final Pattern RAW = Pattern.compile("/([^/]+)/([^/]+)/raw/([^/]+)/(.+)");

    /** The wants and haves of a fetch; a repository with a hundred thousand refs needs about 10 MiB. */
    private static final long MAX_FETCH_REQUEST = 32L * 1024 * 1024;

    private final String prefix;
    private final GitRepositories repositories;

    /** @param prefix where it is mounted, such as {@code /git}; no slash at its end */
    public GitHttpService(String prefix, GitRepositories repositories) {
        this.prefix = prefix;
        this.repositories = repositories;
    }

    /** What a request needs: pushing writes, everything else reads. */
    public static Access accessOf(RequestHeaders headers) {
        String path = headers.path();
        int query = path.indexOf('?');
        boolean pushes = query < 0
                ? path.endsWith("/" + RECEIVE)
                : path.substring(0, query).endsWith("/" + RECEIVE);
        boolean willPush =
                query >= 0 && List.of(path.substring(query + 1).split("&")).contains("service=" + RECEIVE);
        return pushes || willPush ? Access.WRITE : Access.READ;
    }

    @Override
    public HttpResponse serve(ServiceRequestContext context, HttpRequest http) throws Exception {
        String path = context.path();
        if (!path.startsWith(prefix + "/")) {
            throw Problem.notFound("path " + path + ": not under " + prefix);
        }
        String rest = URLDecoder.decode(path.substring(prefix.length()).replace("+", "%2B"), StandardCharsets.UTF_8);
        Matcher smart = SMART.matcher(rest);
        if (smart.matches()) {
            GitRepository repository = find(smart.group(1), smart.group(2));
            return switch (smart.group(3)) {
                case UPLOAD -> fetch(http, repository);
                case RECEIVE -> push(context, http, repository);
                default -> advertise(context, http, repository);
            };
        }
        Matcher raw = RAW.matcher(rest);
        if (raw.matches()) {
            requireMethod(http, HttpMethod.GET);
            return file(find(raw.group(1), raw.group(2)), raw.group(3), raw.group(4));
        }
        throw Problem.notFound("path " + path + ": not one of git's (expected: " + prefix + "/NAMESPACE/NAME.git)");
    }

    private GitRepository find(String namespace, String name) {
        try {
            return repositories.get(namespace, name);
        } catch (Problem e) {
            if (e.code() == Problem.Code.INVALID) {
                throw Problem.notFound("repository " + namespace + "/" + name + ": not there");
            }
            throw e;
        }
    }

    private HttpResponse advertise(ServiceRequestContext context, HttpRequest http, GitRepository repository)
            throws Exception {
        requireMethod(http, HttpMethod.GET);
        String service =
                Optional.ofNullable(context.queryParams().get("service")).orElse("");
        if (!service.equals(UPLOAD) && !service.equals(RECEIVE)) {
            throw new Problem(
                    Problem.Code.FORBIDDEN,
                    Problem.WhoFailed.CALLER,
                    false,
                    "service: \"" + service + "\" (expected: " + UPLOAD + " or " + RECEIVE
                            + "; git's dumb protocol is not served)",
                    null,
                    null);
        }
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        PacketLineOut lines = new PacketLineOut(body);
        lines.writeString("# service=" + service + "\n");
        lines.end();
        try (Repository open = GitRepository.open(repository.place())) {
            PacketLineOutRefAdvertiser refs = new PacketLineOutRefAdvertiser(lines);
            if (service.equals(UPLOAD)) {
                uploadPack(open, http).sendAdvertisedRefs(refs);
            } else {
                new Receiving(repositories, repository, open, caller(context))
                        .pack()
                        .sendAdvertisedRefs(refs);
            }
        }
        return HttpResponse.of(
                headers("application/x-" + service + "-advertisement"), HttpData.wrap(body.toByteArray()));
    }

    private HttpResponse fetch(HttpRequest http, GitRepository repository) {
        requirePost(http, UPLOAD);
        return stream(UPLOAD, repository, out -> {
            try (RequestBody in = RequestBody.of(http, MAX_FETCH_REQUEST);
                    Repository open = GitRepository.open(repository.place())) {
                uploadPack(open, http).upload(in.stream(), out, null);
            }
        });
    }

    private HttpResponse push(ServiceRequestContext context, HttpRequest http, GitRepository repository) {
        requirePost(http, RECEIVE);
        Principal caller = caller(context);
        long most = repositories.limits().maxPackBytes() + 4L * 1024 * 1024;
        return stream(RECEIVE, repository, out -> {
            try (RequestBody in = RequestBody.of(http, most);
                    Repository open = GitRepository.open(repository.place())) {
                new Receiving(repositories, repository, open, caller).pack().receive(in.stream(), out, null);
            }
        });
    }

    private static UploadPack uploadPack(Repository open, HttpRequest http) {
        UploadPack upload = new UploadPack(open);
        upload.setBiDirectionalPipe(false);
        String protocol = http.headers().get("git-protocol");
        if (protocol != null) {
            upload.setExtraParameters(List.of(protocol.split(":")));
        }
        return upload;
    }

    private static Principal caller(ServiceRequestContext context) {
        return PolderServerBuilder.principal(context)
                .orElseThrow(() -> new Problem(
                        Problem.Code.UNAUTHENTICATED,
                        Problem.WhoFailed.CALLER,
                        false,
                        "pushing needs a caller (expected: a token as the password)",
                        null,
                        null));
    }

    private static HttpResponse file(GitRepository repository, String branch, String path) {
        byte[] bytes = repository
                .readFile(branch, path)
                .orElseThrow(() -> Problem.notFound(
                        path + ": not on branch " + branch + " of repository " + repository.address()));
        return HttpResponse.of(
                ResponseHeaders.builder(HttpStatus.OK)
                        .contentType(MediaType.PLAIN_TEXT_UTF_8)
                        // pushed by anybody: a browser must neither guess a type nor run it
                        .set(HttpHeaderNames.X_CONTENT_TYPE_OPTIONS, "nosniff")
                        .set(HttpHeaderNames.CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox")
                        .set(HttpHeaderNames.CACHE_CONTROL, "no-cache")
                        .build(),
                HttpData.wrap(bytes));
    }

    @FunctionalInterface
    private interface Exchange {
        void run(ResponseBody out) throws Exception;
    }

    private static HttpResponse stream(String service, GitRepository repository, Exchange exchange) {
        HttpResponseWriter writer = HttpResponse.streaming();
        writer.write(headers("application/x-" + service + "-result"));
        Thread.ofVirtual().name(service + " " + repository.address()).start(() -> {
            try (ResponseBody out = new ResponseBody(writer)) {
                exchange.run(out);
            } catch (Exception | StackOverflowError e) {
                // Git's protocol has told the client by now, as far as it can be told.
                LOG.atInfo()
                        .addKeyValue("repository", repository.address())
                        .addKeyValue("service", service)
                        .setCause(e instanceof IOException ? null : e)
                        .log("git exchange ended early: {}", e.toString());
            }
        });
        return writer;
    }

    private static ResponseHeaders headers(String type) {
        return ResponseHeaders.builder(HttpStatus.OK)
                .contentType(MediaType.parse(type))
                .set(HttpHeaderNames.CACHE_CONTROL, "no-cache, max-age=0, must-revalidate")
                .build();
    }

    private static void requirePost(HttpRequest http, String service) {
        requireMethod(http, HttpMethod.POST);
        String wanted = "application/x-" + service + "-request";
        String type =
                String.valueOf(http.headers().get(HttpHeaderNames.CONTENT_TYPE)).toLowerCase(Locale.ROOT);
        if (!type.equals(wanted)) {
            throw Problem.invalid("Content-Type: " + type + " (expected: " + wanted + ")");
        }
    }

    private static void requireMethod(HttpRequest http, HttpMethod method) {
        if (http.method() != method && !(method == HttpMethod.GET && http.method() == HttpMethod.HEAD)) {
            throw Problem.invalid("method: " + http.method() + " (expected: " + method + ")");
        }
    }
}
