import { type Endpoint, ErrorBody, api, protocolVersion } from "@ringfence/protocol";
import { z } from "zod";
import { loginCookieName } from "./login-cookie.ts";

/** The OpenAPI 3.1 document of the API, made from the table that the server routes by. */
export function makeOpenApi(): object {
  const paths: Record<string, Record<string, object>> = {};
  for (const [name, endpoint] of Object.entries<Endpoint>(api)) {
    const path = endpoint.path.replaceAll(/:(\w+)/g, "{$1}");
    paths[path] = { ...paths[path], [endpoint.method.toLowerCase()]: operationOf(name, endpoint) };
  }
  return {
    openapi: "3.1.0",
    info: {
      title: "Ringfence",
      version: String(protocolVersion),
      description:
        "Live updates come over the WebSocket at /api/signalling. A change is refused unless its Origin is this server.",
      license: { name: "Apache-2.0", identifier: "Apache-2.0" },
    },
    servers: [{ url: "/" }],
    paths,
    components: {
      schemas: { ErrorBody: schemaOf(ErrorBody, "output") },
      securitySchemes: {
        login: { type: "apiKey", in: "cookie", name: loginCookieName(true) },
      },
    },
  };
}

function operationOf(name: string, endpoint: Endpoint): object {
  const { summary, login, params, query, body, response } = endpoint;
  return {
    operationId: name,
    summary,
    security: login === "required" ? [{ login: [] }] : [],
    parameters: [...parametersOf("path", params), ...parametersOf("query", query)],
    ...(body && { requestBody: { required: true, content: jsonOf(schemaOf(body, "input")) } }),
    responses: {
      ...(response === undefined
        ? { "204": { description: "Done." } }
        : { "200": { description: "Done.", content: jsonOf(schemaOf(response, "output")) } }),
      default: {
        description: "Refused: nothing was changed.",
        content: jsonOf({ $ref: "#/components/schemas/ErrorBody" }),
      },
    },
  };
}

function parametersOf(place: "path" | "query", object: z.ZodObject | undefined): object[] {
  return Object.entries(object?.shape ?? {}).map(([name, schema]) => ({
    name,
    in: place,
    required: place === "path" || !z.safeParse(schema, undefined).success,
    schema: schemaOf(schema, "input"),
  }));
}

function jsonOf(schema: object): object {
  return { "application/json": { schema } };
}

function schemaOf(schema: z.core.$ZodType, io: "input" | "output"): object {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, {
    io,
    unrepresentable: "any",
    // What a transform gives has no schema; ours give what they took, put into order.
    override({ zodSchema: { _zod: inner }, jsonSchema }) {
      if (inner.def.type !== "pipe" || io === "input") return;
      const { in: taken, out } = inner.def;
      if (out._zod.def.type === "transform") Object.assign(jsonSchema, schemaOf(taken, "input"));
    },
  });
  return rest;
}
