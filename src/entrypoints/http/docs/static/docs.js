/** Shows the API's description; a token given here stays in the page's memory, and nothing is asked of anyone else. */

SwaggerUIBundle({
  url: "/openapi.json",
  dom_id: "#docs",
  deepLinking: true,
  displayRequestDuration: true,
  persistAuthorization: false,
  validatorUrl: null,
});
