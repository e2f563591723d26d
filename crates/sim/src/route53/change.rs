//! `ChangeResourceRecordSets` and `GetChange`: a batch is made whole or not at all, and is PENDING
//! until every name server has it.

use std::collections::BTreeMap;

use super::draft::{Draft, repeated};
use super::lookup::Propagating;
use super::problem::Problem;
use super::shape::{self, Action, Change};
use super::wire::{self, ChangeInfo, ChangeResourceRecordSetsRequest, NAMESPACE, WithChangeInfo};
use super::{Asked, Error, Event, Key, RecordSet, Route53, Submitted, rules, schema, size};
use crate::context::Context;
use crate::global_accelerator::GlobalAccelerator;
use crate::wire::{Answer, ServiceError};

impl Route53 {
    pub(super) fn change_resource_record_sets(
        &mut self,
        context: &mut Context<'_>,
        asked: &Asked,
        accelerators: &GlobalAccelerator,
    ) -> Result<Answer, ServiceError> {
        let request: ChangeResourceRecordSetsRequest =
            wire::read(&asked.body, &schema::CHANGE_RESOURCE_RECORD_SETS)?;
        let comment = request.change_batch.comment.clone();
        let changes = shape::changes(request.change_batch)?;
        let before = self.make(context, &asked.subject, &changes, accelerators)?;
        let info = self.submit(context, comment);
        self.propagating.push(Propagating {
            change: info.bare_id().to_owned(),
            zone: asked.subject.clone(),
            before,
        });
        if let Ok(zone) = self.zone_mut(&asked.subject) {
            zone.busy_until = Some(context.knobs.prior_request.after(context.now));
        }
        let body = WithChangeInfo { change_info: info };
        Answer::xml("ChangeResourceRecordSetsResponse", NAMESPACE, &body)
    }

    fn make(
        &mut self,
        context: &Context<'_>,
        zone: &str,
        changes: &[Change],
        accelerators: &GlobalAccelerator,
    ) -> Result<BTreeMap<Key, Option<RecordSet>>, Error> {
        let zone = self.zone(zone)?;
        // A set outlives its health check, and is deleted with the id that it has.
        let written = changes.iter().filter(|it| it.action != Action::Delete);
        let mut named = written.filter_map(|change| change.set.health_check.as_ref());
        if let Some(missing) = named.find(|id| !self.checks.contains_key(*id)) {
            return Err(Error::NoSuchHealthCheck(missing.clone()));
        }
        if zone.is_busy(context.now) {
            return Err(Error::PriorRequestNotComplete);
        }
        let mut draft = Draft::of(&zone.sets, context.knobs.orders_values);
        let mut problems = size::problems(changes);
        problems.extend(repeated(changes));
        let judge = |draft: &Draft<'_>| rules::problems(draft, zone, context, accelerators);
        if !problems.is_empty() {
            // Nothing else is looked at.
        } else if context.knobs.judges_each_change {
            problems = changes
                .iter()
                .map(|change| {
                    let made = draft.make_one(change);
                    made.into_iter().chain(judge(&draft)).collect()
                })
                .find(|found: &Vec<Problem>| !found.is_empty())
                .unwrap_or_default();
        } else {
            problems.extend(draft.make(changes));
            problems.extend(judge(&draft));
        }
        if !problems.is_empty() {
            return Err(Error::InvalidChangeBatch(problems));
        }
        let outcome = draft.into_changed();
        let zone_id = zone.id.clone();
        let zone = self.zone_mut(&zone_id)?;
        let replaced = outcome.into_iter().map(|(key, set)| {
            let before = match set {
                Some(set) => zone.sets.insert(key.clone(), set),
                None => zone.sets.remove(&key),
            };
            (key, before)
        });
        Ok(replaced.collect())
    }

    /// A change that is on its way to the name servers.
    pub(super) fn submit(
        &mut self,
        context: &mut Context<'_>,
        comment: Option<String>,
    ) -> ChangeInfo {
        let id = context.ids.route53("change", 'C');
        let info = ChangeInfo::new(&id, false, context.now, comment.as_deref());
        let at = context.knobs.propagation.after(context.now);
        self.agenda.set(at, Event::InSync { change: id.clone() });
        self.changes.insert(
            id,
            Submitted {
                at: context.now,
                comment,
                in_sync: false,
            },
        );
        info
    }

    pub(super) fn get_change(&self, asked: &Asked) -> Result<Answer, ServiceError> {
        let id = asked.subject.as_str();
        let change = self
            .changes
            .get(id)
            .ok_or_else(|| Error::NoSuchChange(id.to_owned()))?;
        let info = ChangeInfo::new(id, change.in_sync, change.at, change.comment.as_deref());
        let answer = Answer::xml(
            "GetChangeResponse",
            NAMESPACE,
            &WithChangeInfo { change_info: info },
        )?;
        Ok(answer.pending(!change.in_sync))
    }
}
