//! Enumerations that are spelled as words: in JSON, queries, batch files and rosters, each spelled in one place.

/// A value of an enumeration, with the word that stands for it.
pub trait Word: Copy + 'static {
    /// Every word, in the enumeration's order.
    const WORDS: &'static [&'static str];

    /// The word.
    fn word(self) -> &'static str;

    /// The value of a word.
    fn read(word: &str) -> Option<Self>;
}

/// Spells an enumeration: `words! { /** … */ Sex { /** 男. */ Male = "male" | "男", … } }`. With Chinese words it also reads a roster's cells.
#[macro_export]
macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $word:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, ::serde::Serialize, ::serde::Deserialize)]
        pub enum $name { $($(#[$vdoc])* #[serde(rename = $word)] $variant),+ }

        impl $name {
            /// Every value.
            pub const ALL: [$name; [$($word),+].len()] = [$($name::$variant),+];

            /// The word that stands for it.
            pub const fn word(self) -> &'static str {
                match self { $($name::$variant => $word),+ }
            }

            /// The value of a word.
            pub fn read(word: &str) -> Option<Self> {
                match word { $($word => Some($name::$variant),)+ _ => None }
            }
        }

        impl $crate::words::Word for $name {
            const WORDS: &'static [&'static str] = &[$($word),+];

            fn word(self) -> &'static str {
                $name::word(self)
            }

            fn read(word: &str) -> Option<Self> {
                $name::read(word)
            }
        }
    };
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $word:literal | $zh:literal),+ $(,)? }) => {
        $crate::words! { $(#[$doc])* $name { $($(#[$vdoc])* $variant = $word),+ } }

        impl $name {
            /// The words of a roster's cells: English and Chinese.
            pub const CELLS: &'static [&'static str] = &[$($word, $zh),+];

            /// The Chinese word, as rosters and papers have it.
            pub const fn chinese(self) -> &'static str {
                match self { $($name::$variant => $zh),+ }
            }

            /// Reads a roster's cell: the word, or the Chinese one.
            pub fn read_cell(text: &str) -> Option<Self> {
                match text.trim().to_ascii_lowercase().as_str() { $($word | $zh => Some($name::$variant),)+ _ => None }
            }
        }
    };
}
