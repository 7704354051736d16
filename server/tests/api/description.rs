//! The API's description is committed, so that a change of the API is seen in review.

#[test]
fn the_committed_description_is_the_server_s_own() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/openapi.json");
    let committed = std::fs::read_to_string(path).unwrap_or_default();
    let current = afterword_server::openapi() + "\n";
    assert!(
        committed == current,
        "docs/openapi.json is out of date: cargo run -p afterword-server openapi > docs/openapi.json"
    );
}

#[test]
fn it_is_of_the_version_that_the_protocol_names() {
    let description: serde_json::Value =
        serde_json::from_str(&afterword_server::openapi()).unwrap();
    assert_eq!(description["openapi"], "3.1.0");
    let paths: Vec<_> = description["paths"].as_object().unwrap().keys().collect();
    assert!(
        paths
            .iter()
            .all(|path| path.starts_with(afterword_protocol::API_PREFIX)),
        "{paths:?}"
    );
}
