//! Operations on accelerators: create, describe, update, delete, list.

use serde::Deserialize;
use serde_json::{Value, json};

use super::page::{self, Paging};
use super::tags::{self, Tag};
use super::tokens;
use super::{Accelerator, Error, GlobalAccelerator, IpAddressType};
use crate::context::Context;
use crate::wire::time::epoch_seconds;
use crate::wire::{Answer, Constraints, ServiceError, json};

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct CreateAccelerator {
    name: Option<String>,
    ip_address_type: Option<String>,
    enabled: Option<bool>,
    idempotency_token: Option<String>,
    tags: Option<Vec<Tag>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct UpdateAccelerator {
    accelerator_arn: Option<String>,
    name: Option<String>,
    ip_address_type: Option<String>,
    enabled: Option<bool>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct OfAccelerator {
    accelerator_arn: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ListAccelerators {
    max_results: Option<i64>,
    next_token: Option<String>,
}

impl GlobalAccelerator {
    pub(super) fn create_accelerator(
        &mut self,
        context: &mut Context<'_>,
        body: &[u8],
    ) -> Result<Answer, ServiceError> {
        let input: CreateAccelerator = json::read(body).map_err(Error::from)?;
        let mut constraints = Constraints::default();
        let kind = input.ip_address_type.as_deref();
        let ip_address_type = constraints.word("ipAddressType", kind);
        let name = constraints.required_text("name", input.name, 0, 255);
        let token = tokens::read(&mut constraints, input.idempotency_token);
        let tags = tags::read(&mut constraints, input.tags.unwrap_or_default());
        constraints.verdict().map_err(Error::Validation)?;

        if let Some(made) = self
            .tokens
            .recall(context, "CreateAccelerator", &token, body)?
        {
            return answer(self.accelerator(&made)?);
        }
        check_name(&name)?;
        tags::check_count(&tags)?;
        if self.accelerators.len() >= context.quotas.accelerators {
            return Err(Error::LimitExceeded("accelerators per account").into());
        }
        let mut accelerator = Accelerator::new(context.ids, context.account, context.now, name);
        accelerator
            .set_ip_address_type(context.ids, ip_address_type.unwrap_or(IpAddressType::Ipv4));
        accelerator.enabled = input.enabled.unwrap_or(true);
        accelerator.tags = tags;
        let arn = accelerator.arn.clone();
        self.add(accelerator);
        self.mutated(context, &arn);
        self.tokens
            .remember(context, "CreateAccelerator", token, body, arn.to_string());
        answer(self.accelerator(&arn.to_string())?)
    }

    /// An accelerator that is complete.
    pub(crate) fn add(&mut self, accelerator: Accelerator) {
        for name in accelerator.dns_names() {
            self.names
                .insert(format!("{name}."), accelerator.arn.clone());
        }
        self.accelerators
            .insert(accelerator.arn.clone(), accelerator);
    }

    pub(super) fn describe_accelerator(&self, body: &[u8]) -> Result<Answer, ServiceError> {
        let found = self.named(body)?;
        Ok(answer(found)?.pending(!found.deployed))
    }

    /// What is omitted keeps its value.
    pub(super) fn update_accelerator(
        &mut self,
        context: &mut Context<'_>,
        body: &[u8],
    ) -> Result<Answer, ServiceError> {
        let input: UpdateAccelerator = json::read(body).map_err(Error::from)?;
        let mut constraints = Constraints::default();
        let arn = constraints.required_text("acceleratorArn", input.accelerator_arn, 0, 255);
        constraints.length("name", input.name.as_deref(), 0, 255);
        let asked = constraints.word("ipAddressType", input.ip_address_type.as_deref());
        constraints.verdict().map_err(Error::Validation)?;

        let mut changed = self.accelerator(&arn)?.clone();
        changed.check_transaction(context)?;
        if let Some(name) = input.name {
            check_name(&name)?;
            changed.name = name;
        }
        if let Some(enabled) = input.enabled {
            changed.enabled = enabled;
        }
        if let Some(asked) = asked.filter(|asked| *asked != changed.ip_address_type) {
            changed.check_ip_address_type(asked)?;
            changed.set_ip_address_type(context.ids, asked);
            changed.events.push((
                context.now,
                "The IP address type of your accelerator is changing.",
            ));
        }
        self.names.retain(|_, named| *named != changed.arn);
        self.add(changed.clone());
        self.replace(context, changed);
        answer(self.accelerator(&arn)?)
    }

    /// Disabled, and that deployed, and without listeners. Its addresses are lost for good.
    pub(super) fn delete_accelerator(
        &mut self,
        context: &Context<'_>,
        body: &[u8],
    ) -> Result<Answer, ServiceError> {
        let found = self.named(body)?;
        found.check_transaction(context)?;
        if !found.listeners.is_empty() {
            return Err(Error::AssociatedListenerFound.into());
        }
        if found.enabled || !found.deployed {
            return Err(Error::AcceleratorNotDisabled.into());
        }
        let arn = found.arn.clone();
        self.names.retain(|_, named| *named != arn);
        self.accelerators.remove(&arn);
        Ok(Answer::empty())
    }

    pub(super) fn list_accelerators(&self, body: &[u8]) -> Result<Answer, ServiceError> {
        let input: ListAccelerators = json::read(body).map_err(Error::from)?;
        let paging = Paging {
            max_results: input.max_results,
            next_token: input.next_token,
        };
        let mut constraints = Constraints::default();
        paging.constrain(&mut constraints);
        constraints.verdict().map_err(Error::Validation)?;
        page::answer("Accelerators", self.accelerators.iter(), &paging, shown)
    }

    fn named(&self, body: &[u8]) -> Result<&Accelerator, Error> {
        let input: OfAccelerator = json::read(body)?;
        let mut constraints = Constraints::default();
        let arn = constraints.required_text("acceleratorArn", input.accelerator_arn, 0, 255);
        constraints.verdict().map_err(Error::Validation)?;
        self.accelerator(&arn)
    }
}

/// `CreateAccelerator`, API Reference: 64 letters, digits, periods and hyphens, neither of the last
/// two at either end.
fn check_name(name: &str) -> Result<(), Error> {
    let ends = ['.', '-'];
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'.' || byte == b'-';
    let fits = (1..=64).contains(&name.len())
        && name.bytes().all(allowed)
        && !name.starts_with(ends)
        && !name.ends_with(ends);
    if fits {
        return Ok(());
    }
    Err(Error::InvalidArgument(format!(
        "Invalid accelerator name: {name}"
    )))
}

fn answer(accelerator: &Accelerator) -> Result<Answer, ServiceError> {
    Answer::json(&json!({ "Accelerator": shown(accelerator) }))
}

fn shown(accelerator: &Accelerator) -> Value {
    let sets = [("IPv4", &accelerator.ipv4), ("IPv6", &accelerator.ipv6)];
    let sets = sets
        .into_iter()
        .filter(|(_, addresses)| !addresses.is_empty());
    let sets: Vec<Value> = sets
        .map(|(family, addresses)| {
            json!({ "IpFamily": family, "IpAddressFamily": family, "IpAddresses": addresses })
        })
        .collect();
    let events = accelerator.events.iter();
    let events: Vec<Value> = events
        .map(|(at, message)| json!({ "Message": message, "Timestamp": epoch_seconds(*at) }))
        .collect();
    let mut names = accelerator.dns_names().into_iter();
    let mut shown = json!({
        "AcceleratorArn": accelerator.arn.to_string(),
        "Name": accelerator.name,
        "IpAddressType": accelerator.ip_address_type,
        "Enabled": accelerator.enabled,
        "IpSets": sets,
        "DnsName": names.next(),
        "Status": if accelerator.deployed { "DEPLOYED" } else { "IN_PROGRESS" },
        "CreatedTime": epoch_seconds(accelerator.created),
        "LastModifiedTime": epoch_seconds(accelerator.modified),
        "Events": events,
    });
    if let (Some(name), Some(members)) = (names.next(), shown.as_object_mut()) {
        members.insert("DualStackDnsName".to_owned(), name.into());
    }
    shown
}
