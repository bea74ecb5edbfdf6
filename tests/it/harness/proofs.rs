//! What a client shows to own: assertions, DPoP proofs, certificates.

use std::sync::LazyLock;

use axum::body::Body;
use axum::http::HeaderValue;
use axum::http::Method;
use axum::http::Request;
use axum::http::header;
use gatepost::domain::client::AuthMethod;
use gatepost::domain::client::ClientMetadata;
use gatepost::domain::signing_alg::SigningAlg;
use gatepost::web::certificate::ClientCertificate;
use gatepost::web::certificate::Presented;
use serde_json::Value;
use serde_json::json;

use crate::harness::Credential;
use crate::harness::Reply;
use crate::harness::Rp;
use crate::harness::Signer;
use crate::harness::TestApp;
use crate::harness::challenge;
use crate::harness::fresh;
use crate::harness::signer::under_secret;

pub(crate) const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// A key for each algorithm, made once for the whole run: RSA keys take their time.
struct Keys([LazyLock<Signer>; 4]);

static MINE: Keys = Keys::new();
static OTHER: Keys = Keys::new();

impl Keys {
    const fn new() -> Self {
        Self([
            LazyLock::new(|| Signer::of(SigningAlg::RS256)),
            LazyLock::new(|| Signer::of(SigningAlg::PS256)),
            LazyLock::new(|| Signer::of(SigningAlg::ES256)),
            LazyLock::new(|| Signer::of(SigningAlg::EdDSA)),
        ])
    }

    fn of(&'static self, alg: SigningAlg) -> &'static Signer {
        let [rs, ps, es, ed] = &self.0;
        match alg {
            SigningAlg::RS256 => rs,
            SigningAlg::PS256 => ps,
            SigningAlg::ES256 => es,
            SigningAlg::EdDSA => ed,
        }
    }
}

/// The key of a client.
pub(crate) fn key(alg: SigningAlg) -> &'static Signer {
    MINE.of(alg)
}

/// A key of somebody else.
pub(crate) fn other_key(alg: SigningAlg) -> &'static Signer {
    OTHER.of(alg)
}

/// What a client shows with each of its requests.
#[derive(Clone, Default)]
pub(crate) struct Shown {
    /// Makes a DPoP proof each time.
    pub(crate) dpop: Option<&'static Signer>,
    /// `nonce` of these proofs.
    pub(crate) nonce: Option<String>,
    /// These proofs instead.
    pub(crate) proofs: Vec<String>,
    /// Presented on the connection.
    pub(crate) certificate: Option<Credential>,
}

impl Shown {
    /// Nothing.
    pub(crate) fn nothing() -> Self {
        Self::default()
    }

    /// Proofs by this key.
    pub(crate) fn dpop(key: &'static Signer) -> Self {
        Self {
            dpop: Some(key),
            ..Self::default()
        }
    }

    /// Exactly these proofs.
    pub(crate) fn proofs(proofs: &[String]) -> Self {
        Self {
            proofs: proofs.to_vec(),
            ..Self::default()
        }
    }

    /// This certificate.
    pub(crate) fn certificate(credential: &Credential) -> Self {
        Self {
            certificate: Some(credential.clone()),
            ..Self::default()
        }
    }

    /// Adds it to a request, as a client and the TLS listener do.
    pub(crate) fn add_to(&self, app: &TestApp, request: &mut Request<Body>) {
        let bearer = request.headers().get(header::AUTHORIZATION);
        let token = bearer.and_then(|v| v.to_str().ok()?.strip_prefix("DPoP "));
        let mut proofs = self.proofs.clone();
        if let Some(signer) = self.dpop {
            let mut claims = proof_claims(app, request.method(), request.uri().path(), token);
            if let Some(nonce) = &self.nonce {
                claims["nonce"] = json!(nonce);
            }
            proofs.push(signer.proof(&claims));
        }
        for proof in proofs {
            let value = HeaderValue::try_from(proof).expect("ASCII");
            request.headers_mut().append("dpop", value);
        }
        if let Some(credential) = &self.certificate {
            let chain = vec![credential.certificate.to_vec()];
            let presented = ClientCertificate::new(chain).map(Presented);
            request.extensions_mut().insert(presented.expect("a certificate"));
        }
    }
}

/// What a good proof says.
pub(crate) fn proof_claims(app: &TestApp, method: &Method, path: &str, token: Option<&str>) -> Value {
    let mut claims = json!({
        "jti": fresh(),
        "htm": method.as_str(),
        "htu": format!("{}{path}", app.issuer()),
        "iat": app.ops().now().as_secs(),
    });
    if let Some(token) = token {
        claims["ath"] = json!(challenge(token));
    }
    claims
}

impl Signer {
    /// The header of a proof by this key.
    pub(crate) fn proof_header(&self) -> Value {
        let mut jwk = self.jwk.clone();
        let members = jwk.as_object_mut().expect("an object");
        for name in ["kid", "alg", "use"] {
            members.remove(name);
        }
        json!({ "typ": "dpop+jwt", "alg": self.name(), "jwk": jwk })
    }

    /// A DPoP proof.
    pub(crate) fn proof(&self, claims: &Value) -> String {
        self.sign_with(&self.proof_header(), claims)
    }

    /// The RFC 7638 thumbprint, which is also the `kid` of our keys.
    pub(crate) fn jkt(&self) -> &str {
        self.jwk["kid"].as_str().expect("a kid")
    }
}

/// A request to the UserInfo endpoint with this scheme and token, and with what is shown.
pub(crate) async fn resource(app: &TestApp, scheme: &str, token: &str, shown: &Shown) -> Reply {
    let mut request = app.request(Method::GET, "/userinfo", Body::empty());
    let value = format!("{scheme} {token}").parse().expect("ASCII");
    request.headers_mut().insert(header::AUTHORIZATION, value);
    shown.add_to(app, &mut request);
    app.send(request).await
}

impl Rp {
    /// What a good assertion of this client says.
    pub(crate) fn assertion_claims(&self) -> Value {
        let now = self.app.ops().now().as_secs();
        let id = self.client_id.as_str();
        json!({
            "iss": id,
            "sub": id,
            "aud": self.app.issuer(),
            "iat": now,
            "exp": now + 60,
            "jti": fresh(),
        })
    }

    /// An assertion by the client's registered key or secret; empty for clients that have none.
    pub(crate) fn assertion(&self) -> String {
        match self.metadata.token_endpoint_auth_method {
            AuthMethod::ClientSecretJwt => {
                let secret = self.secret.as_deref().unwrap_or("");
                under_secret(secret.as_bytes(), &self.assertion_claims())
            }
            AuthMethod::PrivateKeyJwt => key(SigningAlg::ES256).sign(&self.assertion_claims()),
            AuthMethod::None
            | AuthMethod::ClientSecretBasic
            | AuthMethod::ClientSecretPost
            | AuthMethod::TlsClientAuth
            | AuthMethod::SelfSignedTlsClientAuth => String::new(),
        }
    }

    /// A client-credentials request with this assertion.
    pub(crate) async fn assert(&self, assertion: &str) -> Reply {
        let form = [
            ("grant_type", "client_credentials"),
            ("client_assertion_type", ASSERTION_TYPE),
            ("client_assertion", assertion),
        ];
        self.post_form("/token", &form, None).await
    }
}

/// Registers [`key`] of every algorithm, and `private_key_jwt`.
pub(crate) fn with_keys(metadata: &mut ClientMetadata) {
    let keys: Vec<&Value> = SigningAlg::ALL.iter().map(|alg| &key(*alg).jwk).collect();
    metadata.token_endpoint_auth_method = AuthMethod::PrivateKeyJwt;
    metadata.jwks = Some(json!({ "keys": keys }));
}
