//! The demo application's addresses.

use askama::Template;
use axum::Router;
use axum::extract::Request;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::http::HeaderName;
use axum::http::HeaderValue;
use axum::http::StatusCode;
use axum::http::Uri;
use axum::http::header;
use axum::middleware;
use axum::middleware::Next;
use axum::response::IntoResponse as _;
use axum::response::Response;
use axum::routing::get;
use axum::routing::post;

use crate::dev::DemoSettings;
use crate::dev::pages::Frame;
use crate::dev::pages::TokensPage;
use crate::dev::pages::WelcomePage;
use crate::dev::relying_party;
use crate::dev::relying_party::Callback;
use crate::dev::session::Memory;
use crate::dev::session::Sessions;
use crate::web::static_files;

#[derive(Debug, Clone)]
struct Demo {
    settings: DemoSettings,
    sessions: Sessions,
}

/// Everything that the demo application serves.
pub fn router(settings: DemoSettings) -> Router {
    let demo = Demo {
        settings,
        sessions: Sessions::default(),
    };
    Router::new()
        .route("/", get(home))
        .route("/sign-in", get(sign_in))
        .route("/callback", get(callback))
        .route("/refresh", post(refresh))
        .route("/userinfo", post(userinfo))
        .route("/sign-out", post(sign_out))
        .layer(middleware::from_fn_with_state(demo.clone(), page_headers))
        .route("/static/{version}/{*name}", get(static_files::serve))
        .route("/favicon.ico", get(static_files::favicon))
        .with_state(demo)
}

async fn home(State(demo): State<Demo>, headers: HeaderMap) -> Response {
    let Memory {
        signed_in, problem, ..
    } = demo.sessions.read(&headers);
    let frame = |problem| Frame {
        issuer: demo.settings.issuer.clone(),
        problem,
    };
    let Some(signed_in) = signed_in else {
        return page(&WelcomePage {
            frame: frame(problem),
        });
    };
    match relying_party::verify(&demo.settings, &signed_in).await {
        Ok((id, access)) => page(&TokensPage::new(frame(problem), &signed_in, id, access)),
        Err(trouble) => page(&WelcomePage {
            frame: frame(Some(trouble.to_string())),
        }),
    }
}

async fn sign_in(State(demo): State<Demo>, headers: HeaderMap) -> Response {
    match relying_party::begin(&demo.settings).await {
        Ok((url, pending)) => {
            let memory = Memory {
                pending: Some(pending),
                ..Memory::default()
            };
            demo.go(&headers, memory, url.as_str())
        }
        Err(trouble) => demo.failed(&headers, Memory::default(), &trouble),
    }
}

async fn callback(State(demo): State<Demo>, headers: HeaderMap, uri: Uri) -> Response {
    let Some(pending) = demo.sessions.read(&headers).pending else {
        let trouble = relying_party::Trouble::Answer("this browser did not ask to sign in");
        return demo.failed(&headers, Memory::default(), &trouble);
    };
    match relying_party::finish(&demo.settings, pending, parameters(&uri)).await {
        Ok(signed_in) => demo.go(
            &headers,
            Memory {
                signed_in: Some(signed_in),
                ..Memory::default()
            },
            "/",
        ),
        Err(trouble) => demo.failed(&headers, Memory::default(), &trouble),
    }
}

fn parameters(uri: &Uri) -> Callback {
    let mut callback = Callback::default();
    for (name, value) in form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes()) {
        let field = match name.as_ref() {
            "code" => &mut callback.code,
            "state" => &mut callback.state,
            "iss" => &mut callback.iss,
            "error" => &mut callback.error,
            "error_description" => &mut callback.error_description,
            _ => continue,
        };
        *field = Some(value.into_owned());
    }
    callback
}

async fn refresh(State(demo): State<Demo>, headers: HeaderMap) -> Response {
    let Some(before) = demo.sessions.read(&headers).signed_in else {
        return to_home();
    };
    match relying_party::refresh(&demo.settings, &before).await {
        Ok(signed_in) => demo.go(
            &headers,
            Memory {
                signed_in: Some(signed_in),
                ..Memory::default()
            },
            "/",
        ),
        Err(trouble) => demo.failed(
            &headers,
            Memory {
                signed_in: Some(before),
                ..Memory::default()
            },
            &trouble,
        ),
    }
}

async fn userinfo(State(demo): State<Demo>, headers: HeaderMap) -> Response {
    let Some(mut signed_in) = demo.sessions.read(&headers).signed_in else {
        return to_home();
    };
    match relying_party::userinfo(&demo.settings, &signed_in).await {
        Ok(answer) => {
            signed_in.userinfo = Some(answer);
            let memory = Memory {
                signed_in: Some(signed_in),
                ..Memory::default()
            };
            demo.go(&headers, memory, "/")
        }
        Err(trouble) => demo.failed(
            &headers,
            Memory {
                signed_in: Some(signed_in),
                ..Memory::default()
            },
            &trouble,
        ),
    }
}

async fn sign_out(State(demo): State<Demo>, headers: HeaderMap) -> Response {
    let Some(signed_in) = demo.sessions.read(&headers).signed_in else {
        return to_home();
    };
    match relying_party::sign_out(&demo.settings, &signed_in).await {
        Ok(url) => demo.go(&headers, Memory::default(), url.as_str()),
        Err(trouble) => demo.failed(&headers, Memory::default(), &trouble),
    }
}

impl Demo {
    /// Remembers, and sends the browser on.
    fn go(&self, headers: &HeaderMap, memory: Memory, to: &str) -> Response {
        let mut response = to_home();
        let cookie = self.sessions.write(headers, memory);
        for (name, value) in [(header::LOCATION, to), (header::SET_COOKIE, &cookie)] {
            if let Ok(value) = HeaderValue::try_from(value) {
                response.headers_mut().insert(name, value);
            }
        }
        response
    }

    fn failed(&self, headers: &HeaderMap, memory: Memory, trouble: &relying_party::Trouble) -> Response {
        self.go(
            headers,
            Memory {
                problem: Some(trouble.to_string()),
                ..memory
            },
            "/",
        )
    }
}

fn to_home() -> Response {
    (
        StatusCode::SEE_OTHER,
        [(header::LOCATION, HeaderValue::from_static("/"))],
    )
        .into_response()
}

fn page(template: &impl Template) -> Response {
    match template.render() {
        Ok(html) => (
            [(
                header::CONTENT_TYPE,
                HeaderValue::from_static("text/html; charset=utf-8"),
            )],
            html,
        )
            .into_response(),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

/// The same strictness as Gatepost's own pages. Signing out leads from a form to the issuer.
async fn page_headers(State(demo): State<Demo>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let policy = format!(
        "default-src 'none'; style-src 'self'; img-src 'self'; font-src 'self'; form-action 'self' {}; \
         base-uri 'none'; frame-ancestors 'none'",
        demo.settings.issuer
    );
    let headers: [(HeaderName, &str); 4] = [
        (header::CONTENT_SECURITY_POLICY, &policy),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::CACHE_CONTROL, "no-store"),
    ];
    for (name, value) in headers {
        if let Ok(value) = HeaderValue::try_from(value) {
            response.headers_mut().insert(name, value);
        }
    }
    response
}
