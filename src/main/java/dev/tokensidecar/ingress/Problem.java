package dev.tokensidecar.ingress;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import io.quarkus.runtime.annotations.RegisterForReflection;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * The body of an error response (RFC 9457).
 *
 * @param type a URN that identifies the kind of problem
 * @param title the kind of problem in words; the same for all problems of a kind
 * @param status the HTTP status of the response
 * @param detail what happened this time; never contains a credential
 * @param error the kind of problem as a word for programs
 * @param retryable whether the same request can succeed later without anybody's intervention
 * @param action the action that helps: {@code retry}, {@code reauthenticate}, {@code fix-configuration} or
 *     {@code fix-request}
 */
@RegisterForReflection // no resource method returns it
@JsonPropertyOrder({"type", "title", "status", "detail", "error", "retryable", "action"})
@Schema(name = "Problem", description = "An error (RFC 9457).")
public record Problem(
        String type, String title, int status, String detail, String error, boolean retryable, String action) {

    /** RFC 9457 section 3. */
    public static final String MEDIA_TYPE = "application/problem+json";

    static Problem of(ProblemKind kind, String detail) {
        return new Problem(
                "urn:token-sidecar:error:" + kind.error(),
                kind.title,
                kind.status,
                detail,
                kind.error(),
                kind.retryable,
                kind.action);
    }
}
