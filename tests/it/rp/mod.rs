//! A relying party that is not ours: the `openidconnect` crate over a socket, which is given the issuer and the
//! client's credentials and nothing else.

use gatepost::domain::token_family::EndReason;
use gatepost::ops;
use openidconnect::AccessTokenHash;
use openidconnect::AuthorizationCode;
use openidconnect::ClientId;
use openidconnect::ClientSecret;
use openidconnect::CsrfToken;
use openidconnect::HttpRequest;
use openidconnect::HttpResponse;
use openidconnect::IssuerUrl;
use openidconnect::Nonce;
use openidconnect::OAuth2TokenResponse as _;
use openidconnect::PkceCodeChallenge;
use openidconnect::RedirectUrl;
use openidconnect::Scope;
use openidconnect::TokenResponse as _;
use openidconnect::core::CoreAuthenticationFlow;
use openidconnect::core::CoreClient;
use openidconnect::core::CoreProviderMetadata;
use openidconnect::core::CoreUserInfoClaims;

use crate::harness::Rp;
use crate::harness::TestApp;
use crate::harness::decode;

/// The crate's way out, over a real socket.
async fn over_http(request: HttpRequest) -> Result<HttpResponse, reqwest::Error> {
    let client = reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .build()?;
    let (parts, body) = request.into_parts();
    let sent = client
        .request(parts.method, parts.uri.to_string())
        .headers(parts.headers)
        .body(body)
        .send()
        .await?;
    let mut response = openidconnect::http::Response::builder().status(sent.status());
    for (name, value) in sent.headers() {
        response = response.header(name, value);
    }
    let body = sent.bytes().await?.to_vec();
    Ok(response.body(body).expect("made of a response"))
}

async fn whole_story(app: &TestApp, rp: &Rp) {
    let alice = app.user("alice").create().await;
    let mut browser = app.browser();

    let issuer = IssuerUrl::new(app.issuer().to_owned()).expect("a URL");
    let provider = CoreProviderMetadata::discover_async(issuer, &over_http)
        .await
        .expect("discovery");
    let userinfo_known = provider.userinfo_endpoint().is_some();
    assert!(userinfo_known);
    let client = CoreClient::from_provider_metadata(
        provider,
        ClientId::new(rp.client_id.to_string()),
        rp.secret.clone().map(ClientSecret::new),
    )
    .set_redirect_uri(RedirectUrl::new(rp.redirect_uri.clone()).expect("a URL"));

    // the browser is sent away and comes back with a code
    let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
    let (url, state, nonce) = client
        .authorize_url(
            CoreAuthenticationFlow::AuthorizationCode,
            CsrfToken::new_random,
            Nonce::new_random,
        )
        .add_scope(Scope::new("email".to_owned()))
        .add_scope(Scope::new("offline_access".to_owned()))
        .set_pkce_challenge(challenge)
        .url();
    let login = browser.get(url.as_str()).await;
    let answer = browser.fill_in(&login, &alice).await.sent_to(&rp.redirect_uri);
    assert_eq!(&answer["state"], state.secret());
    assert_eq!(answer["iss"], app.issuer());

    // code → tokens, which the crate verifies with the published keys
    let code = AuthorizationCode::new(answer["code"].clone());
    let tokens = client
        .exchange_code(code)
        .expect("a token endpoint")
        .set_pkce_verifier(verifier);
    let tokens = tokens.request_async(&over_http).await.expect("tokens");
    let id_token = tokens.id_token().expect("an ID token");
    let checks = client.id_token_verifier();
    let claims = id_token.claims(&checks, &nonce).expect("a valid ID token");
    assert_eq!(claims.subject().as_str(), alice.id.as_str());
    let hash = AccessTokenHash::from_token(
        tokens.access_token(),
        id_token.signing_alg().expect("signed"),
        id_token.signing_key(&checks).expect("published"),
    );
    assert_eq!(Some(&hash.expect("a hash")), claims.access_token_hash());

    // userinfo, which must be about the same person
    let info: CoreUserInfoClaims = client
        .user_info(tokens.access_token().clone(), Some(claims.subject().clone()))
        .expect("a userinfo endpoint")
        .request_async(&over_http)
        .await
        .expect("claims");
    assert_eq!(info.email().map(|e| e.as_str()), Some("alice@people.test"));
    assert_eq!(info.email_verified(), Some(true));

    // refresh
    let refresh = tokens.refresh_token().expect("a refresh token");
    let next = client.exchange_refresh_token(refresh).expect("a token endpoint");
    let next = next.request_async(&over_http).await.expect("tokens");
    assert_ne!(next.access_token().secret(), tokens.access_token().secret());

    // an admin ends the family, and the application loses its tokens
    let family = decode(next.access_token().secret(), 1)["fam"].clone();
    let family = family.as_str().and_then(|f| f.parse().ok()).expect("a family");
    ops::tokens::revoke_family(app.ops(), &app.operator(), &family, EndReason::AdminRevoked)
        .await
        .expect("the database answers");
    let refused = client
        .exchange_refresh_token(next.refresh_token().expect("one more"))
        .expect("a token endpoint");
    let refused = refused
        .request_async(&over_http)
        .await
        .expect_err("the family has ended");
    assert!(format!("{refused:?}").contains("invalid_grant"), "{refused:?}");
    let info: Result<CoreUserInfoClaims, _> = client
        .user_info(next.access_token().clone(), None)
        .expect("a userinfo endpoint")
        .request_async(&over_http)
        .await;
    assert!(info.is_err());
}

#[tokio::test]
async fn a_confidential_client_signs_a_person_in_refreshes_and_loses_its_tokens() {
    let app = TestApp::serve().await;
    let rp = app.client().create().await;
    whole_story(&app, &rp).await;
}

#[tokio::test]
async fn a_public_client_does_the_same() {
    let app = TestApp::serve().await;
    let rp = app.client().public().create().await;
    whole_story(&app, &rp).await;
}
