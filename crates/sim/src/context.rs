//! What every operation is given besides its request.

use jiff::Timestamp;

use crate::endpoints::Endpoints;
use crate::ids::Ids;
use crate::knobs::Knobs;
use crate::quotas::Quotas;
use crate::region::Region;

pub(crate) struct Context<'world> {
    pub(crate) now: Timestamp,
    /// The Region of the credential scope.
    pub(crate) region: Region,
    pub(crate) account: &'world str,
    pub(crate) quotas: &'world Quotas,
    pub(crate) knobs: &'world Knobs,
    pub(crate) endpoints: &'world Endpoints,
    pub(crate) ids: &'world mut Ids,
}
