package dev.tokensidecar.bench;

/**
 * The CPU time that the servers have used until a moment, or during a period.
 *
 * @param apiServer in milliseconds
 * @param etcd in milliseconds
 * @param nanos the moment, or the length of the period
 */
record ServerTime(double apiServer, double etcd, long nanos) {

    ServerTime since(ServerTime before) {
        return new ServerTime(apiServer - before.apiServer, etcd - before.etcd, nanos - before.nanos);
    }

    /** Subtracts what the servers use anyway in such a time, and returns the rest for each of several pieces of work. */
    ServerTime each(int pieces, ServerTime idle) {
        double share = (double) nanos / idle.nanos;
        return new ServerTime(
                Math.max(0, apiServer - share * idle.apiServer) / pieces,
                Math.max(0, etcd - share * idle.etcd) / pieces,
                nanos / pieces);
    }
}
