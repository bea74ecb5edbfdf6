//! What the rules of client metadata find.

use super::*;

const OFFERED: Offered<'static> = Offered {
    grant_types: &[
        "authorization_code",
        "implicit",
        "refresh_token",
        "client_credentials",
        CIBA_GRANT,
    ],
    signing_algs: SigningAlg::ALL,
};

fn metadata(json: &str) -> ClientMetadata {
    serde_json::from_str(json).unwrap()
}

fn fields(metadata: &ClientMetadata) -> Vec<&'static str> {
    metadata.problems(&OFFERED).into_iter().map(|p| p.field).collect()
}

#[test]
fn the_shortest_registration_gets_the_defaults_of_rfc_7591() {
    let client = metadata(r#"{"client_name":"Ledger","redirect_uris":["https://ledger.test/cb"]}"#);
    assert_eq!(fields(&client), Vec::<&str>::new());
    assert_eq!(client.grant_types, ["authorization_code"]);
    assert_eq!(client.token_endpoint_auth_method, AuthMethod::ClientSecretBasic);
    assert!(client.require_pkce);
}

#[test]
fn every_broken_rule_is_named() {
    let client = metadata(
        r#"{"client_name":" ","grant_types":["authorization_code","password"],                "logo_uri":"javascript:alert(1)","policy_uri":"http://evil.test/","lifetimes":{"code":601}}"#,
    );
    let expected = [
        "client_name",
        "grant_types",
        "redirect_uris",
        "logo_uri",
        "policy_uri",
        "lifetimes.code",
    ];
    assert_eq!(fields(&client), expected);
}

#[test]
fn a_public_client_has_no_client_credentials() {
    let client = metadata(
        r#"{"client_name":"App","token_endpoint_auth_method":"none","grant_types":["client_credentials"]}"#,
    );
    assert_eq!(fields(&client), ["grant_types"]);
}

#[test]
fn unknown_members_are_refused_by_name() {
    let error = serde_json::from_str::<ClientMetadata>(r#"{"redirect_urls":[]}"#).unwrap_err();
    assert!(error.to_string().contains("redirect_urls"), "{error}");
}

#[test]
fn each_response_type_needs_its_grants() {
    let client = metadata(
        r#"{"client_name":"App","redirect_uris":["https://a.test/cb"],"response_types":["code id_token"]}"#,
    );
    assert_eq!(fields(&client), ["grant_types"]);
    let error = serde_json::from_str::<ClientMetadata>(r#"{"response_types":["token"]}"#).unwrap_err();
    assert!(error.to_string().contains("must be one of"), "{error}");
}

#[test]
fn a_certificate_is_named_exactly_once() {
    let client = |members: &str| {
        metadata(&format!(
            r#"{{"client_name":"App","redirect_uris":["https://a.test/cb"],{members}}}"#
        ))
    };
    let tls = r#""token_endpoint_auth_method":"tls_client_auth""#;
    assert_eq!(fields(&client(tls)), ["tls_client_auth_subject_dn"]);
    let one = format!(r#"{tls},"tls_client_auth_san_dns":"a.test""#);
    assert_eq!(fields(&client(&one)), Vec::<&str>::new());
    let two = format!(r#"{one},"tls_client_auth_subject_dn":"CN=a""#);
    assert_eq!(fields(&client(&two)), ["tls_client_auth_subject_dn"]);
}

#[test]
fn a_fapi_client_is_told_every_rule_it_breaks() {
    let client = metadata(
        r#"{"client_name":"Bank","profile":"fapi2","redirect_uris":["https://bank.test/cb"],
            "id_token_signed_response_alg":"RS256","lifetimes":{"code":61}}"#,
    );
    let expected = [
        "lifetimes.code",
        "token_endpoint_auth_method",
        "dpop_bound_access_tokens",
        "id_token_signed_response_alg",
    ];
    assert_eq!(fields(&client), expected);
    let good = metadata(
        r#"{"client_name":"Bank","profile":"fapi2","redirect_uris":["https://bank.test/cb"],
            "token_endpoint_auth_method":"private_key_jwt","jwks":{"keys":[]},"dpop_bound_access_tokens":true}"#,
    );
    assert_eq!(fields(&good), Vec::<&str>::new());
}

#[test]
fn pairwise_redirect_uris_on_two_hosts_need_a_sector() {
    let client = metadata(
        r#"{"client_name":"App","subject_type":"pairwise",
            "redirect_uris":["https://a.test/cb","https://b.test/cb"]}"#,
    );
    assert_eq!(fields(&client), ["sector_identifier_uri"]);
}
