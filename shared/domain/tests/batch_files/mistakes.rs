//! Mistakes in a batch file, each as one edit of a file that is right, and what must be said of it.

/// What becomes of a file with the mistake.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// `lixiao check` stops.
    Refused,
    /// `lixiao check` stops, and `lixiao check --sample` mentions it.
    MadeUp,
    /// Mentioned, and no more.
    Said,
    /// Not even mentioned.
    Taken,
}

/// One mistake.
pub struct Mistake {
    pub name: &'static str,
    pub from: &'static str,
    pub to: &'static str,
    pub verdict: Verdict,
    /// What the line that is named contains.
    pub line: &'static str,
    /// Words that must be said in Chinese, and in English.
    pub zh: &'static str,
    pub en: &'static str,
}

pub fn all() -> impl Iterator<Item = Mistake> {
    super::meanings::ROWS.iter().map(|&(name, from, to, verdict, line, zh, en)| Mistake {
        name,
        from,
        to,
        verdict,
        line,
        zh,
        en,
    })
}
