package dev.tokensidecar.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each check finds the mistake that it exists for. */
class PoliciesIT {

    private static final Overlay DEPLOYMENT = Overlay.example("deployment");
    private static final Overlay CLASSIC = Overlay.test("classic");

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            allowPrivilegeEscalation: false | allowPrivilegeEscalation: true                        | may gain privileges
            allowPrivilegeEscalation: false | privileged: true                                      | is privileged
            '- ALL'                         | '- NET_RAW'                                           | has capabilities
            'drop:'                         | 'add: [NET_ADMIN]\n            drop:'                 | has capabilities
            readOnlyRootFilesystem: true    | readOnlyRootFilesystem: false                         | may write to its image
            type: RuntimeDefault            | type: Unconfined                                      | has no seccomp profile RuntimeDefault
            runAsNonRoot: true              | runAsNonRoot: false                                   | may be root
            runAsUser: 10001                | runAsUser: 0                                          | may be root
            'runAsUser: 10002\n'            | '\n'                                                  | may be root
            'cpu: 10m\n'                    | '\n'                                                  | requests too little
            'memory: 96Mi\n'                | '\n'                                                  | requests too little
            'memory: 16Mi\n'                | 'cpu: 1\n'                                            | has no memory limit
            'memory: 128Mi\n'               | 'cpu: 1\n'                                            | has no memory limit
            serviceAccountName: token       | 'hostNetwork: true\n      serviceAccountName: token'  | is in the network of the host
            serviceAccountName: token       | 'hostPID: true\n      serviceAccountName: token'      | sees the host's processes
            'emptyDir:\n          sizeLimit: 16Mi' | 'hostPath:\n          path: /'                 | has a host's path
            '      automountServiceAccountToken: false' | '      automountServiceAccountToken: true' | has a service account token
            """)
    void missingHardeningIsFound(String from, String to, String finding) {
        assertThat(OverlayChecks.findingsForPods(DEPLOYMENT.with(from, to))).anyMatch(it -> it.endsWith(finding));
    }

    @Test
    void aServiceAccountOfTheSidecarInAnotherContainerIsFound() {
        Overlay shared = Overlay.example("fleet").with("        name: application\n", """
                                name: application
                                volumeMounts:
                                - name: token-sidecar-api
                                  mountPath: /account
                        """);

        assertThat(OverlayChecks.findingsForPods(shared))
                .containsExactly("Deployment application can use the service account of the sidecar");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            path: /q/health/started       | path: /q/health/ready          | has no startupProbe at 9191/q/health/started
            path: /q/health/ready         | path: /q/health/live           | has no readinessProbe at 9191/q/health/ready
            'livenessProbe:'              | 'lifecycle:'                   | has no livenessProbe at 9191/q/health/live
            'port: token-sidecar'         | 'port: 8191'                   | has no readinessProbe at 9191/q/health/ready
            failureThreshold: 86400       | failureThreshold: 60           | is restarted while the authorization server is down
            containerPort: 9191           | containerPort: 8191            | tells the token port
            containerPort: 9191           | containerPort: 9000            | has another port than 9191
            containerPort: 9191           | 'containerPort: 9191\n          hostPort: 9191'   | opens a port of the host
            'restartPolicy: Always'       | 'restartPolicy: OnFailure'     | ends the sidecar before it begins
            'initContainers:\n'           | 'initContainers:\n      - name: early\n'          | has something before the sidecar
            'token-sidecar.dev/scrape'     | 'token-sidecar.dev/scraped'     | has no label for the PodMonitor
            http://localhost:8191/token   | http://localhost:9191/token    | application does not know the token endpoint
            GRACE_PERIOD: 20s             | GRACE_PERIOD: 25s              | kills the sidecar after PT30S, which may need PT30S
            PeriodSeconds: 30             | PeriodSeconds: 25              | kills the sidecar after PT25S, which may need PT25S
            SIDECAR_TOKEN_STORE_FILE      | SIDECAR_TOKEN_STORE_FLIE       | sets SIDECAR_TOKEN_STORE_FLIE, which is no key
            'SIDECAR_TOKEN_STORE_FILE:'   | 'SIDECAR_TOKEN_CLIENT_SECRET:' | 'has a credential: SIDECAR_TOKEN_CLIENT_SECRET'
            '- name: TOKEN_ENDPOINT\n'    | '- name: TOKEN_ENDPOINT\n          value: any\n        - name: DB_PASSWORD\n' | 'has a credential: DB_PASSWORD'
            """)
    void wrongWiringIsFound(String from, String to, String finding) {
        assertThat(OverlayChecks.findingsForSidecar(DEPLOYMENT.with(from, to))).anyMatch(it -> it.endsWith(finding));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            'postStart:'                            | 'preStop:'                         | does not wait for the first token
            'containers:\n'                         | 'containers:\n      - name: early\n' | has something before the sidecar
            'apps/v1\nkind: DaemonSet'              | 'batch/v1\nkind: Job'              | never ends
            """)
    void mistakesOfTheClassicContainerAreFound(String from, String to, String finding) {
        assertThat(OverlayChecks.findingsForSidecar(CLASSIC.with(from, to))).anyMatch(it -> it.endsWith(finding));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            port: 8191                      | leads to the token port
            'port: 80\n    targetPort: 8191'| leads to the token port
            """)
    void aServiceForTheTokenPortIsFound(String port, String finding) {
        String service = "kind: Service\napiVersion: v1\nmetadata:\n  name: tokens\nspec:\n  ports:\n  - " + port;
        Overlay open =
                DEPLOYMENT.with("---\napiVersion: apps/v1\n", "---\n" + service + "\n---\napiVersion: apps/v1\n");

        assertThat(OverlayChecks.findingsForSidecar(open)).anyMatch(it -> it.endsWith(finding));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            'readinessProbe:'        | 'readynessProbe:'      | no field readynessProbe
            'secretKeyRef:'          | 'secretkeyref:'        | no field secretkeyref
            'drop:'                  | 'drops:'               | no field drops
            'cidr:'                  | 'cdir:'                | no field cdir
            'requests:\n      storage' | 'request:\n      storage' | no field request
            'kind: NetworkPolicy'    | 'kind: NetworkPolicies' | no such kind in networking.k8s.io/v1
            """)
    void unknownFieldsAreFound(String from, String to, String finding) {
        Stream<String> findings =
                DEPLOYMENT.with(from, to).objects().stream().flatMap(object -> UnknownFields.of(object).stream());

        assertThat(findings).isNotEmpty().allMatch(it -> it.endsWith(finding));
    }

    @Test
    void aValueOfTheWrongTypeIsFound() {
        assertThatThrownBy(() -> DEPLOYMENT.with("failureThreshold: 6", "failureThreshold: many"))
                .hasMessageContaining("many");
    }

    @Test
    void aMissingConfigMapIsFound() {
        Overlay without =
                DEPLOYMENT.with("kind: ConfigMap\nmetadata:\n  name: ", "kind: ConfigMap\nmetadata:\n  name: other");

        assertThatThrownBy(() -> OverlayChecks.findingsForSidecar(without))
                .hasMessageContaining("no ConfigMap token-sidecar-defaults");
    }
}
