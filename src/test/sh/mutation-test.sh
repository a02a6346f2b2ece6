#!/usr/bin/env bash
# Changes the code of some packages, one place at a time, and counts the changes that the fast tests detect (PIT). Arguments name
# the packages: token store oauth2 forward; without any, all four. The reports are in target/pit-reports/PACKAGE.
set -euo pipefail
cd "$(dirname "$0")/../../.."

# Prints the class names of a package in the format of PIT: names_in PACKAGE NAME...
names_in() {
    local package=dev.tokensidecar.$1
    shift
    printf "$package.%s," "$@"
}

# Leaves out race tests: they take minutes for each change, and find nothing that the other tests do not find in milliseconds.
select_package() {
    case $1 in
        token)
            classes=$(names_in token '*')
            # and those that watch the core from outside: its listeners and its other users
            tests=$(names_in token '*Test')$(names_in exchange ExchangedTokensTest)$(names_in telemetry \
                AdoptionTest CountersTest RefreshLogTest RefreshSpansTest)
            slow=$(names_in token RaceTest)
            ;;
        store)
            classes=$(names_in store '*')
            tests=$(names_in store '*Test')
            slow=$(names_in store AccessTokenFileRaceTest AtomicFileRaceTest FileAttackTest)
            ;;
        oauth2) # the classification of responses
            classes=$(names_in oauth2 ErrorClassifier OAuthError 'TokenResponseParser*' 'RefreshResponseParser*' \
                'DeviceAuthorizationParser*' 'Response*' Lifetimes JwtLifetime HttpDates 'Dialect*')
            tests=$(names_in oauth2 TokenResponseParserTest RefreshResponseParserTest ProviderResponsesTest FlawedResponsePropertiesTest 'Lifetimes*Test' \
                HttpDatesTest JsonPointersPropertiesTest DeviceAuthorizationParserTest)
            slow=''
            ;;
        forward) # framing, on both sides
            classes=$(names_in egress Http1Codec FrugalResponseDecoder FieldLimit 'FoldedFields*' 'Http2*' ResponseHead \
                ResponseFraming)$(names_in forward AmbiguousFraming RequestTarget PercentEncoded FieldSyntax \
                EndToEndHeaders CookieScope BodyPrefix BufferBudget)
            tests=$(names_in egress '*Test')$(names_in forward RequestTargetTest CookieScopeTest FieldSyntaxTest PercentEncodedTest ForwardingTest \
                HostileInputTest BodyPipeTest BufferBudgetTest RetryTest)
            slow=''
            ;;
        *)
            echo "mutation-test.sh: package $1 is not known: write token, store, oauth2 or forward" >&2
            return 2
            ;;
    esac
}

[[ $# -gt 0 ]] || set -- token store oauth2 forward
./mvnw -B -ntp -q test-compile
mkdir -p target
for package in "$@"; do
    select_package "$package"
    ./mvnw -B -ntp org.pitest:pitest-maven:mutationCoverage -DreportsDirectory="target/pit-reports/$package" -DtimestampedReports=false \
        -DtargetClasses="$classes" -DtargetTests="$tests" -DexcludedTestClasses="$slow" | tee "target/pit-$package.log"
    sed -n "s/^>> Generated \([0-9]*\) mutations Killed \([0-9]*\).*/mutants package=$package generated=\1 killed=\2/p" "target/pit-$package.log" |
        tee -a target/figures.txt
done
