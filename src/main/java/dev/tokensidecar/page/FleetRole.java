package dev.tokensidecar.page;

import dev.tokensidecar.page.PageView.TokenView;
import dev.tokensidecar.token.TokenStatus;

/** What this process does for the session of a token, among all that share it. */
enum FleetRole {
    CLAIM_HOLDER("fleet: holds the claim", "this pod sends the token request for all pods"),
    WAITING("fleet: waits", "another pod sends the token request for all pods"),
    LEADER("fleet: leader", "this pod obtained the token for all pods"),
    FOLLOWER("fleet: follower", "this pod adopted the token of another one"),
    MEMBER("fleet: member", "no pod has obtained a token yet");

    final String label;
    final String meaning;

    FleetRole(String label, String meaning) {
        this.label = label;
        this.meaning = meaning;
    }

    /**
     * Returns the role for a token of a fleet.
     *
     * @param self what other pods call this one
     */
    static FleetRole of(TokenView token, String self) {
        TokenStatus status = token.status();
        if (status.claimedBy() != null && status.state().equals("refreshing")) {
            return status.claimedBy().equals(self) ? CLAIM_HOLDER : WAITING;
        }
        if (status.origin() == null) {
            return MEMBER;
        }
        return status.origin().equals(TokenStatus.OWN) ? LEADER : FOLLOWER;
    }
}
