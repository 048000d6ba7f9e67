//! Where texts, comments and brackets are in a file that TOML can't read. A text never goes on past its
//! line, so one lost quote doesn't turn the rest of the file inside out.

/// What stands in a file, by byte.
#[derive(Default)]
pub(crate) struct Scan<'a> {
    /// Characters outside texts and comments that mean nothing there.
    pub(crate) strays: Vec<(usize, char)>,
    /// The opening quotes of texts without an end.
    pub(crate) open_texts: Vec<usize>,
    /// Opening brackets without an end.
    pub(crate) open_brackets: Vec<usize>,
    /// Closing brackets without a beginning.
    pub(crate) lone_brackets: Vec<usize>,
    /// `[window]` and the like, without comments.
    pub(crate) headers: Vec<(usize, &'a str)>,
    stack: Vec<(usize, char)>,
}

/// Looks through a file.
pub(crate) fn scan(text: &str) -> Scan<'_> {
    let mut scan = Scan::default();
    let mut at = 0;
    while at < text.len() {
        at = scan.line(text, at);
    }
    scan.open_brackets.extend(scan.stack.first().map(|(at, _)| *at));
    scan
}

impl<'a> Scan<'a> {
    /// Looks through the line at a byte, and says where the next one begins.
    fn line(&mut self, text: &'a str, start: usize) -> usize {
        let end = text[start..].find('\n').map_or(text.len(), |length| start + length + 1);
        let line = &text[start..end];
        let begun = start + line.len() - line.trim_start_matches([' ', '\t']).len();
        if let Some((_, bracket)) = self.stack.last()
            && begins_anew(line.trim_start(), *bracket)
        {
            self.open_brackets.extend(self.stack.first().map(|(at, _)| *at));
            self.stack.clear();
        }
        let header = self.stack.is_empty() && text[begun..].starts_with('[');
        let mut at = begun;
        while at < end {
            let Some(c) = text[at..].chars().next() else { break };
            match c {
                '#' => break,
                '"' | '\'' => {
                    at = self.text(text, at, c, end);
                    if at > end {
                        return self.line(text, at);
                    }
                    continue;
                }
                '[' | '{' | ']' | '}' if !header => self.bracket(at, c),
                '\r' if !text[at..].starts_with("\r\n") => self.strays.push((at, c)),
                ' '..='~' | '\t' | '\r' | '\n' => {}
                _ => self.strays.push((at, c)),
            }
            at += c.len_utf8();
        }
        if header {
            self.headers.push((begun, text[begun..at.min(end)].trim()));
        }
        end
    }

    /// Where a text ends; one in three quotes may end lines further on.
    fn text(&mut self, text: &str, at: usize, quote: char, end: usize) -> usize {
        let three = if quote == '"' { "\"\"\"" } else { "'''" };
        if text[at..].starts_with(three) {
            let Some(length) = text[at + 3..].find(three) else {
                self.open_texts.push(at);
                return text.len();
            };
            return at + 6 + length;
        }
        let mut escaped = false;
        for (offset, c) in text[at + 1..end].char_indices() {
            match c {
                '\n' => break,
                _ if escaped => escaped = false,
                '\\' if quote == '"' => escaped = true,
                _ if c == quote => return at + 1 + offset + 1,
                _ => {}
            }
        }
        self.open_texts.push(at);
        end
    }

    fn bracket(&mut self, at: usize, c: char) {
        let opener = match c {
            '[' | '{' => return self.stack.push((at, c)),
            ']' => '[',
            _ => '{',
        };
        match self.stack.last() {
            Some((_, open)) if *open == opener => drop(self.stack.pop()),
            _ => self.lone_brackets.push(at),
        }
    }
}

/// Whether a line can't belong to a bracket that is still open: a heading, or another key beside a list.
fn begins_anew(line: &str, bracket: char) -> bool {
    let name = line.trim_start_matches('[');
    let heading = line.starts_with('[') && name.starts_with(|c: char| c.is_ascii_alphabetic());
    let rest = line.trim_start_matches(|c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.'));
    heading || (bracket == '[' && rest.len() < line.len() && rest.trim_start().starts_with('='))
}
