//! The API's description.

use afterword_protocol::API_PREFIX;
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::{Modify, OpenApi};
use utoipa_axum::router::OpenApiRouter;

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Afterword",
        description = "Comments under any article. `docs/protocol.md` tells the same story with examples.",
    ),
    tags(
        (name = "comments", description = "Reading, posting, editing and deleting"),
        (name = "moderation", description = "Looking after comments: the queue, actions, bans, pages, rules"),
        (name = "accounts", description = "Who looks after the comments"),
        (name = "sites", description = "Whose pages the comments are for, and what is set for them"),
        (name = "pages", description = "What is known of pages"),
        (name = "readers", description = "Readers who sign in"),
    ),
    components(schemas(afterword_protocol::Sort)),
    modifiers(&EditToken),
)]
struct Description;

struct EditToken;

impl Modify for EditToken {
    fn modify(&self, openapi: &mut utoipa::openapi::OpenApi) {
        let components = openapi.components.get_or_insert_default();
        let bearer = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).build();
        components.add_security_scheme("edit token", SecurityScheme::Http(bearer.clone()));
        components.add_security_scheme("voice", SecurityScheme::Http(bearer.clone()));
        components.add_security_scheme("session", SecurityScheme::Http(bearer));
    }
}

/// The API's description (OpenAPI 3.1, JSON), made of the server's own routes.
#[must_use]
pub fn openapi() -> String {
    let router = OpenApiRouter::with_openapi(Description::openapi());
    let description = router.nest(API_PREFIX, super::api()).into_openapi();
    description.to_pretty_json().unwrap_or_default()
}

/// This description
#[utoipa::path(
    get,
    path = "/openapi.json",
    operation_id = "describe",
    tag = "pages",
    responses((status = 200, description = "OpenAPI 3.1", content_type = "application/json"))
)]
pub(super) async fn serve() -> impl IntoResponse {
    ([(CONTENT_TYPE, "application/json")], openapi())
}
