package dev.tokensidecar.api;

import io.quarkus.smallrye.openapi.OpenApiFilter;
import org.eclipse.microprofile.openapi.OASFactory;
import org.eclipse.microprofile.openapi.OASFilter;
import org.eclipse.microprofile.openapi.models.OpenAPI;
import org.eclipse.microprofile.openapi.models.media.Schema;
import org.eclipse.microprofile.openapi.models.parameters.Parameter;

/** Adds the path parameter {@code name} to the OpenAPI description: the scanner drops it from inherited methods. */
@OpenApiFilter(stages = OpenApiFilter.RunStage.BUILD)
public final class DescribedPaths implements OASFilter {

    private static final String NAME = "name";

    @Override
    public void filterOpenAPI(OpenAPI openApi) {
        openApi.getPaths().getPathItems().forEach((path, item) -> {
            if (path.contains("{" + NAME + "}")) {
                var unused = item.addParameter(name());
            }
        });
    }

    private static Parameter name() {
        return OASFactory.createParameter()
                .name(NAME)
                .in(Parameter.In.PATH)
                .required(true)
                .description("the name of the token in the configuration")
                .schema(OASFactory.createSchema().addType(Schema.SchemaType.STRING));
    }
}
