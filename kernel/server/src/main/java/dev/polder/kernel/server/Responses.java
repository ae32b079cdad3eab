package dev.polder.kernel.server;

import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.ResponseHeaders;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The answers handlers give. */
public final class Responses {

    private static final JsonMapper JSON = JsonMapper.shared();

    private Responses() {}

    /** 200 with {@code application/json; charset=utf-8}. */
    public static HttpResponse json(JsonNode body) {
        return json(200, body);
    }

    /** JSON with a status. */
    public static HttpResponse json(int status, JsonNode body) {
        return HttpResponse.of(HttpStatus.valueOf(status), MediaType.JSON_UTF_8, JSON.writeValueAsBytes(body));
    }

    /** A status without a body. */
    public static HttpResponse empty(int status) {
        return HttpResponse.of(ResponseHeaders.of(HttpStatus.valueOf(status)));
    }

    /** Bytes to be saved as a file by a browser. */
    public static HttpResponse download(String fileName, MediaType type, byte[] bytes) {
        String safe = fileName.replaceAll("[^A-Za-z0-9._-]", "_");
        return HttpResponse.of(
                ResponseHeaders.builder(HttpStatus.OK)
                        .contentType(type)
                        .add(HttpHeaderNames.CONTENT_DISPOSITION, "attachment; filename=\"" + safe + "\"")
                        .build(),
                com.linecorp.armeria.common.HttpData.wrap(bytes));
    }
}
