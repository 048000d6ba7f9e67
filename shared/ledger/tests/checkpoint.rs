//! Heads as a tree and a checkpoint over them, in forms that others read: RFC 6962 and C2SP. The values are Python's.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may stop at the first surprise")]

use ledger::{Checkpoint, CheckpointError, Hash, Head, Heads, NoteSignature, SignedCheckpoint};

const LEAVES: &str = "2018-01#20150000001 3 dpLDrTVAu4A8Ags67mbNiIcSMjTqDG5xQ8Ct1z_0Me0
2018-01#20150000002 0 P8TM_nRYcOLA2Z9x8w_wZWyN7dQcwdfT03aw2-aF4vM
operator 2018-01#20080001 12 i1udsME9skJWyCmqNkqpDG0uujGLkjKkq5MTuVTTVV8
";
const NOTE: &str = "lixiao/2018-01
3
E0iJ/c2wTBAQ3GxqdJPAZSYOQaJIQd0qwzcPiE/7Yhg=
taken 2017-12-20T12:00:00+08:00
";

fn heads() -> Heads {
    let mut heads = Heads::default();
    let head = |version, word: &str| Head { version, hash: Hash::of(&[word.as_bytes()]) };
    heads.insert("operator 2018-01#20080001".to_owned(), head(12, "three"));
    heads.insert("2018-01#20150000002".to_owned(), head(0, "two"));
    heads.insert("2018-01#20150000001".to_owned(), head(3, "one"));
    heads
}

fn checkpoint() -> Checkpoint {
    Checkpoint::of("lixiao/2018-01".to_owned(), "2017-12-20T12:00:00+08:00".to_owned(), &heads())
}

fn signed() -> SignedCheckpoint {
    let signature = |name: &str, bytes: &[u8]| NoteSignature { name: name.to_owned(), bytes: bytes.to_vec() };
    let signatures = vec![signature("lixiao", &[1, 2, 3, 4, 5]), signature("somebody else", &[9; 68])];
    SignedCheckpoint { checkpoint: checkpoint(), signatures, heads: heads() }
}

#[test]
fn heads_are_lines_in_order_of_their_subjects_and_read_back() {
    let heads = heads();
    assert_eq!(heads.text(), LEAVES);
    assert_eq!(Heads::read(LEAVES), Ok(heads.clone()));
    assert_eq!((heads.len(), heads.is_empty()), (3, false));
    assert_eq!((Heads::default().len(), Heads::default().is_empty()), (0, true));
    assert_eq!(heads.get("2018-01#20150000001").unwrap().version, 3);
    assert_eq!(heads.get("2018-01#20150000003"), None);
    let subjects: Vec<&str> = heads.iter().map(|(subject, _)| subject).collect();
    assert_eq!(subjects[2], "operator 2018-01#20080001", "a subject may have spaces");
}

#[test]
fn a_line_that_is_no_head_is_named() {
    for wrong in ["", "a 1", "a x dpLDrTVAu4A8Ags67mbNiIcSMjTqDG5xQ8Ct1z_0Me0", "a 1 dpLD"] {
        let text =
            LEAVES.replacen("2018-01#20150000002 0 P8TM_nRYcOLA2Z9x8w_wZWyN7dQcwdfT03aw2-aF4vM", wrong, 1);
        let refused = Heads::read(&text).unwrap_err();
        assert_eq!(refused.line, 2, "{wrong:?}");
        assert_eq!(refused.to_string(), "line 2 is no head: subject, version, hash");
    }
}

#[test]
fn the_root_is_that_of_rfc_6962() {
    assert_eq!(checkpoint().text(), NOTE);
    assert_eq!(Checkpoint::read(NOTE), Ok(checkpoint()));
    assert_eq!(Heads::default().root(), Hash::of(&[]), "of nothing");
}

#[test]
fn a_note_that_is_none_says_why() {
    for (text, why) in [
        ("", "no origin"),
        ("a\n", "no size"),
        ("a\nthree\n", "the size is no number"),
        ("a\n3\n", "no root"),
        ("a\n3\nE0iJ\n", "the root is no SHA-256"),
        ("a\n3\nE0iJ/c2wTBAQ3GxqdJPAZSYOQaJIQd0qwzcPiE/7Yhg=\n", "no time"),
        ("a\n3\nE0iJ/c2wTBAQ3GxqdJPAZSYOQaJIQd0qwzcPiE/7Yhg=\nsoon\n", "no time"),
    ] {
        assert_eq!(Checkpoint::read(text), Err(CheckpointError::Form(why)), "{text:?}");
    }
}

#[test]
fn what_is_kept_is_the_note_its_signatures_and_its_heads() {
    let text = signed().text();
    assert_eq!(
        text,
        format!(
            "{NOTE}\n\u{2014} lixiao AQIDBAU=\n\u{2014} somebody else {}\n\n{LEAVES}",
            "CQkJ".repeat(22) + "CQk="
        )
    );
    assert_eq!(SignedCheckpoint::read(&text), Ok(signed()));
    let unsigned = SignedCheckpoint { signatures: vec![], ..signed() };
    assert_eq!(SignedCheckpoint::read(&unsigned.text()), Ok(unsigned));
    let without = text.replace(LEAVES, "");
    assert_eq!(SignedCheckpoint::read_over(&without, heads()), Ok(signed()), "its heads are kept elsewhere");
}

#[test]
fn heads_that_it_does_not_commit_to_are_refused() {
    let text = signed().text();
    let other = text.replacen("20150000001 3", "20150000001 2", 1);
    assert_eq!(SignedCheckpoint::read(&other), Err(CheckpointError::Heads));
    assert_eq!(SignedCheckpoint::read(&text.replacen("\n3\n", "\n2\n", 1)), Err(CheckpointError::Heads));
    assert_eq!(SignedCheckpoint::read_over(&text, Heads::default()), Err(CheckpointError::Heads));
    let torn = text.replacen("20150000001 3", "20150000001", 1);
    assert!(matches!(SignedCheckpoint::read(&torn), Err(CheckpointError::Head(head)) if head.line == 1));
    for (from, to, why) in [
        ("\n\n\u{2014}", "\n\u{2014}", "no line under the signatures"),
        ("AQIDBAU=", "AQID BAU", "a signature can't be read"),
        ("\u{2014} lixiao", "- lixiao", "a signature can't be read"),
    ] {
        let refused = SignedCheckpoint::read(&text.replacen(from, to, 1));
        assert_eq!(refused, Err(CheckpointError::Form(why)), "{from:?} as {to:?}");
    }
    assert_eq!(SignedCheckpoint::read(NOTE), Err(CheckpointError::Form("no line under the note")));
}
