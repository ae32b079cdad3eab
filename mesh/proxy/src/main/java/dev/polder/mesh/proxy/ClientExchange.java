package dev.polder.mesh.proxy;

/** A request under way. Every method may be called from any thread. */
public interface ClientExchange {

    /** Takes the request's body; may be written to before there is a connection. Closed for a request without one. */
    BodyWriter body();

    /** Gives the exchange up; who still waits hears {@link HttpFailure.Kind#CANCELLED}. */
    void cancel();
}
