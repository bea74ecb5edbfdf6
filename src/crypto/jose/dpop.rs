//! DPoP proofs: signed by the key that they carry. RFC 9449 §4.

use serde_json::Map;
use serde_json::Value;

use crate::crypto::jose::Verifier;
use crate::crypto::jose::claims;
use crate::crypto::jose::foreign::allowed_alg;
use crate::crypto::jose::foreign::claims_by;
use crate::crypto::jose::header;
use crate::crypto::jose::header::Members;
use crate::crypto::jose::keys;
use crate::domain::signing_alg::SigningAlg;

/// The longest `jti`, in bytes: it is remembered until the proof has run out.
const MAX_JTI_BYTES: usize = 256;

/// A proof whose signature is right. Whether it belongs to this request and is fresh is the caller's to judge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proof {
    /// The RFC 7638 thumbprint of its key.
    pub jkt: String,
    /// What it says.
    pub claims: ProofClaims,
}

/// What a proof says. RFC 9449 §4.2.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProofClaims {
    /// Its own name.
    pub jti: String,
    /// The method of the request.
    pub htm: String,
    /// The address of the request, without query and fragment.
    pub htu: String,
    /// When it was made.
    pub iat: i64,
    /// The hash of the access token that it accompanies.
    pub ath: Option<String>,
    /// The nonce that we gave.
    pub nonce: Option<String>,
}

const BAD_KEY: &str = "the key of the proof is not a usable public key";

/// Reads a proof and verifies its signature: steps 2 to 7 of RFC 9449 §4.3. The error may be shown to the client.
pub fn parse(proof: &str, allowed: &[SigningAlg]) -> Result<Proof, &'static str> {
    let (header, members, _) =
        header::read(proof).map_err(|_| "the proof is not a well-formed signed JWT")?;
    if header.typ.as_deref() != Some("dpop+jwt") {
        return Err("the typ of the proof is not dpop+jwt");
    }
    let alg = allowed_alg(&header, allowed).map_err(|_| "the alg of the proof is not accepted")?;
    let jwk = members
        .get("jwk")
        .and_then(Value::as_object)
        .ok_or("the proof carries no key")?;
    let material = keys::material(jwk).map_err(|_| BAD_KEY)?.ok_or(BAD_KEY)?;
    let verifier = Verifier::new(&material).map_err(|_| BAD_KEY)?;
    if !verifier.fits(alg) {
        return Err("the alg of the proof does not fit its key");
    }
    let Members(claims) =
        claims_by(&verifier, alg, &header, proof).map_err(|_| "the signature of the proof is wrong")?;
    Ok(Proof {
        jkt: material.thumbprint(),
        claims: read(&claims)?,
    })
}

fn read(map: &Map<String, Value>) -> Result<ProofClaims, &'static str> {
    const BAD: &str = "a claim of the proof has the wrong type";
    let text = |name| claims::text(map, name).map_err(|_| BAD);
    let owned = |text: Option<&str>| text.map(str::to_owned);
    let jti = text("jti")?
        .filter(|jti| (1..=MAX_JTI_BYTES).contains(&jti.len()))
        .ok_or("the proof has no jti of 1 to 256 bytes")?;
    Ok(ProofClaims {
        jti: jti.to_owned(),
        htm: owned(text("htm")?).ok_or("the proof has no htm")?,
        htu: owned(text("htu")?).ok_or("the proof has no htu")?,
        iat: claims::numeric_date(map, "iat")
            .map_err(|_| BAD)?
            .ok_or("the proof has no iat")?,
        ath: owned(text("ath")?),
        nonce: owned(text("nonce")?),
    })
}
