//! The checks of a request's shape that AWS makes before it looks at anything else. All that fail
//! are reported together: "2 validation errors detected: Value ...; Value ...".

/// Collects the members that fail their constraint.
#[derive(Debug, Default)]
pub(crate) struct Constraints {
    broken: Vec<String>,
}

impl Constraints {
    /// The member must be there.
    pub(crate) fn present<T>(&mut self, at: &str, member: Option<&T>) {
        if member.is_none() {
            self.broken.push(format!(
                "Value null at '{at}' failed to satisfy constraint: Member must not be null"
            ));
        }
    }

    /// The text, if given, has between `least` and `most` characters.
    pub(crate) fn length(&mut self, at: &str, text: Option<&str>, least: usize, most: usize) {
        let Some(text) = text else { return };
        let count = text.chars().count();
        if count < least {
            self.fail(
                at,
                text,
                &format!("Member must have length greater than or equal to {least}"),
            );
        }
        if count > most {
            self.fail(
                at,
                text,
                &format!("Member must have length less than or equal to {most}"),
            );
        }
    }

    /// The list, if given, has between `least` and `most` entries.
    pub(crate) fn count<T>(&mut self, at: &str, list: Option<&Vec<T>>, least: usize, most: usize) {
        let Some(list) = list else { return };
        let shown = format!("[{} entries]", list.len());
        if list.len() < least {
            self.fail(
                at,
                &shown,
                &format!("Member must have length greater than or equal to {least}"),
            );
        }
        if list.len() > most {
            self.fail(
                at,
                &shown,
                &format!("Member must have length less than or equal to {most}"),
            );
        }
    }

    /// The number, if given, lies between `least` and `most`.
    pub(crate) fn range<N: Copy + PartialOrd + ToString>(
        &mut self,
        at: &str,
        number: Option<N>,
        least: N,
        most: N,
    ) {
        let Some(number) = number else { return };
        let shown = number.to_string();
        if number < least {
            let bound = least.to_string();
            self.fail(
                at,
                &shown,
                &format!("Member must have value greater than or equal to {bound}"),
            );
        } else if number > most {
            let bound = most.to_string();
            self.fail(
                at,
                &shown,
                &format!("Member must have value less than or equal to {bound}"),
            );
        }
    }

    /// The text, if given, is one of the values of its enumeration.
    pub(crate) fn one_of(&mut self, at: &str, text: Option<&str>, values: &[&str]) {
        if let Some(text) = text
            && !values.contains(&text)
        {
            let values = values.join(", ");
            self.fail(
                at,
                text,
                &format!("Member must satisfy enum value set: [{values}]"),
            );
        }
    }

    /// The text, if given, consists of characters for which `allowed` holds; `pattern` is how AWS
    /// writes that.
    pub(crate) fn pattern(
        &mut self,
        at: &str,
        text: Option<&str>,
        pattern: &str,
        allowed: impl Fn(&str) -> bool,
    ) {
        if let Some(text) = text
            && !allowed(text)
        {
            self.fail(
                at,
                text,
                &format!("Member must satisfy regular expression pattern: {pattern}"),
            );
        }
    }

    /// The message for everything that failed.
    pub(crate) fn verdict(self) -> Result<(), String> {
        match self.broken.as_slice() {
            [] => Ok(()),
            [only] => Err(format!("1 validation error detected: {only}")),
            many => Err(format!(
                "{} validation errors detected: {}",
                many.len(),
                many.join("; ")
            )),
        }
    }

    fn fail(&mut self, at: &str, value: &str, rule: &str) {
        self.broken.push(format!(
            "Value '{value}' at '{at}' failed to satisfy constraint: {rule}"
        ));
    }
}
