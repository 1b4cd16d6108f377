// validatorUrl: null, or Swagger UI would send the description to a site elsewhere.
SwaggerUIBundle({ url: "/openapi.json", dom_id: "#reference", validatorUrl: null });
