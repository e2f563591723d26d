//! ARNs of accelerators and what is below them:
//! `arn:aws:globalaccelerator::<account>:accelerator/<uuid>/listener/<hex>/endpoint-group/<hex>`.

use std::fmt;

const SERVICE: &str = "arn:aws:globalaccelerator::";

/// An accelerator's ARN. The others start with it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct AcceleratorArn {
    account: String,
    id: String,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct ListenerArn {
    pub(super) accelerator: AcceleratorArn,
    id: String,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct EndpointGroupArn {
    pub(super) listener: ListenerArn,
    id: String,
}

impl AcceleratorArn {
    pub(super) fn new(account: &str, id: String) -> Self {
        Self {
            account: account.to_owned(),
            id,
        }
    }

    pub(super) fn parse(text: &str) -> Option<Self> {
        let (account, resource) = text.strip_prefix(SERVICE)?.split_once(':')?;
        let id = resource.strip_prefix("accelerator/")?;
        is_id(id).then(|| Self::new(account, id.to_owned()))
    }

    pub(super) fn listener(&self, id: String) -> ListenerArn {
        ListenerArn {
            accelerator: self.clone(),
            id,
        }
    }
}

impl ListenerArn {
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (accelerator, id) = text.rsplit_once("/listener/")?;
        let accelerator = AcceleratorArn::parse(accelerator)?;
        is_id(id).then(|| accelerator.listener(id.to_owned()))
    }

    pub(super) fn endpoint_group(&self, id: String) -> EndpointGroupArn {
        EndpointGroupArn {
            listener: self.clone(),
            id,
        }
    }
}

impl EndpointGroupArn {
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (listener, id) = text.rsplit_once("/endpoint-group/")?;
        let listener = ListenerArn::parse(listener)?;
        is_id(id).then(|| listener.endpoint_group(id.to_owned()))
    }
}

fn is_id(text: &str) -> bool {
    !text.is_empty()
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

impl fmt::Display for AcceleratorArn {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { account, id } = self;
        write!(formatter, "{SERVICE}{account}:accelerator/{id}")
    }
}

impl fmt::Display for ListenerArn {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { accelerator, id } = self;
        write!(formatter, "{accelerator}/listener/{id}")
    }
}

impl fmt::Display for EndpointGroupArn {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { listener, id } = self;
        write!(formatter, "{listener}/endpoint-group/{id}")
    }
}
