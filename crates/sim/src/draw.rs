//! Numbers that look random and are not: the same words give the same number, on every platform.

/// A number of 64 bits, drawn from words.
pub(crate) fn from(words: &[&str]) -> u64 {
    let mut hash = OFFSET;
    for word in words {
        // A byte that no word has separates them.
        for byte in word.bytes().chain([0xFF]) {
            hash = (hash ^ u64::from(byte)).wrapping_mul(PRIME);
        }
    }
    mixed(hash)
}

/// FNV-1a.
const OFFSET: u64 = 0xCBF2_9CE4_8422_2325;
const PRIME: u64 = 0x0000_0100_0000_01B3;

/// The finalizer of `SplitMix64`: FNV alone leaves the low bits of similar words alike.
fn mixed(state: u64) -> u64 {
    let mut mixed = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    mixed ^ (mixed >> 31)
}
