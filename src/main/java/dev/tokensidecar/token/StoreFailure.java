package dev.tokensidecar.token;

/** Why the store could not do its part. The message names the file and quotes nothing from it. */
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

    /** What callers hear where nothing can be presented before somebody has mended the store. */
    RefreshFailure.Misconfigured asRefreshFailure() {
        return new RefreshFailure.Misconfigured(
                "store_" + problem.label(), "the stored refresh token: " + getMessage() + ": " + problem.cure());
    }
}
