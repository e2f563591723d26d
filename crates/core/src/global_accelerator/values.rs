//! Values of Global Accelerator that compare by meaning: ports as sets, dials as exact numbers.

use std::fmt;

/// Ports, as the fewest ranges in order.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Ports(Vec<(u16, u16)>);

/// A traffic dial in hundredths of a per cent: AWS keeps a float, and a person may have set 33.3.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Dial(u16);

impl Ports {
    /// The same ports as the fewest ranges in order.
    pub fn new(ranges: impl IntoIterator<Item = (u16, u16)>) -> Self {
        let mut sorted: Vec<(u16, u16)> = ranges.into_iter().collect();
        sorted.sort_unstable();
        let mut merged: Vec<(u16, u16)> = Vec::new();
        for (from, to) in sorted {
            match merged.last_mut() {
                Some((_, last)) if from <= last.saturating_add(1) => *last = to.max(*last),
                _ => merged.push((from, to)),
            }
        }
        Self(merged)
    }

    /// The ranges.
    pub fn ranges(&self) -> &[(u16, u16)] {
        &self.0
    }

    /// Whether they share a port.
    pub fn overlaps(&self, other: &Self) -> bool {
        self.0
            .iter()
            .any(|(from, to)| other.0.iter().any(|(a, b)| from <= b && a <= to))
    }
}

impl fmt::Display for Ports {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, (from, to)) in self.0.iter().enumerate() {
            if index > 0 {
                f.write_str(",")?;
            }
            if from == to {
                write!(f, "{from}")?;
            } else {
                write!(f, "{from}-{to}")?;
            }
        }
        Ok(())
    }
}

impl Dial {
    /// All users nearest to this Region.
    pub const FULL: Self = Self(10_000);
    /// No new users, but failover.
    pub const ZERO: Self = Self(0);

    /// That many per cent, at most 100.
    pub fn percent(percent: u8) -> Self {
        Self(u16::from(percent.min(100)) * 100)
    }

    /// AWS's float.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "clamped to 0..=100"
    )]
    pub fn from_aws(percent: f32) -> Self {
        Self((percent.clamp(0.0, 100.0) * 100.0).round() as u16)
    }

    /// AWS's float.
    pub fn to_aws(self) -> f32 {
        f32::from(self.0) / 100.0
    }

    /// Whole per cent, rounded down.
    pub fn whole_percent(self) -> i32 {
        i32::from(self.0) / 100
    }
}

impl fmt::Display for Dial {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 % 100 {
            0 => write!(f, "{}", self.0 / 100),
            _ => write!(f, "{}", self.to_aws()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ports_are_compared_as_sets() {
        assert_eq!(
            Ports::new([(80, 80), (81, 81), (443, 443)]),
            Ports::new([(443, 443), (80, 81)])
        );
        assert_eq!(Ports::new([(80, 81), (443, 443)]).to_string(), "80-81,443");
        assert!(Ports::new([(80, 90)]).overlaps(&Ports::new([(90, 95)])));
        assert!(!Ports::new([(80, 90)]).overlaps(&Ports::new([(91, 95)])));
    }

    #[test]
    fn a_dial_survives_the_float() {
        assert_eq!(Dial::from_aws(33.3).to_string(), "33.3");
        assert_eq!(
            Dial::from_aws(Dial::percent(40).to_aws()),
            Dial::percent(40)
        );
        assert_eq!(Dial::FULL.to_string(), "100");
    }
}
