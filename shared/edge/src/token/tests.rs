//! Tokens that hold, and every way in which one does not.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{NaiveDate, TimeDelta};
use domain::Timestamp;
use domain::ids::PersonId;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde_json::{Value, json};

use ledger::{Hash, Head, Salt};

use super::keys::ISSUER;
use super::*;

const SESSION: &str = "session";

fn at(text: &str) -> Timestamp {
    Timestamp::parse_from_rfc3339(text).unwrap()
}

fn noon() -> Timestamp {
    at("2017-12-20T12:00:00+08:00")
}

fn pair() -> (Signer, Verifier) {
    let signer = Signer::of(&generate().unwrap().private).unwrap();
    let verifier = Verifier::of([signer.public()]).unwrap();
    (signer, verifier)
}

fn slip_pair() -> (SlipSigner, SlipVerifier) {
    let signer = SlipSigner::of(&generate().unwrap().private).unwrap();
    let verifier = SlipVerifier::of([signer.public()]).unwrap();
    (signer, verifier)
}

fn header(typ: &str) -> Header {
    Header { typ: Some(typ.to_owned()), ..Header::new(Algorithm::EdDSA) }
}

/// A token with other claims or another header, signed with the right key.
fn forged(signer: &Signer, header: &Header, edit: impl Fn(&mut Value)) -> String {
    let now = noon().timestamp();
    let mut claims = json!({"iss": ISSUER, "aud": SESSION, "sub": "20151104027",
        "iat": now, "nbf": now, "exp": now + 60, "auth_time": now * 1000, "kind": "staff"});
    edit(&mut claims);
    jsonwebtoken::encode(header, &claims, &signer.0.key).unwrap()
}

#[test]
fn a_session_holds_two_hours_to_the_second() {
    let (signer, verifier) = pair();
    let person: PersonId = "20151104027".parse().unwrap();
    let token = signer.begin(&person, noon()).unwrap();
    let session = Session::begin(person, SessionScope::Whole, noon());
    assert_eq!(verifier.verify(&token, noon()), Some(session.clone()));
    assert_eq!(verifier.verify(&token, at("2017-12-20T13:59:59.999+08:00")), Some(session));
    assert_eq!(verifier.verify(&token, at("2017-12-20T14:00:00+08:00")), None);
    assert_eq!(verifier.verify(&token, at("2017-12-20T11:59:59+08:00")), None, "not yet");
}

#[test]
fn a_session_in_use_goes_on_for_a_working_day_and_no_longer() {
    let (signer, verifier) = pair();
    let mut session = Session::begin("20151104027".parse().unwrap(), SessionScope::Whole, noon());
    assert_eq!(session.renewed(at("2017-12-20T12:14:59+08:00")), None, "young");
    for time in ["13:30", "15:00", "16:30", "18:00", "19:30", "21:00"] {
        session = session.renewed(at(&format!("2017-12-20T{time}:00+08:00"))).unwrap();
        assert_eq!(session.auth_time, noon());
    }
    let token = signer.session(&session).unwrap();
    assert_eq!(verifier.verify(&token, at("2017-12-20T21:59:59+08:00")), Some(session.clone()));
    assert_eq!(verifier.verify(&token, at("2017-12-20T22:00:00+08:00")), None, "ten hours are over");
    assert_eq!(session.renewed(at("2017-12-20T22:00:00+08:00")), None);
    let machine = Session { person: "feed-library".parse().unwrap(), ..session };
    assert_eq!(machine.renewed(at("2017-12-20T21:30:00+08:00")), None);
}

#[test]
fn a_login_state_is_no_session_nor_a_session_a_login_state() {
    let (signer, verifier) = pair();
    let words = || ("s".to_owned(), "n".to_owned(), "v".to_owned(), "/staff".to_owned());
    let (state, nonce, proof, next) = words();
    let state = LoginState::new(state, nonce, proof, next, false, noon());
    let token = signer.login_state(&state).unwrap();
    assert_eq!(verifier.verify_login_state(&token, noon()), Some(state));
    assert_eq!(verifier.verify_login_state(&token, at("2017-12-20T12:15:00+08:00")), None, "too old");
    assert_eq!(verifier.verify(&token, noon()), None);
    let session = signer.begin(&"20151104027".parse().unwrap(), noon()).unwrap();
    assert_eq!(verifier.verify_login_state(&session, noon()), None);
}

#[test]
fn while_keys_are_rotated_both_are_believed() {
    let ((old, _), (new, _), (other, _)) = (pair(), pair(), pair());
    let verifier = Verifier::of([new.public(), old.public()]).unwrap();
    let person: PersonId = "20151104027".parse().unwrap();
    assert!(verifier.knows(&old) && verifier.knows(&new) && !verifier.knows(&other));
    for signer in [&old, &new] {
        assert!(verifier.verify(&signer.begin(&person, noon()).unwrap(), noon()).is_some());
    }
    assert!(verifier.verify(&other.begin(&person, noon()).unwrap(), noon()).is_none());
}

#[test]
fn a_token_with_any_claim_missing_wrong_or_of_another_type_is_none() {
    let (signer, verifier) = pair();
    let header = header("session+jwt");
    assert!(verifier.verify(&forged(&signer, &header, |_| ()), noon()).is_some());
    for claim in ["iss", "aud", "sub", "iat", "nbf", "exp", "auth_time", "kind"] {
        let missing = forged(&signer, &header, |claims| drop(claims.as_object_mut().unwrap().remove(claim)));
        assert_eq!(verifier.verify(&missing, noon()), None, "{claim} missing");
        let text = forged(&signer, &header, |claims| claims[claim] = json!("9999999999#"));
        assert_eq!(verifier.verify(&text, noon()), None, "{claim} another text");
    }
    for audience in [json!("slip"), json!(["slip", "session"])] {
        let token = forged(&signer, &header, |claims| claims["aud"] = audience.clone());
        assert_eq!(verifier.verify(&token, noon()), None, "{audience}");
    }
    let scope = forged(&signer, &header, |claims| claims["scope"] = json!("everything"));
    assert_eq!(verifier.verify(&scope, noon()), None, "a scope that isn't ours");
    let extra = forged(&signer, &header, |claims| claims["role"] = json!("administrator"));
    assert_eq!(verifier.verify(&extra, noon()), None, "a claim that isn't ours");
}

#[test]
fn another_algorithm_is_none_even_with_the_public_key_as_a_secret() {
    let (signer, verifier) = pair();
    let now = noon().timestamp();
    let claims = json!({"iss": ISSUER, "aud": SESSION, "sub": "1", "iat": now, "nbf": now, "exp": now + 60, "auth_time": now * 1000, "kind": "staff"});
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let unsigned = format!("{}.{}.", part(&json!({"alg": "none", "typ": "JWT"})), part(&claims));
    assert_eq!(verifier.verify(&unsigned, noon()), None);
    let secrets = [signer.public().as_bytes().to_vec(), URL_SAFE_NO_PAD.decode(signer.public()).unwrap()];
    for secret in secrets {
        let key = EncodingKey::from_secret(&secret);
        let token = jsonwebtoken::encode(&Header::new(Algorithm::HS256), &claims, &key).unwrap();
        assert_eq!(verifier.verify(&token, noon()), None);
    }
}

#[test]
fn no_byte_of_a_token_can_be_changed_and_a_huge_one_is_not_even_read() {
    let (signer, verifier) = pair();
    let token = signer.begin(&"20151104027".parse().unwrap(), noon()).unwrap();
    for i in 0..token.len() {
        let mut bytes = token.clone().into_bytes();
        bytes[i] = if bytes[i] == b'A' { b'B' } else { b'A' };
        let Ok(text) = String::from_utf8(bytes) else { continue };
        assert_eq!(verifier.verify(&text, noon()), None, "byte {i}");
    }
    assert_eq!(verifier.verify(&"a".repeat(1 << 20), noon()), None);
}

#[test]
fn a_token_of_ours_that_would_hold_longer_than_any_we_mint_is_none() {
    let (signer, verifier) = pair();
    let (now, session) = (noon().timestamp(), header("session+jwt"));
    let (hour, year) = (3_600, 31_536_000);
    let token = |edit: &dyn Fn(&mut Value)| forged(&signer, &session, edit);
    assert!(verifier.verify(&token(&|claims| claims["exp"] = json!(now + 2 * hour)), noon()).is_some());
    for (what, token) in [
        ("a hundred years", token(&|claims| claims["exp"] = json!(now + 100 * year))),
        ("a second over two hours", token(&|claims| claims["exp"] = json!(now + 2 * hour + 1))),
        ("the end of time", token(&|claims| claims["exp"] = json!(i64::MAX))),
        ("from the beginning of time", token(&|claims| claims["nbf"] = json!(i64::MIN))),
        ("auth_time yesterday", token(&|claims| claims["auth_time"] = json!((now - 24 * hour) * 1_000))),
        ("auth_time after it holds", token(&|claims| claims["auth_time"] = json!((now + 1) * 1_000))),
        ("issued at another time than it holds from", token(&|claims| claims["iat"] = json!(now - 1))),
        (
            "the portal's for two hours",
            token(&|claims| {
                claims["scope"] = json!("own-status");
                claims["exp"] = json!(now + 2 * hour);
            }),
        ),
    ] {
        assert_eq!(verifier.verify(&token, noon()), None, "{what}");
    }
    let words = || "x".to_owned();
    let state = LoginState::new(words(), words(), words(), words(), false, noon() + TimeDelta::days(36_500));
    assert_eq!(
        verifier.verify_login_state(&signer.login_state(&state).unwrap(), noon()),
        None,
        "a sign-in of a century"
    );
}

#[test]
fn a_token_says_by_its_type_what_it_is_for() {
    let (signer, verifier) = pair();
    for typ in ["JWT", "login-state+jwt", "slip+jwt", "SESSION+JWT", ""] {
        assert_eq!(verifier.verify(&forged(&signer, &header(typ), |_| ()), noon()), None, "{typ}");
    }
    let untyped = Header { typ: None, ..Header::new(Algorithm::EdDSA) };
    assert_eq!(verifier.verify(&forged(&signer, &untyped, |_| ()), noon()), None, "none");
}

#[test]
fn a_key_of_slips_makes_no_session_and_a_key_of_sessions_no_slip() {
    let text = generate().unwrap().private;
    let (sessions, slips) = (Signer::of(&text).unwrap(), SlipSigner::of(&text).unwrap());
    let (verifier, slip_verifier) =
        (Verifier::of([sessions.public()]).unwrap(), SlipVerifier::of([slips.public()]).unwrap());
    // Even if somebody uses one key for both, against all advice.
    let session = sessions.begin(&"20151104027".parse().unwrap(), noon()).unwrap();
    let slip = slips.slip(&slip_claims()).unwrap();
    assert_eq!((verifier.verify(&slip, noon()), slip_verifier.verify(&session)), (None, None));
    let (_, others) = slip_pair();
    assert!(slip_verifier.knows(&slips) && !others.knows(&slips));
}

fn slip_claims() -> SlipClaims {
    let on = NaiveDate::from_ymd_opt(2017, 12, 25).unwrap();
    let head = Head { version: 14, hash: Hash::genesis("somebody") };
    SlipClaims::new("2018-01".parse().unwrap(), Salt::new([7; 16]), ("20151104027", "王小明"), on, head)
}

#[test]
fn a_slip_outlives_its_key_and_no_byte_of_it_can_be_changed() {
    let ((signer, verifier), (new, foreign)) = (slip_pair(), slip_pair());
    let slip = signer.slip(&slip_claims()).unwrap();
    assert_eq!(verifier.verify(&slip), Some(slip_claims()));
    let rotated = SlipVerifier::of([new.public(), signer.public()]).unwrap();
    assert_eq!(rotated.verify(&slip), Some(slip_claims()));
    assert_eq!(foreign.verify(&slip), None, "another school's key");
    for i in 0..slip.len() {
        let mut bytes = slip.clone().into_bytes();
        bytes[i] = if bytes[i] == b'A' { b'B' } else { b'A' };
        assert_eq!(verifier.verify(&String::from_utf8(bytes).unwrap()), None, "byte {i}");
    }
    assert_eq!(verifier.verify(&slip[..slip.len() - 9]), None, "cut off");
}

#[test]
fn what_is_no_key_is_said_to_be_none() {
    assert!(Verifier::of(["short"]).is_err());
    assert!(Verifier::of([""]).is_err() && SlipVerifier::of([""]).is_err(), "nobody could ever sign in");
    assert!(Signer::of("AAAA").is_err() && SlipSigner::of("AAAA").is_err());
}

#[test]
fn a_slip_says_nobody_s_name_or_number_and_proves_both() {
    let ((signer, verifier), claims) = (slip_pair(), slip_claims());
    let slip = signer.slip(&claims).unwrap();
    let bytes = URL_SAFE_NO_PAD.decode(slip.split('.').nth(1).unwrap()).unwrap();
    let said = String::from_utf8(bytes).unwrap();
    assert!(!said.contains("20151104027") && !said.contains("王小明"), "{said}");
    let read = verifier.verify(&slip).unwrap();
    assert!(read.proves("20151104027", "王小明"));
    for (number, name) in
        [("20151104028", "王小明"), ("20151104027", "王晓明"), ("20151104027王", "小明"), ("", "")]
    {
        assert!(!read.proves(number, name), "{number} {name}");
    }
}
