//! Which operation `X-Amz-Target` asks for, and who answers it.

use serde_json::Value;

use super::legacy::{self, About};
use super::{DynamoDb, Error, Place};
use crate::call::operations;
use crate::context::Context;
use crate::region::Region;
use crate::wire::{Answer, Constraints, Request, ServiceError};

const TARGET: &str = "DynamoDB_20120810.";

operations! {
    CreateTable writes,
    DescribeTable reads,
    UpdateTable writes,
    DeleteTable writes,
    ListTables reads,
    UpdateTimeToLive writes,
    DescribeTimeToLive reads,
    TagResource writes,
    UntagResource writes,
    ListTagsOfResource reads,
    CreateGlobalTable writes,
    DescribeGlobalTable reads,
    UpdateGlobalTable writes,
    ListGlobalTables reads,
    DescribeGlobalTableSettings reads,
    UpdateGlobalTableSettings writes,
}

/// A request, taken apart.
#[derive(Debug)]
pub(crate) struct Asked {
    pub(crate) operation: Operation,
    pub(crate) subject: String,
    body: bytes::Bytes,
}

impl Asked {
    pub(crate) fn read(request: &Request) -> Result<Self, ServiceError> {
        let name = request.target.strip_prefix(TARGET).unwrap_or_default();
        let operation = Operation::named(name).ok_or(Error::UnknownOperation)?;
        let body: Value = serde_json::from_slice(&request.body).unwrap_or_default();
        let members = ["TableName", "ResourceArn", "GlobalTableName"];
        let subject = members.iter().find_map(|member| body.get(member)?.as_str());
        let subject = subject.unwrap_or_default().to_owned();
        Ok(Self {
            operation,
            subject,
            body: request.body.clone(),
        })
    }
}

impl DynamoDb {
    pub(crate) fn answer(
        &mut self,
        context: &mut Context<'_>,
        asked: &Asked,
    ) -> Result<Answer, ServiceError> {
        let body = &asked.body;
        match asked.operation {
            Operation::CreateTable => self.create_table(context, body),
            Operation::DescribeTable => self.describe_table(context, body),
            Operation::UpdateTable => self.update_table(context, body),
            Operation::DeleteTable => self.delete_table(context, body),
            Operation::ListTables => self.list_tables(context, body),
            Operation::UpdateTimeToLive => self.update_time_to_live(context, body),
            Operation::DescribeTimeToLive => self.describe_time_to_live(context, body),
            Operation::TagResource => self.tag_resource(context, body),
            Operation::UntagResource => self.untag_resource(context, body),
            Operation::ListTagsOfResource => self.list_tags_of_resource(context, body),
            Operation::CreateGlobalTable => legacy::create(body),
            Operation::UpdateGlobalTable => legacy::update(body),
            Operation::ListGlobalTables => legacy::list(),
            Operation::DescribeGlobalTable => legacy::of(About::Table, body),
            Operation::DescribeGlobalTableSettings | Operation::UpdateGlobalTableSettings => {
                legacy::of(About::Settings, body)
            }
        }
    }
}

/// The member `TableName`, which may be an ARN.
pub(super) fn table_name(constraints: &mut Constraints, given: Option<String>) -> String {
    constraints.required_text("tableName", given, 1, 1024)
}

/// The table that a name or an ARN means at this Region's endpoint.
pub(super) fn place(context: &Context<'_>, given: String) -> Result<Place, Error> {
    if given.starts_with("arn:") {
        return arn(context, &given);
    }
    check_name(&given)?;
    Ok(Place {
        region: context.region,
        name: given,
    })
}

/// The table that an ARN means. Tables of other Regions and accounts are out of reach.
pub(super) fn arn(context: &Context<'_>, given: &str) -> Result<Place, Error> {
    if !given.starts_with("arn:") {
        return Err(Error::Invalid(format!(
            "ARNs must start with 'arn:': {given}"
        )));
    }
    let invalid = || Error::InvalidArn(given.to_owned());
    let rest = given
        .strip_prefix("arn:aws:dynamodb:")
        .ok_or_else(invalid)?;
    let mut parts = rest.splitn(3, ':');
    let region = parts.next().and_then(Region::named);
    let account = parts.next();
    let name = parts
        .next()
        .and_then(|resource| resource.strip_prefix("table/"));
    if region != Some(context.region) || account != Some(context.account) {
        return Err(invalid());
    }
    let name = name
        .filter(|name| !name.contains('/'))
        .ok_or_else(invalid)?;
    check_name(name)?;
    Ok(Place {
        region: context.region,
        name: name.to_owned(),
    })
}

/// "Naming rules", Developer Guide.
pub(super) const NAMES: &str = "[a-zA-Z0-9_.-]+";

pub(super) fn is_name(text: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"_.-".contains(&byte);
    text.bytes().all(allowed)
}

fn check_name(name: &str) -> Result<(), Error> {
    let mut constraints = Constraints::default();
    constraints.pattern("tableName", Some(name), NAMES, is_name);
    constraints.verdict().map_err(Error::Constraint)?;
    if !(3..=255).contains(&name.len()) {
        return Err(Error::Constraint(
            "TableName must be at least 3 characters long and at most 255 characters long"
                .to_owned(),
        ));
    }
    Ok(())
}
