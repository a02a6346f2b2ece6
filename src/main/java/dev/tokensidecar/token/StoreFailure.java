package dev.tokensidecar.token;

/** Why an operation of the store failed. The message names the file and quotes nothing from it. */
public final class StoreFailure extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final StoreProblem problem;

    public StoreFailure(StoreProblem problem, String message) {
        super(message);
        this.problem = problem;
    }

    public StoreProblem problem() {
        return problem;
    }

    /** Returns what callers get when there is nothing to present until somebody repairs the store. */
    RefreshFailure.Misconfigured asRefreshFailure() {
        return new RefreshFailure.Misconfigured(
                "store_" + problem.label(), "the stored refresh token: " + getMessage() + ": " + problem.cure());
    }
}
