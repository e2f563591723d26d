//! Which operation `X-Amz-Target` asks for, and who answers it.

use serde_json::Value;

use super::{Error, GlobalAccelerator};
use crate::call::operations;
use crate::context::Context;
use crate::wire::{Answer, Request, ServiceError};

const TARGET: &str = "GlobalAccelerator_V20180706.";
/// Where the control plane is ("AWS Global Accelerator endpoints and quotas", AWS General
/// Reference).
const HOME: &str = "us-west-2";

operations! {
    CreateAccelerator writes,
    DescribeAccelerator reads,
    UpdateAccelerator writes,
    DeleteAccelerator writes,
    ListAccelerators reads,
    CreateListener writes,
    DescribeListener reads,
    UpdateListener writes,
    DeleteListener writes,
    ListListeners reads,
    CreateEndpointGroup writes,
    DescribeEndpointGroup reads,
    UpdateEndpointGroup writes,
    DeleteEndpointGroup writes,
    ListEndpointGroups reads,
    TagResource writes,
    UntagResource writes,
    ListTagsForResource reads,
}

/// The members that say what a request is about, most precise first.
const SUBJECTS: [&str; 5] = [
    "EndpointGroupArn",
    "ListenerArn",
    "AcceleratorArn",
    "ResourceArn",
    "Name",
];

/// A request, taken apart.
#[derive(Debug)]
pub(crate) struct Asked {
    pub(crate) operation: Operation,
    pub(crate) subject: String,
    body: bytes::Bytes,
}

impl Asked {
    pub(crate) fn read(request: &Request) -> Result<Self, ServiceError> {
        if request.region != HOME {
            return Err(request.wrong_region());
        }
        let name = request.target.strip_prefix(TARGET).unwrap_or_default();
        let operation = Operation::named(name).ok_or(Error::UnknownOperation)?;
        let body: Value = serde_json::from_slice(&request.body).unwrap_or_default();
        let subject = SUBJECTS
            .iter()
            .find_map(|member| body.get(member)?.as_str());
        let subject = subject.unwrap_or_default().to_owned();
        Ok(Self {
            operation,
            subject,
            body: request.body.clone(),
        })
    }
}

impl GlobalAccelerator {
    pub(crate) fn answer(
        &mut self,
        context: &mut Context<'_>,
        asked: &Asked,
    ) -> Result<Answer, ServiceError> {
        let body = &asked.body;
        match asked.operation {
            Operation::CreateAccelerator => self.create_accelerator(context, body),
            Operation::DescribeAccelerator => self.describe_accelerator(body),
            Operation::UpdateAccelerator => self.update_accelerator(context, body),
            Operation::DeleteAccelerator => self.delete_accelerator(context, body),
            Operation::ListAccelerators => self.list_accelerators(body),
            Operation::CreateListener => self.create_listener(context, body),
            Operation::DescribeListener => self.describe_listener(body),
            Operation::UpdateListener => self.update_listener(context, body),
            Operation::DeleteListener => self.delete_listener(context, body),
            Operation::ListListeners => self.list_listeners(body),
            Operation::CreateEndpointGroup => self.create_endpoint_group(context, body),
            Operation::DescribeEndpointGroup => self.describe_endpoint_group(body),
            Operation::UpdateEndpointGroup => self.update_endpoint_group(context, body),
            Operation::DeleteEndpointGroup => self.delete_endpoint_group(context, body),
            Operation::ListEndpointGroups => self.list_endpoint_groups(body),
            Operation::TagResource => self.tag_resource(body),
            Operation::UntagResource => self.untag_resource(body),
            Operation::ListTagsForResource => self.list_tags_for_resource(body),
        }
    }
}
