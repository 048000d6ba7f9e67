//! Telephone numbers and e-mail addresses as people write them.

use unicode_normalization::UnicodeNormalization as _;

use crate::text::is_unseen;

/// The telephone numbers of a cell: an extension behind a hyphen, without the words around each.
pub(super) fn phones(cell: &str) -> Vec<String> {
    let text: String = cell.nfkc().filter(|c| !is_unseen(*c)).collect();
    // A table of floating numbers writes a nought behind the point.
    let text = text.trim().trim_end_matches(".0");
    let text = text
        .replace("ext.", "-")
        .replace("ext", "-")
        .replace("分机", "-")
        .replace('转', "-")
        .replace(['–', '—', '－'], "-");
    let several = ['、', ',', ';', '|', '\n', '或', '和'];
    // A stroke sets two numbers apart, and is nothing that a number has.
    let numbers = text.split(several).flat_map(|one| one.split('/'));
    let without_words = |one: &str| -> String {
        let kept =
            one.chars().filter(|c| c.is_ascii() && !c.is_ascii_alphabetic() && !matches!(c, ':' | '.'));
        let kept: String = kept.collect::<String>().replace("()", "");
        kept.split_whitespace().collect::<Vec<_>>().join(" ").replace(" -", "-").replace("- ", "-")
    };
    // Letters are no words around a number but another thing.
    if text.chars().any(|c| c.is_ascii_alphabetic()) {
        return vec![text.trim().to_owned()];
    }
    numbers.map(without_words).filter(|one| !one.is_empty()).collect()
}

pub(super) fn address(text: &str) -> String {
    let text: String = text.nfkc().filter(|c| !is_unseen(*c) && !c.is_whitespace()).collect();
    // What kind of an address it is: mailto:, QQ:, 邮箱:.
    let text = match text.split_once(':') {
        Some((kind, address)) if !kind.contains('@') => address,
        _ => &text,
    };
    text.trim_matches(['<', '>', '.', '。', '\'', '"', '‘', '’', '`']).to_owned()
}

pub(super) fn is_address(text: &str) -> bool {
    text.len() <= 254
        && text.is_ascii()
        && !text.contains(|c: char| c.is_whitespace() || c.is_control())
        && text.split_once('@').is_some_and(|(a, b)| !a.is_empty() && b.contains('.') && !b.contains('@'))
}
