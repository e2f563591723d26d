//! The body of an answer: one object at once, or the events of a watch as they come.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body::{Body, Frame};
use serde_json::Value;
use tokio::sync::mpsc::UnboundedReceiver;
use tokio::time::Sleep;

use crate::read::Watching;

/// The body of an answer.
#[derive(Debug)]
pub struct Reply(Kind);

#[derive(Debug)]
enum Kind {
    Whole(Option<Bytes>),
    Events(Events),
}

#[derive(Debug)]
struct Events {
    first: VecDeque<Bytes>,
    /// Whether the reader has had time for itself since the last event.
    has_rested: bool,
    later: Option<UnboundedReceiver<Value>>,
    end: Pin<Box<Sleep>>,
}

impl Reply {
    pub(crate) fn whole(bytes: impl Into<Bytes>) -> Self {
        Self(Kind::Whole(Some(bytes.into())))
    }

    /// The events of a watch. The time that it lasts counts from now.
    pub(crate) fn events(watching: Watching) -> Self {
        let Watching {
            first,
            later,
            timeout,
        } = watching;
        Self(Kind::Events(Events {
            first: first.iter().map(line).collect(),
            has_rested: false,
            later,
            end: Box::pin(tokio::time::sleep(timeout)),
        }))
    }
}

fn line(event: &Value) -> Bytes {
    format!("{event}\n").into()
}

impl Body for Reply {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let bytes = match &mut self.0 {
            Kind::Whole(bytes) => Poll::Ready(bytes.take()),
            Kind::Events(events) => events.next(context),
        };
        bytes.map(|bytes| bytes.map(|bytes| Ok(Frame::data(bytes))))
    }
}

impl Events {
    /// Events arrive one by one: whoever reads a list may act on its beginning before it has the end.
    fn next(&mut self, context: &mut Context<'_>) -> Poll<Option<Bytes>> {
        if !self.first.is_empty() {
            self.has_rested = !self.has_rested;
            if self.has_rested {
                context.waker().wake_by_ref();
                return Poll::Pending;
            }
            return Poll::Ready(self.first.pop_front());
        }
        let Some(later) = &mut self.later else {
            return Poll::Ready(None);
        };
        match later.poll_recv(context) {
            Poll::Ready(event) => Poll::Ready(event.as_ref().map(line)),
            Poll::Pending => self.end.as_mut().poll(context).map(|()| None),
        }
    }
}
