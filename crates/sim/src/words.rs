//! Enumerations that are single words on the wire.

/// An enumeration whose values are words.
pub(crate) trait Word: Copy + 'static {
    /// Every word, in order.
    const WORDS: &'static [&'static str];
    /// What stands in for a word that is required and missing, until the request is refused.
    const STAND_IN: Self;

    fn parse(word: &str) -> Option<Self>;
}

/// Declares one, with `word` for each value, and serde by word.
macro_rules! words {
    ($(#[$doc:meta])* $name:ident {
        $first:ident $word:literal $(, $other:ident $others:literal)* $(,)?
    }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        #[derive(serde::Serialize, serde::Deserialize)]
        pub(crate) enum $name {
            #[serde(rename = $word)]
            $first,
            $(#[serde(rename = $others)] $other),*
        }

        impl $name {
            pub(crate) fn word(self) -> &'static str {
                match self {
                    Self::$first => $word,
                    $(Self::$other => $others),*
                }
            }
        }

        impl $crate::words::Word for $name {
            const WORDS: &'static [&'static str] = &[$word $(, $others)*];
            const STAND_IN: Self = Self::$first;

            fn parse(word: &str) -> Option<Self> {
                match word {
                    $word => Some(Self::$first),
                    $($others => Some(Self::$other),)*
                    _ => None,
                }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str(self.word())
            }
        }
    };
}
pub(crate) use words;
