//! Identifiers that look like AWS's, drawn from the seed's number and one counter per kind: the
//! same requests in the same order get the same ids, and a read never shifts the ids of later
//! writes.

use std::collections::BTreeMap;

/// Route 53 writes zone and change ids in these.
const UPPER_ALPHANUMERIC: &[u8; 36] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
const HEX: &[u8; 16] = b"0123456789abcdef";

/// The source of every generated id.
#[derive(Clone, Debug)]
pub(crate) struct Ids {
    number: u64,
    drawn: BTreeMap<&'static str, u64>,
}

impl Ids {
    pub(crate) fn new(number: u64) -> Self {
        Self {
            number,
            drawn: BTreeMap::new(),
        }
    }

    /// Lower-case hexadecimal digits, as in ARNs.
    pub(crate) fn hex(&mut self, kind: &'static str, digits: usize) -> String {
        let mut stream = self.draw(kind);
        (0..digits).map(|_| pick(&mut stream, HEX)).collect()
    }

    /// A version 4 UUID.
    pub(crate) fn uuid(&mut self, kind: &'static str) -> String {
        let mut stream = self.draw(kind);
        let mut digits =
            |count: usize| -> String { (0..count).map(|_| pick(&mut stream, HEX)).collect() };
        let (first, second, third, fourth, last) =
            (digits(8), digits(4), digits(3), digits(3), digits(12));
        format!("{first}-{second}-4{third}-a{fourth}-{last}")
    }

    /// A Route 53 id: a letter for its kind and twenty upper-case letters and digits.
    pub(crate) fn route53(&mut self, kind: &'static str, letter: char) -> String {
        let mut stream = self.draw(kind);
        let rest: String = (0..20)
            .map(|_| pick(&mut stream, UPPER_ALPHANUMERIC))
            .collect();
        format!("{letter}{rest}")
    }

    /// A number below `below`, for the parts of addresses.
    pub(crate) fn below(&mut self, kind: &'static str, below: u64) -> u64 {
        next(&mut self.draw(kind)) % below.max(1)
    }

    /// How many of each kind were drawn.
    pub(crate) fn drawn(&self) -> &BTreeMap<&'static str, u64> {
        &self.drawn
    }

    fn draw(&mut self, kind: &'static str) -> u64 {
        let count = self.drawn.entry(kind).or_default();
        *count += 1;
        let mut stream = self.number ^ fold(kind);
        next(&mut stream) ^ count.wrapping_mul(0x9E37_79B9_7F4A_7C15)
    }
}

fn pick<const N: usize>(stream: &mut u64, alphabet: &[u8; N]) -> char {
    let index = next(stream) % N as u64;
    usize::try_from(index)
        .ok()
        .and_then(|index| alphabet.get(index))
        .map_or('0', |byte| char::from(*byte))
}

/// `SplitMix64`: enough to spread ids, and the same on every platform.
fn next(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
    let mut mixed = *state;
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    mixed ^ (mixed >> 31)
}

/// FNV-1a, so that two kinds never share a sequence.
fn fold(kind: &str) -> u64 {
    kind.bytes().fold(0xCBF2_9CE4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01B3)
    })
}
