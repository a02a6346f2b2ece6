#!/usr/bin/env bash
# Changes the code of some rooms, one place at a time, and counts the changes that no fast test notices (PIT). Arguments name the
# rooms: token store oauth2 forward; without any, all four. The reports are in target/pit-reports/ROOM.
set -euo pipefail
cd "$(dirname "$0")/../../.."

# Prints the names of a package as PIT wants them: names_in PACKAGE NAME...
names_in() {
    local package=dev.tokensidecar.$1
    shift
    printf "$package.%s," "$@"
}

# Races that take minutes for each change find what the other tests find in milliseconds.
in_room() {
    case $1 in
        token)
            classes=$(names_in token '*')
            tests=$(names_in token '*Test')
            slow=$(names_in token RaceTest)
            ;;
        store)
            classes=$(names_in store '*')
            tests=$(names_in store '*Test')
            slow=$(names_in store AccessTokenFileRaceTest FileAttackTest)
            ;;
        oauth2) # what classifies responses
            classes=$(names_in oauth2 ErrorClassifier OAuthError 'TokenResponseParser*' 'RefreshResponseParser*' \
                'DeviceAuthorizationParser*' 'Response*' Lifetimes JwtLifetime HttpDates 'Dialect*')
            tests=$(names_in oauth2 TokenResponseParserTest RefreshResponseParserTest ProviderResponsesTest 'Lifetimes*Test' \
                HttpDatesTest JsonPointersPropertiesTest DeviceAuthorizationTest)
            slow=''
            ;;
        forward) # framing, on both sides
            classes=$(names_in egress Http1Codec FrugalResponseDecoder FieldLimit 'FoldedFields*' 'Http2*' ResponseHead \
                ResponseFraming)$(names_in forward AmbiguousFraming RequestTarget PercentEncoded FieldSyntax \
                EndToEndHeaders CookieScope BodyPrefix BufferBudget)
            tests=$(names_in egress '*Test')$(names_in forward RequestTargetTest CookieScopeTest ForwardingTest \
                HostileInputTest BodyPipeTest BufferBudgetTest RetryTest)
            slow=''
            ;;
        *)
            echo "mutation-test.sh: there is no room $1, only token store oauth2 forward" >&2
            return 2
            ;;
    esac
}

[[ $# -gt 0 ]] || set -- token store oauth2 forward
./mvnw -B -ntp -q test-compile
mkdir -p target
for room in "$@"; do
    in_room "$room"
    ./mvnw -B -ntp org.pitest:pitest-maven:mutationCoverage -DreportsDirectory="target/pit-reports/$room" -DtimestampedReports=false \
        -DtargetClasses="$classes" -DtargetTests="$tests" -DexcludedTestClasses="$slow" | tee "target/pit-$room.log"
    sed -n "s/^>> Generated \([0-9]*\) mutations Killed \([0-9]*\).*/mutants room=$room generated=\1 killed=\2/p" "target/pit-$room.log" |
        tee -a target/figures.txt
done
