//! The checks of a request's shape that AWS makes before it looks at anything else. All that fail
//! are reported together: "2 validation errors detected: Value ...; Value ...".
//!
//! Members are parsed as they are checked. What fails yields a stand-in or nothing, which the
//! verdict keeps from being used.

use crate::words::Word;

/// Collects the members that fail their constraint.
#[derive(Debug, Default)]
pub(crate) struct Constraints {
    broken: Vec<String>,
}

impl Constraints {
    /// The message for everything that failed.
    pub(crate) fn verdict(self) -> Result<(), String> {
        match self.broken.as_slice() {
            [] => Ok(()),
            [only] => Err(format!("1 validation error detected: {only}")),
            many => {
                let (count, all) = (many.len(), many.join("; "));
                Err(format!("{count} validation errors detected: {all}"))
            }
        }
    }

    /// A member that must be there.
    pub(crate) fn required<T: Default>(&mut self, at: &str, member: Option<T>) -> T {
        member.unwrap_or_else(|| {
            self.missing(at);
            T::default()
        })
    }

    /// A text between `least` and `most` characters long that must be there.
    pub(crate) fn required_text(
        &mut self,
        at: &str,
        text: Option<String>,
        least: usize,
        most: usize,
    ) -> String {
        self.length(at, text.as_deref(), least, most);
        self.required(at, text)
    }

    /// A word of an enumeration that must be there.
    pub(crate) fn required_word<W: Word>(&mut self, at: &str, text: Option<&str>) -> W {
        if text.is_none() {
            self.missing(at);
        }
        self.word(at, text).unwrap_or(W::STAND_IN)
    }

    /// A whole number between `least` and `most` that must be there.
    pub(crate) fn required_number<N: TryFrom<i64> + Default>(
        &mut self,
        at: &str,
        number: Option<i64>,
        least: i64,
        most: i64,
    ) -> N {
        if number.is_none() {
            self.missing(at);
        }
        self.number(at, number, least, most).unwrap_or_default()
    }

    /// A word of an enumeration.
    pub(crate) fn word<W: Word>(&mut self, at: &str, text: Option<&str>) -> Option<W> {
        let text = text?;
        let parsed = W::parse(text);
        if parsed.is_none() {
            let words = W::WORDS.join(", ");
            self.fail(
                at,
                text,
                &format!("Member must satisfy enum value set: [{words}]"),
            );
        }
        parsed
    }

    /// A whole number between `least` and `most`.
    pub(crate) fn number<N: TryFrom<i64>>(
        &mut self,
        at: &str,
        number: Option<i64>,
        least: i64,
        most: i64,
    ) -> Option<N> {
        let number = self.between(at, number, least, most)?;
        N::try_from(number).ok()
    }

    /// A number between `least` and `most`.
    pub(crate) fn between<N: Copy + PartialOrd + ToString>(
        &mut self,
        at: &str,
        number: Option<N>,
        least: N,
        most: N,
    ) -> Option<N> {
        let number = number?;
        let (rule, bound) = if number < least {
            ("greater than or equal to", least)
        } else if number > most {
            ("less than or equal to", most)
        } else {
            return Some(number);
        };
        let rule = format!("Member must have value {rule} {}", bound.to_string());
        self.fail(at, &number.to_string(), &rule);
        None
    }

    /// The text, if given, has between `least` and `most` characters.
    pub(crate) fn length(&mut self, at: &str, text: Option<&str>, least: usize, most: usize) {
        if let Some(text) = text {
            self.size(at, text, text.chars().count(), least, most);
        }
    }

    /// The list, if given, has between `least` and `most` entries.
    pub(crate) fn count<T>(&mut self, at: &str, list: Option<&Vec<T>>, least: usize, most: usize) {
        if let Some(list) = list {
            self.size(
                at,
                &format!("[{} entries]", list.len()),
                list.len(),
                least,
                most,
            );
        }
    }

    /// The text, if given, is one for which `fits` holds; `pattern` is how AWS writes that.
    pub(crate) fn pattern(
        &mut self,
        at: &str,
        text: Option<&str>,
        pattern: &str,
        fits: impl Fn(&str) -> bool,
    ) {
        if let Some(text) = text.filter(|text| !fits(text)) {
            let rule = format!("Member must satisfy regular expression pattern: {pattern}");
            self.fail(at, text, &rule);
        }
    }

    fn size(&mut self, at: &str, shown: &str, size: usize, least: usize, most: usize) {
        if size < least {
            let rule = format!("Member must have length greater than or equal to {least}");
            self.fail(at, shown, &rule);
        } else if size > most {
            let rule = format!("Member must have length less than or equal to {most}");
            self.fail(at, shown, &rule);
        }
    }

    fn missing(&mut self, at: &str) {
        let rule = "Member must not be null";
        let text = format!("Value null at '{at}' failed to satisfy constraint: {rule}");
        self.broken.push(text);
    }

    fn fail(&mut self, at: &str, value: &str, rule: &str) {
        let text = format!("Value '{value}' at '{at}' failed to satisfy constraint: {rule}");
        self.broken.push(text);
    }
}
