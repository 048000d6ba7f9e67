//! Data apart from its digest: what an event commits to, and what is left when it is forgotten. The values are Python's.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may stop at the first surprise")]

use ledger::{Hash, OpenError, Private, Salt, Sealed};
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Person {
    name: String,
}

const DIGEST: &str = "13_cgzWE5Kw0k5a1rNSbgW6LMHv_rvILiot7PVgxlOw";

fn person(name: &str) -> Person {
    Person { name: name.to_owned() }
}

fn sealed(name: &str) -> Private<Person> {
    Private::seal(person(name), Salt::new([7; 16]))
}

#[test]
fn an_event_has_the_digest_of_salt_and_text() {
    let private = sealed("x");
    assert_eq!(private.digest().to_string(), DIGEST);
    assert_eq!(serde_json::to_string(&private).unwrap(), format!("{DIGEST:?}"), "and nothing else");
    assert_eq!(private.get(), Some(&person("x")));
    assert_eq!(private.sealed().unwrap().digest(), private.digest());
    assert_eq!(private.salt(), Some(Salt::new([7; 16])));
    let beside = serde_json::to_string(private.sealed().unwrap()).unwrap();
    assert_eq!(beside, r#"{"salt":"BwcHBwcHBwcHBwcHBwcHBw","text":"{\"name\":\"x\"}"}"#);
}

#[test]
fn what_stands_beside_the_digest_is_taken_if_it_is_what_it_commits_to() {
    let committed = || serde_json::from_str::<Private<Person>>(&format!("{DIGEST:?}")).unwrap();
    assert_eq!((committed().get(), committed().salt()), (None, None));
    let beside = |name: &str| sealed(name).sealed().unwrap().clone();
    assert_eq!(committed().open(beside("x")).unwrap().get(), Some(&person("x")));
    assert_eq!(committed().open(beside("y")), Err(OpenError));
    let odd: Sealed = serde_json::from_str(r#"{"salt":"BwcHBwcHBwcHBwcHBwcHBw","text":"{}"}"#).unwrap();
    let of_odd = Private::<Person>::committed(odd.digest());
    assert_eq!(of_odd.open(odd), Err(OpenError), "the right text, and no person");
}

#[test]
fn two_are_the_same_if_their_digests_are() {
    let private = sealed("x");
    let forgotten = private.forgotten();
    assert_eq!((forgotten.get(), forgotten.sealed().is_none()), (None, true));
    assert_eq!(forgotten, private);
    assert_ne!(sealed("y"), private);
    assert_ne!(Private::seal(person("x"), Salt::new([8; 16])), private, "under another salt");
}

#[test]
fn a_salt_is_sixteen_bytes_and_others_come_of_it() {
    let salt = Salt::new([7; 16]);
    assert_eq!(String::from(salt), "BwcHBwcHBwcHBwcHBwcHBw");
    assert_eq!(Salt::try_from("BwcHBwcHBwcHBwcHBwcHBw".to_owned()), Ok(salt));
    assert!(Salt::try_from("BwcHBwcH".to_owned()).is_err() && Salt::try_from("?".to_owned()).is_err());
    assert_eq!(String::from(salt.derive("form 1")), "8GCSv-ovxs8Gcqk47pRCfw");
}

#[test]
fn nothing_of_it_stands_in_a_log() {
    let private = sealed("王小明");
    assert_eq!(format!("{:?}", Salt::new([7; 16])), "Salt");
    assert_eq!(format!("{:?}", private.sealed().unwrap()), "Sealed");
    assert_eq!(format!("{private:?}"), format!("Private({})", private.digest()));
}

#[test]
fn a_hash_is_thirty_two_bytes_of_url_safe_base64() {
    let hash = Hash::try_from(DIGEST.to_owned()).unwrap();
    assert_eq!(Hash::from(*hash.as_bytes()), hash);
    assert_eq!((hash.to_string(), String::from(hash)), (DIGEST.to_owned(), DIGEST.to_owned()));
    for wrong in ["", "BwcH", &DIGEST[1..], "13/cgzWE5Kw0k5a1rNSbgW6LMHv/rvILiot7PVgxlOw"] {
        assert!(Hash::try_from(wrong.to_owned()).is_err(), "{wrong:?}");
    }
}
