//! Request objects by value and by reference. RFC 9101, OIDC Core §6.

use std::sync::Arc;
use std::sync::Mutex;

use axum::Router;
use axum::http::HeaderMap;
use axum::http::header;
use axum::routing::get;
use gatepost::domain::signing_alg::SigningAlg;
use serde_json::Value;
use serde_json::json;
use tokio::net::TcpListener;
use tokio::task::JoinSet;

use crate::certification::Scene;
use crate::harness::AuthRequest;
use crate::harness::Rp;
use crate::harness::Signer;
use crate::harness::forged;
use crate::harness::under_secret;

async fn signing(scene: &Scene, signer: &Signer) -> Rp {
    scene.app.client().named("Signer").key(signer).create().await
}

/// Changes claims.
fn but(mut claims: Value, name: &str, value: Value) -> Value {
    claims[name] = value;
    claims
}

/// The client's name and the object, and nothing else.
fn by_value(request: &AuthRequest, object: &str) -> AuthRequest {
    request.carrying("request", object)
}

#[tokio::test]
async fn a_signed_object_is_a_whole_request_in_every_algorithm_that_is_published() {
    let mut scene = Scene::new().await;
    for alg in SigningAlg::ALL {
        let signer = Signer::of(*alg);
        let rp = scene.app.client().named(alg.as_str()).key(&signer).create().await;
        let request = rp.request("openid").with("max_age", "1000");
        let claims = but(request.claims(&scene.app), "max_age", 1000.into());
        let claims = but(
            claims,
            "claims",
            json!({"userinfo": {"name": {"essential": true}}}),
        );
        let object = signer.sign_as("oauth-authz-req+jwt", &claims);
        let reply = scene.browser.open(&by_value(&request, &object)).await;
        let tokens = rp.redeem(&request.code_of(&reply)).await.expect_tokens();
        assert_eq!(tokens.id_claims()["nonce"], request.get("nonce"));
        assert_eq!(rp.userinfo(&tokens.access).await.json()["name"], "alice Example");
    }
}

/// Certification: fapi2-security-profile-final-ensure-different-state-inside-and-outside-request-object
/// Security: D10
#[tokio::test]
async fn what_is_inside_wins_and_what_is_outside_completes_it_only_for_plain_openid_connect() {
    let mut scene = Scene::new().await;
    let signer = Signer::new();
    let rp = signing(&scene, &signer).await;
    let request = rp.request("openid email");
    let mut outer = by_value(&request, &signer.sign(&request.claims(&scene.app)));
    for (name, value) in [
        ("state", "outer"),
        ("nonce", "outer"),
        ("scope", "openid"),
        ("redirect_uri", "https://evil.test/cb"),
        ("response_type", "token"),
        ("code_challenge", "x"),
    ] {
        outer = outer.with(name, value);
    }
    let tokens = rp
        .redeem(&request.code_of(&scene.browser.open(&outer).await))
        .await
        .expect_tokens();
    assert_eq!(tokens.id_claims()["nonce"], request.get("nonce"));
    assert!(tokens.scope.contains("email"));
    // an empty value inside is a value
    let empty = but(request.claims(&scene.app), "state", "".into());
    let reply = scene
        .browser
        .open(&by_value(&request, &signer.sign(&empty)).with("state", "outer"))
        .await;
    assert!(!reply.location().contains("outer"), "{reply}");
    // what is not inside may stand beside it
    let mut inside = request.claims(&scene.app);
    inside.as_object_mut().unwrap().remove("state");
    let object = signer.sign(&inside);
    let beside = by_value(&request, &object).with("state", request.get("state"));
    request.code_of(&scene.browser.open(&beside).await);
    // but not for a client that must sign
    let strict = scene.app.client().named("Strict").key(&signer);
    let strict = strict
        .but(|m| m.require_signed_request_object = true)
        .create()
        .await;
    let request = strict.request("openid");
    let mut inside = request.claims(&scene.app);
    inside.as_object_mut().unwrap().remove("state");
    let beside = by_value(&request, &signer.sign(&inside)).with("state", "outer");
    let reply = scene.browser.open(&beside).await;
    assert!(
        reply.location().contains("code=") && !reply.location().contains("&state="),
        "{reply}"
    );
    let plain = scene.ask(&request).await;
    request.check_refusal(&plain.params, "invalid_request");
    let pushed = strict.push(&request).await;
    pushed.expect_error("invalid_request");
}

/// Certification: fapi2-message-signing-final-ensure-request-object-signature-algorithm-is-not-none,
/// fapi2-message-signing-final-ensure-request-object-with-invalid-signature-fails,
/// fapi2-message-signing-final-ensure-matching-key-in-authorization-request,
/// fapi2-message-signing-final-par-authorization-request-containing-request_uri
/// Security: D3, D4, D5, D9
#[tokio::test]
async fn forged_objects_are_refused_wherever_they_are_sent() {
    let mut scene = Scene::new().await;
    let (signer, thief) = (Signer::new(), Signer::new());
    let rp = signing(&scene, &signer).await;
    let request = rp.request("openid");
    let claims = request.claims(&scene.app);
    let good = signer.sign(&claims);
    let parts: Vec<&str> = good.split('.').collect();
    let public = signer.jwk.to_string();
    let thiefs = json!({"alg": "ES256", "jwk": thief.jwk, "typ": "JWT"});
    let mut bad = vec![
        thief.sign(&claims),
        under_secret(public.as_bytes(), &claims),
        under_secret(rp.secret.as_deref().unwrap().as_bytes(), &claims),
        under_secret(signer.jwk["x"].as_str().unwrap().as_bytes(), &claims),
        format!("{}.{}.", parts[0], parts[1]),
        format!("{}.{}", parts[0], parts[1]),
        format!(
            "{}.{}.{}",
            parts[0],
            thief.sign(&json!({"a": 1})).split('.').nth(1).unwrap(),
            parts[2]
        ),
        // an encrypted one
        format!("{good}.x.y"),
        forged(
            &json!({"alg": "RSA-OAEP", "enc": "A256GCM", "cty": "JWT"}),
            &claims,
            b"x",
        ),
        forged(&thiefs, &claims, b"x"),
        "x".repeat(20_000),
        signer.sign_as("at+jwt", &claims),
        signer.sign_as("dpop+jwt", &claims),
    ];
    for alg in ["none", "None", "nOnE", "", "HS256", "ES256"] {
        bad.push(forged(&json!({"alg": alg}), &claims, b"x"));
        bad.push(forged(
            &json!({"alg": alg, "kid": signer.jwk["kid"]}),
            &claims,
            b"",
        ));
    }
    let now = scene.app.clock.now().as_secs();
    for (name, value) in [
        ("request_uri", json!("https://signer.test/object")),
        ("request", json!(good)),
        ("aud", json!("https://elsewhere.test")),
        ("aud", json!([])),
        ("aud", json!(7)),
        ("iss", json!("somebody")),
        ("iss", json!(null)),
        ("client_id", json!("somebody")),
        ("client_id", json!(scene.rp.client_id.as_str())),
        ("sub", json!(rp.client_id.as_str())),
        ("exp", json!(now - 1)),
        ("exp", json!("never")),
        ("exp", json!(null)),
        ("nbf", json!(now + 60)),
        ("nbf", json!("soon")),
        ("iat", json!(now + 3600)),
        ("scope", json!(["openid"])),
        ("state", json!("a\0b")),
    ] {
        bad.push(signer.sign(&but(claims.clone(), name, value)));
    }
    for object in bad {
        rp.post("/par", &[("request", &object)])
            .await
            .expect_error("invalid_request_object");
        // at the browser: to a proved address beside it, else nowhere
        let beside = request.clone().with("request", &object);
        let answer = scene.ask(&beside).await;
        let error = answer.get("error");
        assert!(
            matches!(
                error,
                "invalid_request_object" | "request_not_supported" | "invalid_request"
            ),
            "{error}"
        );
        let reply = scene.browser.open(&by_value(&request, &object)).await;
        assert!(
            reply.status.is_client_error() && reply.location().is_empty(),
            "{object}: {reply}"
        );
    }
    let good = [
        json!(scene.app.issuer()),
        json!(["https://elsewhere.test", scene.app.issuer()]),
    ];
    for aud in good {
        let object = signer.sign(&but(claims.clone(), "aud", aud));
        let pushed = rp.post("/par", &[("request", &object)]).await;
        assert_eq!(pushed.status, 201, "{pushed}");
    }
}

/// Security: D9
#[tokio::test]
async fn the_registered_algorithm_is_the_only_one() {
    let scene = Scene::new().await;
    let signer = Signer::new();
    let client = scene.app.client().named("PS only").key(&signer);
    let rp = client
        .but(|m| m.request_object_signing_alg = Some(SigningAlg::PS256))
        .create()
        .await;
    let object = signer.sign(&rp.request("openid").claims(&scene.app));
    rp.post("/par", &[("request", &object)])
        .await
        .expect_error("invalid_request_object");
}

/// Security: A19
#[tokio::test]
async fn a_foreign_redirect_uri_in_an_object_gets_a_page_in_every_mode() {
    let mut scene = Scene::new().await;
    let signer = Signer::new();
    let rp = signing(&scene, &signer).await;
    for mode in [
        "query",
        "fragment",
        "form_post",
        "jwt",
        "query.jwt",
        "fragment.jwt",
        "form_post.jwt",
    ] {
        for uri in [
            "https://evil.test/cb",
            "https://signer.test@evil.test/cb",
            "https://signer.test/cb/..;/evil",
        ] {
            let request = rp
                .request("openid")
                .with("response_mode", mode)
                .with("redirect_uri", uri);
            let object = signer.sign(&request.claims(&scene.app));
            let (plain, carried) = (request.clone(), by_value(&request, &object));
            for asked in [plain, carried] {
                scene
                    .browser
                    .open(&asked)
                    .await
                    .expect_error_page("redirect_uri_mismatch");
                let posted = scene.browser.post_once("/authorize", &asked.params).await;
                posted.expect_error_page("redirect_uri_mismatch");
            }
            rp.push(&request).await.expect_error("invalid_request");
            rp.post("/par", &[("request", &object)])
                .await
                .expect_error("invalid_request");
        }
    }
}

/// Serves one body, and counts who asks for it.
struct Host {
    url: String,
    asked: Arc<Mutex<Vec<String>>>,
    object: Arc<Mutex<(String, String)>>,
    _server: JoinSet<()>,
}

impl Host {
    async fn start() -> Self {
        let asked = Arc::new(Mutex::new(Vec::new()));
        let object = Arc::new(Mutex::new((String::new(), String::new())));
        let (log, body) = (Arc::clone(&asked), Arc::clone(&object));
        let serve = async move |headers: HeaderMap| {
            let accept = headers.get(header::ACCEPT).and_then(|v| v.to_str().ok());
            log.lock()
                .expect("nobody panicked")
                .push(accept.unwrap_or("").to_owned());
            let (kind, text) = body.lock().expect("nobody panicked").clone();
            ([(header::CONTENT_TYPE, kind)], text)
        };
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let url = format!("http://{}/object", listener.local_addr().expect("bound"));
        let mut server = JoinSet::new();
        let router = Router::new().route("/object", get(serve));
        server.spawn(async move { axum::serve(listener, router).await.expect("it serves") });
        Self {
            url,
            asked,
            object,
            _server: server,
        }
    }

    fn hold(&self, kind: &str, object: &str) {
        *self.object.lock().expect("nobody panicked") = (kind.to_owned(), object.to_owned());
    }

    fn asked(&self) -> usize {
        self.asked.lock().expect("nobody panicked").len()
    }
}

/// Certification: oidcc-request-uri-signed-rs256, oidcc-request-uri-unsigned,
/// oidcc-request-uri-unsigned-supported-correctly-or-rejected-as-unsupported
/// Security: F1
#[tokio::test]
async fn an_object_is_fetched_only_from_where_it_is_registered() {
    let mut scene = Scene::with(&[("fetch.allowed_private", "127.0.0.0/8")]).await;
    let (host, signer) = (Host::start().await, Signer::of(SigningAlg::RS256));
    // the fragment belongs to the registered text, and is no hash of anything
    let registered = format!("{}#Rk9PQkFSRk9PQkFSRk9PQkFSRk9PQkFSRk9PQkFSMDA", host.url);
    let client = scene.app.client().named("Signer").key(&signer);
    let rp = client
        .but(|m| m.request_uris = vec![registered.clone()])
        .create()
        .await;
    let request = rp.request("openid");
    let by_reference = |uri: &str| request.carrying("request_uri", uri);
    for foreign in [
        host.url.as_str(),
        &format!("{}#other", host.url),
        &registered.replace("/object", "/other"),
        "http://169.254.169.254/latest",
        "file:///etc/passwd",
        "https://signer.test/object",
        "urn:ietf:params:oauth:request_urix",
    ] {
        let reply = scene.browser.open(&by_reference(foreign)).await;
        reply.expect_error_page("invalid_request_uri");
        let outer = request.clone().with("request_uri", foreign);
        let answer = scene.ask(&outer).await;
        request.check_refusal(&answer.params, "invalid_request_uri");
    }
    assert_eq!(host.asked(), 0, "nobody was asked for what is not registered");
    let object = signer.sign(&request.claims(&scene.app));
    for kind in [
        "application/jwt",
        "application/oauth-authz-req+jwt; charset=utf-8",
    ] {
        host.hold(kind, &format!("{object}\n"));
        request.code_of(&scene.browser.open(&by_reference(&registered)).await);
    }
    assert!(host.asked.lock().expect("nobody panicked")[0].contains("application/oauth-authz-req+jwt"));
    let unsigned = forged(&json!({"alg": "none"}), &request.claims(&scene.app), b"");
    let outer = request.clone().with("request_uri", &registered);
    for (kind, body, error) in [
        ("text/html", object.as_str(), "invalid_request_uri"),
        ("application/json", &object, "invalid_request_uri"),
        ("application/jwt", "nonsense", "invalid_request_object"),
        ("application/jwt", "", "invalid_request_object"),
        ("application/jwt", &unsigned, "request_uri_not_supported"),
        ("application/jwt", &"x".repeat(2 << 20), "invalid_request_uri"),
    ] {
        host.hold(kind, body);
        let answer = scene.ask(&outer).await;
        request.check_refusal(&answer.params, error);
    }
    let both = outer.with("request", &object);
    request.check_refusal(&scene.ask(&both).await.params, "invalid_request");
}
