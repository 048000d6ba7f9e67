//! Words of a batch file, and which of them was probably meant.

use crate::student::{Campus, Level, Mode, Party, YesNo};

/// The word that was probably meant: the Chinese for it, or what differs in few letters.
pub(super) fn nearest<'a>(given: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let plain = |text: &str| text.to_lowercase().replace(['-', ' '], "_");
    let in_chinese = chinese(given);
    let given = plain(given);
    let far = |word: &str| if Some(word) == in_chinese { 0 } else { distance(&given, &plain(word)) };
    let (far, word) = known.into_iter().map(|word| (far(word), word)).min_by_key(|(far, _)| *far)?;
    (far <= (word.len() / 3).max(1)).then_some(word)
}

/// The word of a batch file for a Chinese one.
fn chinese(given: &str) -> Option<&'static str> {
    let level = Level::read(given).map(Level::word);
    let mode = level.or_else(|| Mode::read(given).map(Mode::word));
    let campus = mode.or_else(|| Campus::read(given).map(Campus::word));
    let party = campus.or_else(|| Party::read(given).map(Party::word));
    party.or_else(|| YesNo::read(given).map(YesNo::word))
}

/// How many letters must be put in, taken out, changed or swapped to make one word of the other.
fn distance(one: &str, other: &str) -> usize {
    let (one, other): (Vec<char>, Vec<char>) = (one.chars().collect(), other.chars().collect());
    let mut rows: Vec<Vec<usize>> = vec![(0..=other.len()).collect()];
    for (i, a) in one.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, b) in other.iter().enumerate() {
            let changed = rows[i][j] + usize::from(a != b);
            let mut least = changed.min(rows[i][j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && *a == other[j - 1] && one[i - 1] == *b {
                least = least.min(rows[i - 1][j - 1] + 1);
            }
            row.push(least);
        }
        rows.push(row);
    }
    rows.last().and_then(|row| row.last()).copied().unwrap_or(0)
}
