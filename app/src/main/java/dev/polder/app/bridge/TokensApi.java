package dev.polder.app.bridge;

import com.linecorp.armeria.common.HttpResponse;
import dev.polder.kernel.model.EntityRef;
import dev.polder.kernel.model.Problem;
import dev.polder.kernel.server.Accounts;
import dev.polder.kernel.server.ErrorBody;
import dev.polder.kernel.server.Principal;
import dev.polder.kernel.server.Request;
import dev.polder.kernel.server.Responses;
import dev.polder.kernel.server.Routes;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/** {@code POST /api/polder/tokens}: the administrator makes tokens for others. */
public final class TokensApi {

    private static final int MAX_LABEL = 100;

    private final Accounts accounts;

    public TokensApi(Accounts accounts) {
        this.accounts = accounts;
    }

    public Routes routes() {
        return new Routes("/api/polder", ErrorBody.problem()).post("/tokens", this::issue);
    }

    private HttpResponse issue(Request request) {
        if (!request.caller().ref().equals(Accounts.ADMIN)) {
            throw new Problem(
                    Problem.Code.FORBIDDEN,
                    Problem.WhoFailed.CALLER,
                    false,
                    "tokens are made by " + Accounts.ADMIN + " (you are "
                            + request.caller().ref() + ")",
                    null,
                    null);
        }
        JsonNode body = request.json();
        String label = body.path("label").asString("");
        if (label.isBlank() || label.length() > MAX_LABEL) {
            throw Problem.invalid("label: " + label.length() + " characters (expected: 1 to " + MAX_LABEL + ")");
        }
        EntityRef subject = EntityRef.parse(body.path("subject").asString(""), "user", EntityRef.DEFAULT_NAMESPACE);
        String token = accounts.issueToken(
                label, subject, subject.kind().equalsIgnoreCase("user") ? Principal.Kind.USER : Principal.Kind.SERVICE);
        return Responses.json(201, JsonNodeFactory.instance.objectNode().put("token", token));
    }
}
