//! What is said about a batch file: how much it weighs, on which line, in which words.

use std::fmt;

use crate::text::Text;

/// How much a fault weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Weight {
    /// Taken, and worth another look.
    Odd,
    /// It stands for what isn't known yet: right in a sample, wrong where students are.
    MadeUp,
    /// A batch, but not the one that is meant: it would lock everybody out, or let everybody in. A function
    /// starts with it, since the other batches must go on; `lixiao check` lets none of it be deployed.
    Undeployable,
    /// No batch can be made of the file, and nothing starts with it.
    Unsound,
}

/// One thing that is wrong with a batch file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The line, from 1.
    pub line: usize,
    /// How much it weighs.
    pub weight: Weight,
    /// What is wrong and what to do.
    pub what: Text,
}

impl Fault {
    /// What makes a file unsound.
    pub(crate) fn unsound(line: usize, what: Text) -> Self {
        Self { line, weight: Weight::Unsound, what }
    }

    /// The fault of a file that isn't UTF-8, found at a byte.
    pub fn not_utf8(bytes: &[u8], at: usize) -> Self {
        let line = 1 + bytes.iter().take(at).filter(|byte| **byte == b'\n').count();
        let instead = match bytes {
            [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => "UTF-16",
            _ => "GBK, GB 18030",
        };
        let byte = bytes.get(at).copied().unwrap_or_default();
        let what = Text {
            zh: format!(
                "文件不是 UTF-8 编码（字节 0x{byte:02X}，多半是 {instead}）：在编辑器里选“另存为”，编码选 UTF-8"
            ),
            en: format!(
                "the file is not UTF-8 (byte 0x{byte:02X}, probably {instead}): save it again with the encoding UTF-8"
            ),
        };
        Self::unsound(line, what)
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {} / {}", self.line, self.what.zh, self.what.en)
    }
}
