package dev.polder.mesh.proxy;

/** The same where the bytes between workloads of this process are enciphered. */
class SealedStreamingIT extends LocalStreamingIT {

    @Override
    boolean handOver() {
        return false;
    }
}
