package dev.polder.mesh.proxy;

import java.util.List;

/**
 * The head of a response, and the body to come. Its body must be read to the end or cancelled: until then the request
 * counts as under way.
 *
 * @param headers in order of arrival; hop-by-hop headers are removed
 */
public record ClientResponse(int status, List<HttpHeader> headers, HttpBody body) {}
