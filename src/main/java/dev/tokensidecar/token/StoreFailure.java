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

    /** Returns what callers get when nothing can be presented because of it. */
    RefreshFailure asRefreshFailure() {
        String error = Cure.STORE + problem.label();
        String message = "the stored refresh token: " + getMessage() + ": " + problem.cure();
        return problem.passes()
                ? RefreshFailure.Unavailable.unprocessed(error, message)
                : new RefreshFailure.Misconfigured(error, message);
    }
}
