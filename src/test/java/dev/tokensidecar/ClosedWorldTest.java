package dev.tokensidecar;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.belongToAnyOf;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.conditions.ArchConditions.be;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import io.quarkus.runtime.annotations.RegisterForReflection;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.core.Response.ResponseBuilder;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.nio.Buffer;
import java.time.InstantSource;
import java.time.temporal.Temporal;
import java.util.HashSet;
import java.util.List;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.Timer;
import java.util.concurrent.Executor;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Checks what a native build depends on. The build sees every class that the application uses, and it creates the values
 * of all static fields, so that none of them may depend on one machine or one run.
 */
@AnalyzeClasses(packages = "dev.tokensidecar", importOptions = ImportOption.DoNotIncludeTests.class)
class ClosedWorldTest {

    private static final DescribedPredicate<JavaClass> OF_PRODUCTION =
            not(resideInAPackage("..demo..")).as("of production");

    /** The methods of {@link Class} that need no metadata; the constants of each enum are in the executable. */
    private static final Set<String> HARMLESS =
            Set.of("getName", "getSimpleName", "isInstance", "cast", "getEnumConstants");

    private static final List<Class<?>> OF_ONE_RUN = List.of(
            RandomGenerator.class,
            Thread.class,
            Executor.class,
            Timer.class,
            InstantSource.class,
            Temporal.class,
            AutoCloseable.class,
            Buffer.class);

    /**
     * The metadata of Signals is written by hand, and SignalsTest compares the two. The files of the others are named in
     * application.properties.
     */
    @ArchTest
    static final ArchRule onlyFourClassesUseReflectionOrResources = noClasses()
            .that(OF_PRODUCTION)
            .and()
            .haveNameNotMatching(
                    "dev\\.tokensidecar\\.(app\\.(Signals|BuildInfo)|api\\.DescriptionResource|page\\.PageHandlers)")
            .should()
            .dependOnClassesThat(resideInAnyPackage("java.lang.reflect..", "java.lang.invoke.."))
            .orShould()
            .dependOnClassesThat(belongToAnyOf(ServiceLoader.class, ObjectInputStream.class, ObjectOutputStream.class))
            .orShould()
            .accessTargetWhere(describe("class members are looked up", ClosedWorldTest::looksUpMembers));

    @ArchTest
    static final ArchRule noStaticFieldDependsOnTheMachineOrTheRun = noFields()
            .that()
            .areStatic()
            .and()
            .areDeclaredInClassesThat(OF_PRODUCTION)
            .should(be(describe("a value of one machine or run", ClosedWorldTest::isOfOneRun)));

    /**
     * CachedResponse and ClientCredentialsEndpoint write a TokenJson, ExchangeEndpoint an ExchangedTokenJson,
     * ProblemResponder a Problem, ErrorResponses a Problem or a TokenErrorJson, IntrospectionResource a text. The classes of store and kubernetes write
     * trees.
     */
    @ArchTest
    static final ArchRule onlyTheseClassesBindObjects = noClasses()
            .that(OF_PRODUCTION)
            .and()
            .haveNameNotMatching(
                    "dev\\.tokensidecar\\.(api\\.(CachedResponse|ClientCredentialsEndpoint|ErrorResponses|ExchangeEndpoint|IntrospectionResource)"
                            + "|ingress\\.ProblemResponder|kubernetes\\.RecordFormat|store\\.(StoreFileFormat|AttemptFile))")
            .should()
            .accessTargetWhere(describe("objects are bound", ClosedWorldTest::bindsData));

    @ArchTest
    static void typesThatJacksonBindsAreReturnedByAResourceOrRegistered(JavaClasses classes) {
        Set<JavaClass> seen = new HashSet<>();
        classes.stream()
                .flatMap(type -> type.getMethods().stream())
                .filter(method -> method.isMetaAnnotatedWith(HttpMethod.class))
                .flatMap(method -> method.getReturnType().getAllInvolvedRawTypes().stream())
                .forEach(type -> addWithFields(type, seen));

        List<JavaClass> annotated =
                classes.stream().filter(ClosedWorldTest::hasJacksonAnnotations).toList();

        assertThat(annotated).hasSizeGreaterThan(5);
        assertThat(annotated.stream()
                        .filter(type -> !seen.contains(type) && !type.isAnnotatedWith(RegisterForReflection.class)))
                .isEmpty();
    }

    private static boolean looksUpMembers(JavaAccess<?> access) {
        JavaClass owner = access.getTargetOwner();
        return owner.isAssignableTo(ClassLoader.class)
                || (owner.isEquivalentTo(Class.class) && !HARMLESS.contains(access.getName()));
    }

    private static boolean isOfOneRun(JavaField field) {
        return field.getType().getAllInvolvedRawTypes().stream()
                .anyMatch(type -> OF_ONE_RUN.stream().anyMatch(type::isAssignableTo));
    }

    private static boolean bindsData(JavaAccess<?> access) {
        JavaClass owner = access.getTargetOwner();
        String name = access.getName();
        return (owner.isAssignableTo(ResponseBuilder.class) && name.equals("entity"))
                || (owner.isAssignableTo(ObjectMapper.class) && name.matches("(read|write|convert|update)Value.*"))
                || (owner.isAssignableTo(ObjectMapper.class) && name.matches("treeToValue|valueToTree"));
    }

    /** Quarkus registers a return type together with the types of its fields. */
    private static void addWithFields(JavaClass type, Set<JavaClass> seen) {
        if (type.getPackageName().startsWith("dev.tokensidecar") && seen.add(type)) {
            type.getFields().stream()
                    .flatMap(field -> field.getType().getAllInvolvedRawTypes().stream())
                    .collect(Collectors.toSet())
                    .forEach(next -> addWithFields(next, seen));
        }
    }

    private static boolean hasJacksonAnnotations(JavaClass type) {
        return Stream.concat(Stream.of(type), type.getFields().stream())
                .flatMap(element -> element.getAnnotations().stream())
                .anyMatch(annotation ->
                        annotation.getRawType().getPackageName().equals("com.fasterxml.jackson.annotation"));
    }
}
