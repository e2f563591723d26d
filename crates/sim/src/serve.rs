//! A request, from its arrival to what becomes of it: faults that it meets, the service that
//! carries it out, and the log.

use bytes::Bytes;
use http::{Request, Response};
use jiff::{SignedDuration, Timestamp};

use crate::asked::Asked;
use crate::call::{Arrival, Call, Delivery};
use crate::context::Context;
use crate::fault::{self, Effect, Met, Pages};
use crate::history::Services;
use crate::region::Region;
use crate::scenario::{Due, after};
use crate::wire::{self, Answer, ServiceError, Unreadable};
use crate::world::World;
use crate::{elb, sts};

/// What the caller gets.
#[derive(Clone, Debug)]
pub enum Reply {
    /// An answer, at once.
    Answer(Response<Bytes>),
    /// An answer that arrives at this time.
    At(Timestamp, Response<Bytes>),
    /// Nothing, ever.
    Never,
}

type Outcome = Result<Answer, ServiceError>;

/// An outcome on its way to the caller.
#[derive(Debug)]
pub(crate) enum Sent {
    Now(Outcome),
    At(Timestamp, Outcome),
    Never,
}

impl World {
    /// Answers one HTTP request as AWS would at `now`, unless a fault keeps the answer back.
    pub fn ask(&mut self, now: Timestamp, request: Request<Bytes>) -> Reply {
        self.advance(now);
        self.journal.asked(now, &request);
        let request_id = self.ids.uuid("request");
        let request = match wire::Request::read(request) {
            Ok(request) => request,
            Err(Unreadable { service, error }) => {
                return Reply::Answer(wire::response(service, &request_id, &Err(error)));
            }
        };
        let write = |outcome| wire::response(request.service, &request_id, &outcome);
        match self.receive(&request) {
            Sent::Now(outcome) => Reply::Answer(write(outcome)),
            Sent::At(at, outcome) => Reply::At(at, write(outcome)),
            Sent::Never => Reply::Never,
        }
    }

    /// The same, for callers that can't wait: a late answer comes at once, and one that never comes
    /// is a 500.
    pub fn answer(&mut self, now: Timestamp, request: Request<Bytes>) -> Response<Bytes> {
        match self.ask(now, request) {
            Reply::Answer(response) | Reply::At(_, response) => response,
            Reply::Never => {
                let mut response = Response::new(Bytes::new());
                *response.status_mut() = http::StatusCode::INTERNAL_SERVER_ERROR;
                response
            }
        }
    }

    /// A request that is signed for a service arrives.
    pub(crate) fn receive(&mut self, request: &wire::Request) -> Sent {
        let asked = Asked::read(request);
        let Met { effect, triggered } = self.faults.meet(self.now(), &Arrival::of(request, &asked));
        for deed in triggered {
            self.happen(deed);
        }
        let sent = match effect {
            None => Sent::Now(self.carry_out(&asked, request)),
            Some(effect) => self.suffer(effect, &asked, request),
        };
        self.log(request, &asked, &sent, Delivery::First);
        sent
    }

    /// A request that was on its way arrives, when nobody waits for its answer any more.
    pub(crate) fn deliver(&mut self, request: &wire::Request) {
        let asked = Asked::read(request);
        let sent = Sent::Now(self.carry_out(&asked, request));
        self.log(request, &asked, &sent, Delivery::Late);
    }

    fn suffer(
        &mut self,
        effect: Effect,
        asked: &Result<Asked, ServiceError>,
        request: &wire::Request,
    ) -> Sent {
        let now = self.now();
        match effect {
            Effect::Refuse {
                status,
                code,
                message,
            } => Sent::Now(Err(ServiceError::new(status, &code, message))),
            Effect::Throttle => Sent::Now(Err(ServiceError::throttled(request.service))),
            Effect::Unavailable => Sent::Now(Err(ServiceError::unavailable())),
            Effect::LoseReply => Sent::Now(self.carry_out(asked, request).and(Err(fault::lost()))),
            Effect::Silence => Sent::Never,
            Effect::Unanswered => {
                // Whatever came of it, the caller does not hear of it.
                let _ = self.carry_out(asked, request);
                Sent::Never
            }
            Effect::Late(by) => {
                let due = Due::Deliver(request.clone());
                self.timeline.put(after(now, by), due);
                Sent::Never
            }
            Effect::Slow(by) => Sent::At(after(now, by), self.carry_out(asked, request)),
            Effect::Twice => {
                let first = Sent::Now(self.carry_out(asked, request));
                let again = Sent::Now(self.carry_out(asked, request));
                self.log(request, asked, &again, Delivery::Again);
                first
            }
            Effect::Lag { by, pages } => Sent::Now(self.look_back(by, pages, asked, request)),
        }
    }

    /// Reads what was held before now.
    fn look_back(
        &mut self,
        by: SignedDuration,
        pages: Pages,
        asked: &Result<Asked, ServiceError>,
        request: &wire::Request,
    ) -> Outcome {
        let reads = asked.as_ref().is_ok_and(|asked| !asked.writes());
        let lags = match pages {
            Pages::All => true,
            Pages::First => !request.asks_for_later_page(),
            Pages::Later => request.asks_for_later_page(),
        };
        let then = self.now().checked_sub(by).unwrap_or(Timestamp::MIN);
        let past = self.history.at(then).filter(|_| reads && lags).cloned();
        let Some(mut past) = past else {
            return self.carry_out(asked, request);
        };
        past.swap(self);
        let outcome = self.carry_out(asked, request);
        past.swap(self);
        outcome
    }

    fn carry_out(
        &mut self,
        asked: &Result<Asked, ServiceError>,
        request: &wire::Request,
    ) -> Outcome {
        let asked = asked.as_ref().map_err(Clone::clone)?;
        let outcome = self.dispatch(asked, request);
        if asked.writes() {
            self.remember();
        }
        outcome
    }

    /// Keeps what is held now for those who will look back.
    pub(crate) fn remember(&mut self) {
        match self.faults.longest_lag() {
            Some(longest) => {
                let held = Services::of(self);
                self.history.record(self.now(), longest, held);
            }
            None => self.history.forget(),
        }
    }

    fn dispatch(&mut self, asked: &Asked, request: &wire::Request) -> Outcome {
        let region = Region::named(&request.region).ok_or_else(|| request.wrong_region())?;
        self.buckets
            .draw(&self.rates, self.now, request, asked.operation())?;
        let mut context = Context {
            now: self.now,
            region,
            account: &self.account,
            knobs: &self.knobs,
            quotas: &self.quotas,
            endpoints: &self.endpoints,
            ids: &mut self.ids,
        };
        match asked {
            Asked::Route53(asked) => self.route53.answer(&mut context, asked, &self.accelerators),
            Asked::GlobalAccelerator(asked) => self.accelerators.answer(&mut context, asked),
            Asked::DynamoDb(asked) => self.tables.answer(&mut context, asked),
            Asked::ElasticLoadBalancing(operation) => elb::answer(&context, *operation, request),
            Asked::Sts(operation) => sts::answer(&context, *operation, &request.principal),
        }
    }

    fn log(
        &mut self,
        request: &wire::Request,
        asked: &Result<Asked, ServiceError>,
        sent: &Sent,
        delivery: Delivery,
    ) {
        let outcome = match sent {
            Sent::Now(outcome) | Sent::At(_, outcome) => Some(outcome.as_ref()),
            Sent::Never => None,
        };
        let Arrival {
            service,
            operation,
            region,
            principal,
        } = Arrival::of(request, asked);
        let asked = asked.as_ref();
        self.calls.push(Call {
            at: self.now,
            service,
            region,
            operation,
            write: asked.is_ok_and(Asked::writes),
            pending: matches!(outcome, Some(Ok(answer)) if answer.pending),
            status: match outcome {
                Some(Ok(answer)) => answer.status,
                Some(Err(error)) => error.status,
                None => 0,
            },
            error: outcome
                .and_then(Result::err)
                .map(|error| error.code.clone()),
            subject: asked.map_or_else(|_| String::new(), |asked| asked.subject(request)),
            principal,
            delivery,
        });
    }
}
