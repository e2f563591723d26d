//! Who calls.
//!
//! Source: `GetCallerIdentity`, AWS Security Token Service API Reference.

use crate::aws::Aws;

#[tokio::test]
async fn p15_the_caller_is_told_who_it_is() {
    let client = Aws::example().identity();
    let identity = client.get_caller_identity().send().await.unwrap();
    assert_eq!(identity.account(), Some("123456789012"));
    assert_eq!(identity.user_id(), Some("AKIAIOSFODNN7EXAMPLE"));
    let expected = "arn:aws:iam::123456789012:user/AKIAIOSFODNN7EXAMPLE";
    assert_eq!(identity.arn(), Some(expected));
}
