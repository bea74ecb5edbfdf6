//! Claims of others, read strictly: one that is there with the wrong type is an error, never an absent one.

use serde_json::Map;
use serde_json::Value;

/// The last second of the year 9999: no honest time is later, and sums with it cannot overflow.
const LATEST: i64 = 253_402_300_799;

/// A claim of the wrong type. Names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the claim {0} has the wrong type")]
pub struct BadClaim(pub &'static str);

/// A time in seconds; a fraction is cut off. RFC 7519 §2 NumericDate.
pub fn numeric_date(claims: &Map<String, Value>, name: &'static str) -> Result<Option<i64>, BadClaim> {
    let Some(value) = claims.get(name) else {
        return Ok(None);
    };
    let number = value.as_number().ok_or(BadClaim(name))?;
    let secs = match number.as_i64() {
        Some(secs) => secs,
        None => whole_seconds(number.as_f64().ok_or(BadClaim(name))?).ok_or(BadClaim(name))?,
    };
    if (0..=LATEST).contains(&secs) {
        Ok(Some(secs))
    } else {
        Err(BadClaim(name))
    }
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "checked to lie between zero and the year 9999"
)]
#[expect(clippy::cast_precision_loss, reason = "far below 2^53")]
fn whole_seconds(secs: f64) -> Option<i64> {
    (0.0..=LATEST as f64).contains(&secs).then_some(secs as i64)
}

/// A text.
pub fn text<'a>(claims: &'a Map<String, Value>, name: &'static str) -> Result<Option<&'a str>, BadClaim> {
    match claims.get(name) {
        None => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(_) => Err(BadClaim(name)),
    }
}

/// `aud`: one text or a list of texts. RFC 7519 §4.1.3.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Audience<'a> {
    /// There is none.
    Absent,
    /// A single text.
    One(&'a str),
    /// A list, which may be empty or hold a single text.
    Many(Vec<&'a str>),
}

impl Audience<'_> {
    /// Whether it is exactly this text, not in a list. FAPI 2.0 Security Profile §5.3.2.1 demands that of assertions.
    pub fn is_just(&self, text: &str) -> bool {
        matches!(self, Self::One(one) if *one == text)
    }

    /// Whether it names nobody but `accepted`, and at least one of them.
    pub fn is_within(&self, accepted: &[&str]) -> bool {
        match self {
            Self::Absent => false,
            Self::One(one) => accepted.contains(one),
            Self::Many(many) => !many.is_empty() && many.iter().all(|one| accepted.contains(one)),
        }
    }

    /// Whether it names `text`, among others or alone.
    pub fn names(&self, text: &str) -> bool {
        match self {
            Self::Absent => false,
            Self::One(one) => *one == text,
            Self::Many(many) => many.contains(&text),
        }
    }
}

/// `aud`.
pub fn audience(claims: &Map<String, Value>) -> Result<Audience<'_>, BadClaim> {
    const BAD: BadClaim = BadClaim("aud");
    match claims.get("aud") {
        None => Ok(Audience::Absent),
        Some(Value::String(one)) => Ok(Audience::One(one)),
        Some(Value::Array(list)) => {
            let texts: Option<Vec<&str>> = list.iter().map(Value::as_str).collect();
            texts.map(Audience::Many).ok_or(BAD)
        }
        Some(_) => Err(BAD),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn map(value: Value) -> Map<String, Value> {
        serde_json::from_value(value).unwrap()
    }

    #[test]
    fn a_time_of_the_wrong_type_is_an_error_and_never_absent() {
        for bad in [
            json!("1700000000"),
            json!(""),
            json!(null),
            json!([1_700_000_000]),
            json!({}),
            json!(true),
            json!(-1),
            json!(-0.5),
            json!(1e300),
            json!(u64::MAX),
            json!(LATEST + 1),
        ] {
            let claims = map(json!({ "exp": bad }));
            assert_eq!(numeric_date(&claims, "exp"), Err(BadClaim("exp")), "{bad}");
        }
        for (good, secs) in [
            (json!(0), 0),
            (json!(1_700_000_000), 1_700_000_000),
            (json!(1_700_000_000.9), 1_700_000_000),
            (json!(1.7e9), 1_700_000_000),
            (json!(LATEST), LATEST),
        ] {
            let claims = map(json!({ "exp": good }));
            assert_eq!(numeric_date(&claims, "exp"), Ok(Some(secs)), "{good}");
        }
        assert_eq!(numeric_date(&map(json!({})), "exp"), Ok(None));
    }

    #[test]
    fn a_number_that_no_float_can_hold_is_no_json() {
        assert!(serde_json::from_str::<Value>(r#"{"exp": 1e400}"#).is_err());
    }

    #[test]
    fn a_text_is_a_text() {
        let claims = map(json!({"iss": "a", "sub": 1, "jti": null}));
        assert_eq!(text(&claims, "iss"), Ok(Some("a")));
        assert_eq!(text(&claims, "sub"), Err(BadClaim("sub")));
        assert_eq!(text(&claims, "jti"), Err(BadClaim("jti")));
        assert_eq!(text(&claims, "nonce"), Ok(None));
    }

    #[test]
    fn an_audience_is_one_text_or_a_list_of_texts() {
        for (aud, just, within, names) in [
            (json!("a"), true, true, true),
            (json!(["a"]), false, true, true),
            (json!(["a", "evil"]), false, false, true),
            (json!([]), false, false, false),
            (json!("b"), false, false, false),
            (json!(""), false, false, false),
        ] {
            let claims = map(json!({ "aud": aud }));
            let audience = audience(&claims).unwrap();
            let seen = (
                audience.is_just("a"),
                audience.is_within(&["a"]),
                audience.names("a"),
            );
            assert_eq!(seen, (just, within, names), "{aud}");
        }
        assert_eq!(audience(&map(json!({}))), Ok(Audience::Absent));
        for bad in [json!(1), json!(null), json!({"a": 1}), json!(["a", 1])] {
            assert_eq!(
                audience(&map(json!({ "aud": bad }))),
                Err(BadClaim("aud")),
                "{bad}"
            );
        }
    }
}
