package dev.polder.mesh.proxy;

/** The same where requests to a workload of this process pass through memory. */
class DirectGrpcGatewayIT extends GrpcGatewayIT {

    @Override
    boolean direct() {
        return true;
    }
}
