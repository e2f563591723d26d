//! Amounts that are divided without a remainder.

/// Divides an amount in proportion to weights. What is left after rounding down goes to the largest
/// remainders, the first of equals first, so that the parts always add up to the amount. Without any
/// weight there are no parts but zeros.
pub(crate) fn split(amount: u64, weights: &[u64]) -> Vec<u64> {
    let total: u128 = weights.iter().map(|weight| u128::from(*weight)).sum();
    if total == 0 {
        return vec![0; weights.len()];
    }
    let exact = weights
        .iter()
        .map(|weight| u128::from(amount) * u128::from(*weight));
    let mut parts: Vec<(u64, u128)> = exact
        .map(|exact| {
            (
                u64::try_from(exact / total).unwrap_or(amount),
                exact % total,
            )
        })
        .collect();
    let given: u64 = parts.iter().map(|(part, _)| *part).sum();
    let mut order: Vec<usize> = (0..parts.len()).collect();
    order.sort_by_key(|index| std::cmp::Reverse(parts.get(*index).map(|(_, rest)| *rest)));
    let left = usize::try_from(amount.saturating_sub(given)).unwrap_or_default();
    for index in order.into_iter().take(left) {
        if let Some((part, _)) = parts.get_mut(index) {
            *part += 1;
        }
    }
    parts.into_iter().map(|(part, _)| part).collect()
}
